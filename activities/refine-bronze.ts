import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import { declareLeagues } from '../adapters/postgres/league-directory.js';
import { loadDecisions, loadDoubts, loadScoreDecisions } from '../adapters/postgres/review/load-decisions.js';
import { ensurePartitions } from '../adapters/postgres/partitions.js';
import {
  claimKeys,
  loadHistory,
  loadLeagues,
  loadPayloads,
  loadScores,
  markProcessed,
  markScores,
  storedByNow,
  waitForOtherBatches,
  type BatchBounds,
  type ClaimedKey,
  type HistoryRow,
  type KnownScore,
} from '../adapters/postgres/silver-claim.js';
import { clearSilverTables } from '../adapters/postgres/silver-clear.js';
import { enterSilver } from '../adapters/postgres/silver-gate.js';
import { writeSilver } from '../adapters/postgres/silver-write.js';
import { declareSourcePrecedence } from '../adapters/postgres/source-precedence.js';
import type { TellRefined } from '../adapters/postgres/streams/results.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import type { ProviderRegistry } from '../adapters/providers/provider.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { answeredBefore, noteAnswer } from './answered-batch.js';
import { deriveBatch, type BatchMaterial, type PayloadOutcome } from './derive-batch.js';
import { countingCleaning } from './cleaning-meter.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';
import { identifyBatch, MatchDecidedMeanwhile, type NamesUndecided } from './identify-batch.js';
import { identifyReleased } from './identify-released.js';
import { identifyPendingTeams } from './identify-teams.js';
import { silverRows } from './silver-rows.js';
import { suggestMergesOf } from './suggest-merges.js';

export interface RefineBronzeDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  /** For what the writer may not do: make partitions, replace the declared precedence, empty tables. */
  readonly adminPool: pg.Pool;
  readonly providers: ProviderRegistry;
  /** Hears what each batch came to, in its transaction; absent: nobody does. */
  readonly tellRefined?: TellRefined | undefined;
  /** Counts what was decided; absent: nobody does. */
  readonly meters?: Pick<Meters, 'add'>;
}

/** What refine is to bring to silver: what was stored by then. undefined: all; a worker that answers so is older than this. */
export type SilverPrepared = { readonly storedBy: string } | undefined;

/** Payloads: claimed, brought to silver, held with a reason. claimed = done + held; 0 claimed means none is pending. */
export interface BatchResult {
  readonly claimed: number;
  readonly done: number;
  readonly held: number;
}

/** Activities that derive silver from bronze. */
export function createRefineBronzeActivities(deps: RefineBronzeDeps) {
  const { pool, adminPool, providers, tellRefined, meters } = deps;
  return {
    /**
     * Registers the declared leagues and the precedence of sources, reads released rows again, and makes the partitions that the
     * pending payloads need. Tells by when all was stored that is pending then.
     */
    async prepareSilver(input: NoInput): Promise<SilverPrepared> {
      NoInput.parse(input);
      return await heartbeating(async () => {
        for (const [dataSource, { divisions }] of Object.entries(providers)) {
          await inTransaction(pool, ({ client }) => declareLeagues(client, dataSource, divisions));
        }
        await inTransaction(adminPool, ({ client }) => declareSourcePrecedence(client));
        await inTransaction(pool, ({ client }) => identifyReleased(client, providers));
        await ensurePartitions(adminPool, new Date());
        return { storedBy: await storedByNow(pool) };
      });
    },

    /**
     * Brings up to `limit` pending payloads (and the other payloads of their matches) to silver, in one transaction: all of
     * a batch or nothing. Batches may run side by side. Where others hold all that is pending, it waits for them. An attempt after one that
     * committed and could not say so answers in its place.
     */
    async refineBatch(bounds: BatchBounds): Promise<BatchResult> {
      return await countingCleaning(meters, 'match', () =>
        heartbeating(async (reportPhase) => {
          const before = await answeredBefore(pool);
          if (before !== undefined) return { claimed: before.claimed, done: before.done, held: before.held };
          for (;;) {
            const result = await inTransaction(pool, ({ client }) =>
              refineClaim(client, bounds, { providers, tellRefined }, reportPhase),
            ).catch(beginAgainIfOvertaken);
            if (result === undefined) continue;
            if ('kind' in result) await identifyPendingTeams(pool);
            else if (result.claimed > 0) return result;
            else if (!(await inTransaction(pool, ({ client }) => waitForOtherBatches(client, bounds))))
              return result;
          }
        }),
      );
    },

    /** Empties silver and sets bronze to pending; the registry, external ids, teams and leagues stay. For a rebuild. */
    async clearSilver(input: NoInput): Promise<void> {
      NoInput.parse(input);
      await heartbeating(() => inTransaction(adminPool, ({ client }) => clearSilverTables(client)));
    },
  };
}

/** undefined where another batch has decided what this one was about to: it was rolled back, and a new claim sees the decision. */
function beginAgainIfOvertaken(error: unknown): undefined {
  if (!(error instanceof MatchDecidedMeanwhile)) throw error;
}

/** One batch in the caller's transaction. Where a name's team is not decided yet, nothing is written: decide, then claim again. */
async function refineClaim(
  client: pg.PoolClient,
  bounds: BatchBounds,
  { providers, tellRefined }: Pick<RefineBronzeDeps, 'providers' | 'tellRefined'>,
  reportPhase: ReportPhase,
): Promise<BatchResult | NamesUndecided> {
  await enterSilver(client);
  const keys = await claimKeys(client, bounds);
  const claimed = keys.reduce((sum, { rawIds }) => sum + rawIds.length, 0);
  if (claimed === 0) return { claimed: 0, done: 0, held: 0 };
  reportPhase('refine.claim', { claimed });

  const derived = deriveBatch(await loadMaterial(client, keys), providers);
  const identified = await identifyBatch(client, derived.keys, derived.toldAnew);
  if (identified.kind === 'names undecided') return identified;
  reportPhase('refine.copy', { claimed });
  const outcomes: PayloadOutcome[] = [
    ...derived.outcomes,
    ...identified.keys.flatMap((key) => key.outcomes),
    ...identified.waiting.flatMap(({ key, reason }) =>
      key.outcomes.map(({ rawId, held }) => ({ rawId, held: held ?? reason })),
    ),
  ];
  await markProcessed(client, [...outcomes, ...identified.keys.flatMap((key) => key.retold)]);
  await markScores(client, [
    ...derived.scores,
    ...identified.keys.flatMap((key) => key.scores),
    ...identified.waiting.flatMap(({ key, reason }) =>
      key.scores.map(({ rawScoreId, held }) => ({ rawScoreId, held: held ?? reason })),
    ),
  ]);
  await suggestMergesOf(client, identified.seasonsGrown);
  const findings = [...derived.findings, ...identified.waiting.flatMap((waiting) => waiting.findings)];
  await writeSilver(client, silverRows(identified.keys, { findings, toldAnew: derived.toldAnew }));
  await tellRefined?.(client, 'match', [...new Set(identified.keys.map(({ matchId }) => matchId))]);
  const held = outcomes.filter((outcome) => outcome.held !== null).length;
  const result = { claimed, done: claimed - held, held };
  await noteAnswer(client, { ...result, matches: 0 });
  reportPhase('refine.commit', { claimed });
  return result;
}

async function loadMaterial(client: pg.PoolClient, keys: readonly ClaimedKey[]): Promise<BatchMaterial> {
  const rows = await loadHistory(client, keys);
  const histories = new Map<number, HistoryRow[]>();
  const ids = new Set<number>();
  for (const row of rows) {
    const history = histories.get(row.keyNo);
    if (history === undefined) histories.set(row.keyNo, [row]);
    else history.push(row);
    if (row.rawId !== null) ids.add(row.rawId);
  }
  const scores = new Map<number, KnownScore[]>();
  const scoreIds: number[] = [];
  for (const score of await loadScores(client, keys)) {
    const ofKey = scores.get(score.keyNo);
    if (ofKey === undefined) scores.set(score.keyNo, [score]);
    else ofKey.push(score);
    scoreIds.push(score.id);
  }
  const payloads = new Map((await loadPayloads(client, [...ids])).map(({ id, raw }) => [id, raw]));
  return {
    keys,
    histories,
    payloads,
    leagues: await loadLeagues(client),
    decisions: await loadDecisions(client, [...ids]),
    doubts: await loadDoubts(client, [...ids]),
    scores,
    scoreDecisions: scoreIds.length === 0 ? new Map() : await loadScoreDecisions(client, scoreIds),
  };
}
