import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import {
  claimPrices,
  loadPrices,
  lockPendingPrices,
  unknownMatch,
  waitForMatch,
  waitForPrices,
} from '../adapters/postgres/prices-claim.js';
import { holdUnknown, writePrices } from '../adapters/postgres/prices-write.js';
import { loadPriceDecisions } from '../adapters/postgres/review/load-decisions.js';
import type { BatchBounds } from '../adapters/postgres/silver-claim.js';
import { enterSilver } from '../adapters/postgres/silver-gate.js';
import type { TellRefined } from '../adapters/postgres/streams/results.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { answeredBefore, noteAnswer } from './answered-batch.js';
import { derivePrices } from './derive-prices.js';
import { quotesWithNews } from './quotes-with-news.js';
import { countingCleaning } from './cleaning-meter.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';

export interface RefinePricesDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  /** Hears what each batch came to, in its transaction; absent: nobody does. */
  readonly tellRefined?: TellRefined | undefined;
  /** Counts what was decided; absent: nobody does. */
  readonly meters?: Pick<Meters, 'add'>;
}

/**
 * Payloads: claimed, brought to silver, held with a reason. claimed = done + held. `matches` are those whose prices were told; where both
 * are 0 nothing is left to do.
 */
export interface PriceBatchResult {
  readonly claimed: number;
  readonly done: number;
  readonly held: number;
  readonly matches: number;
}

const nothing: PriceBatchResult = { claimed: 0, done: 0, held: 0, matches: 0 };
const isSomething = ({ claimed, matches }: PriceBatchResult): boolean => claimed > 0 || matches > 0;

/** Activities that derive the prices of live sources. */
export function createRefinePricesActivities({ pool, tellRefined, meters }: RefinePricesDeps) {
  return {
    /**
     * Tells the prices of the matches of up to `limit` pending payloads, in one transaction: all of a batch or nothing. Batches may run
     * side by side, and beside those of matches. Where others hold all that is left, it waits for them. An attempt after one that committed
     * and could not say so answers in its place.
     */
    async refinePrices(bounds: BatchBounds): Promise<PriceBatchResult> {
      return await countingCleaning(meters, 'odds', () =>
        heartbeating(async (reportPhase) => {
          const before = await answeredBefore(pool);
          if (before !== undefined) return before;
          for (;;) {
            const { result, heldElsewhere } = await inTransaction(pool, async ({ client }) => {
              const claim = await refineClaim(client, bounds, reportPhase);
              await tellRefined?.(client, 'odds', claim.matchIds);
              if (isSomething(claim.result)) await noteAnswer(client, claim.result);
              return claim;
            });
            if (isSomething(result)) return result;
            if (heldElsewhere !== null) {
              await inTransaction(pool, ({ client }) => waitForMatch(client, heldElsewhere));
            } else if (!(await inTransaction(pool, ({ client }) => waitForPrices(client, bounds))))
              return result;
          }
        }),
      );
    },
  };
}

/** One batch in the caller's transaction. */
async function refineClaim(
  client: pg.PoolClient,
  bounds: BatchBounds,
  reportPhase: ReportPhase,
): Promise<{
  readonly result: PriceBatchResult;
  readonly heldElsewhere: number | null;
  readonly matchIds: readonly number[];
}> {
  await enterSilver(client);
  const { matches, names, unknown, heldElsewhere } = await claimPrices(client, bounds);
  await holdUnknown(client, unknown, unknownMatch);
  const ofUnknown = { ...nothing, claimed: unknown.length, held: unknown.length };
  if (matches.length === 0) return { result: ofUnknown, heldElsewhere, matchIds: [] };

  const claimed = await lockPendingPrices(client, names);
  const quotes = await quotesWithNews(client, { matches, names, claimed });
  const prices = await loadPrices(
    client,
    quotes.flatMap(({ records, since }) => records.map((record) => ({ ...record, since }))),
  );
  reportPhase('prices.write', { claimed: claimed.length });
  const batch = derivePrices({
    quotes,
    names,
    prices,
    claimed: new Set(claimed.map(({ id }) => id)),
    decisions: await loadPriceDecisions(
      client,
      prices.map(({ id }) => id),
    ),
  });
  await writePrices(client, { ...batch, matchIds: matches.map(({ id }) => id) });
  const held = batch.outcomes.filter((outcome) => outcome.isClaimed && outcome.held !== null).length;
  return {
    result: {
      claimed: claimed.length + unknown.length,
      done: claimed.length - held,
      held: held + unknown.length,
      matches: matches.length,
    },
    heldElsewhere,
    matchIds: matches.map(({ id }) => id),
  };
}
