import { matchesAhead, type MatchAhead } from '../adapters/postgres/matches-ahead.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import {
  endReconciliation,
  matchesToFill,
  openGaps,
  openReconciliation,
  settleGaps,
  storeGaps,
  type ReconciliationName,
} from '../adapters/postgres/reconciliations.js';
import { versionsInForce } from '../adapters/postgres/told-records.js';
import {
  lackingStandings,
  matchesWithoutPrice,
  scoreStandings,
  type LackingStanding,
} from '../adapters/postgres/told-standings.js';
import { inTransaction, type Transaction } from '../adapters/postgres/transaction.js';
import { matchWindow } from '../domain/clock/match-window.js';
import { oddsHorizon } from '../domain/clock/odds-cadence.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import {
  lackingPrices,
  scoreGap,
  scoresLookedBack,
  whyScoreLeft,
  type ComparedPrice,
  type ToldResult,
} from '../domain/quality/told-gaps.js';
import { InvariantBroken } from '../schemas/errors.js';
import type {
  ReconcileInput,
  SourceReconciliation,
  ToldComparison,
  ToldSourceState,
} from '../schemas/jobs/reconcile.js';
import type { LackingPrices, ReconciledKind, ReconciliationGap } from '../schemas/records/reconciliation.js';
import type { ToldScore } from '../schemas/records/live.js';
import type { ToldRow } from '../schemas/records/told-row.js';
import { instant, type Instant } from '../schemas/values.js';
import { priceSources, priceSubjects, reachPriceSource, readPrices } from './collect-odds.js';
import { chunks, feedOf, mostIdsOf, readScores, type ScoreFeed } from './collect-scores.js';
import { heartbeating } from './heartbeating.js';
import type { LiveSources } from './live-sources.js';
import { countedReconciliation } from './reconcile-lists.js';
import type { CollectScoresDeps, ScoreFeeds } from './score-feeds.js';

export interface ReconcileToldDeps extends CollectScoresDeps {
  readonly sources: LiveSources;
}

/** What a run compares of one source. */
interface RunOfSource extends ReconciliationName {
  readonly clock?: SimulatedClock;
}
/** Which matches are meant. */
type Meant = Pick<ReconcileInput, 'divisions' | 'seasons'>;

const lostReason =
  'no price of it was stored before its kick-off; one that is asked for now would be held (prematch_after_kickoff)';

/** Activities that compare scores and prices as their providers tell them now with what the house has. They write no match and no price: filling is collection's. */
export function createReconcileToldActivities(deps: ReconcileToldDeps) {
  const { pool, meters, sources } = deps;
  const now = (clock?: SimulatedClock): Instant => nowBy(clock, Date.now());

  return {
    /** The sources of scores and prices among those that are named, or all; one that cannot be asked says why. */
    toldSources({
      kinds = ['scores', 'prices'],
      dataSources,
    }: Pick<ReconcileInput, 'kinds' | 'dataSources'>): Promise<{ sources: ToldSourceState[] }> {
      const all = [scoreState(deps), ...priceSources.map((name) => priceState(name, sources))];
      return Promise.resolve({
        sources: all.filter(
          ({ kind, dataSource }) =>
            kinds.includes(kind) && (dataSources === undefined || dataSources.includes(dataSource)),
        ),
      });
    },

    /** Opens the run's line for a source. */
    async beginToldReconciliation({ clock, ...run }: RunOfSource): Promise<void> {
      await reachingPostgres(() => openReconciliation(pool, run, now(clock)));
    },

    /**
     * Asks the feed by ids about the matches whose window is over, and stores where it and the house differ.
     * @throws DependencyAway and QuotaExhausted as asking does, after what was compared before is stored.
     */
    async compareScores({ run, clock, ...meant }: Meant & Asked): Promise<ToldComparison> {
      return await heartbeating(async () => {
        const at = now(clock);
        const span = { from: instant(at - scoresLookedBack), until: instant(at - matchWindow.afterMs) };
        const standings = await inTransaction(pool, ({ client }) =>
          scoreStandings(client, { dataSource: run.dataSource, ...span, ...meant }),
        );
        const feed = feedNamed(run.dataSource);
        for (const part of chunks(standings, mostIdsOf(feed))) {
          const ids = part.flatMap(({ sourceId }) => (sourceId === null ? [] : [sourceId]));
          const told =
            ids.length === 0
              ? new Map<string, ToldScore>()
              : await readScores(deps, { dataSource: feed, ...byClock(clock) }, ids);
          const gaps = part.flatMap((standing) => {
            const score = standing.sourceId === null ? undefined : told.get(standing.sourceId);
            return scoreGap(score && resultOf(score), standing) ?? [];
          });
          await inTransaction(pool, ({ client }) => storeGaps(client, run, run.kind, gaps, at));
        }
        return { matches: standings.length };
      });
    },

    /** What a source of prices is to be asked about, the nearest kick-off first; and stores the matches whose prices are lost. */
    async pricesToCompare({ run, clock, ...meant }: Meant & Asked): Promise<{ subjects: string[] }> {
      const at = now(clock);
      const { dataSource, kind } = run;
      return await reachingPostgres(async () => {
        await inTransaction(pool, async ({ client }) => {
          const span = { from: instant(at - scoresLookedBack), until: at };
          const lost = await matchesWithoutPrice(client, { dataSource, ...span, ...meant });
          await storeGaps(client, run, kind, lost.map(lostGap), at);
        });
        return { subjects: priceSubjects(await ahead({ dataSource, at, ...meant }), dataSource) };
      });
    },

    /** Asks a source for its prices of some subjects, and stores where they and bronze differ. */
    async comparePrices({
      run,
      subjects,
      clock,
      ...meant
    }: Meant & Asked & { readonly subjects: readonly string[] }): Promise<ToldComparison> {
      return await heartbeating(async () => {
        const { dataSource } = run;
        const matches = new Map<string, MatchAhead>();
        for (const match of await ahead({ dataSource, at: now(clock), ...meant })) {
          if (match.sourceId !== null) matches.set(match.sourceId, match);
        }
        let compared = 0;
        for (const subject of subjects) {
          const told = await readPrices(deps, { dataSource, subject, ...byClock(clock) });
          compared += await inTransaction(pool, (transaction) =>
            storeLacking(transaction, { run, told, matches, at: now(clock) }),
          );
        }
        return { matches: compared };
      });
    },

    /** The matches, by our ids, that collection is to be sent for. */
    async matchesToFill(run: ReconciliationName): Promise<{ matchIds: number[] }> {
      return { matchIds: await reachingPostgres(() => matchesToFill(pool, run)) };
    },

    /** Compares the run's gaps with the house once more: what is filled, what was left and why. Also after a run that was cut off. */
    async settleToldReconciliation({ clock, ...run }: RunOfSource): Promise<SourceReconciliation> {
      const at = now(clock);
      const ended = await inTransaction(pool, async (transaction) => {
        const settled = await (run.kind === 'scores' ? settledScores : settledPrices)(transaction, run, at);
        await settleGaps(transaction.client, settled, at);
        return await endReconciliation(transaction.client, run, at);
      });
      return countedReconciliation(meters, run.dataSource, ended);
    },
  };

  async function ahead({
    dataSource,
    at,
    divisions,
    seasons,
  }: Meant & { readonly dataSource: string; readonly at: Instant }): Promise<MatchAhead[]> {
    const span = { after: at, until: instant(at + oddsHorizon) };
    return (await matchesAhead(pool, { dataSources: [dataSource], ...span })).filter(
      ({ league, division, season }) =>
        (divisions === undefined || divisions.includes(league) || divisions.includes(division)) &&
        (seasons === undefined || seasons.some((wanted) => wanted === season)),
    );
  }
}

interface Asked {
  readonly run: ReconciliationName;
  readonly clock?: SimulatedClock;
}

const byClock = (clock: SimulatedClock | undefined): { readonly clock?: SimulatedClock } =>
  clock === undefined ? {} : { clock };

function scoreState(feeds: ScoreFeeds): ToldSourceState {
  const feed = feedOf(feeds);
  const kind: ReconciledKind = 'scores';
  return feed.kind === 'missing'
    ? { state: 'missing', kind, dataSource: 'scores_api', reason: feed.reason }
    : { state: 'ready', kind, dataSource: feed.dataSource };
}

function priceState(dataSource: string, sources: LiveSources): ToldSourceState {
  const reachable = reachPriceSource(dataSource, sources);
  const kind: ReconciledKind = 'prices';
  return reachable.kind === 'missing'
    ? { state: 'missing', kind, dataSource, reason: reachable.reason }
    : { state: 'ready', kind, dataSource };
}

function feedNamed(dataSource: string): ScoreFeed {
  if (dataSource === 'scores_api' || dataSource === 'api_football') return dataSource;
  throw new InvariantBroken(`${dataSource} is no feed of scores`, { object: dataSource });
}

const resultOf = ({ status, score }: ToldScore): ToldResult => ({
  status,
  homeScore: score.home,
  awayScore: score.away,
});

const lostGap = (matchId: number): ReconciliationGap => ({
  ...{ key: String(matchId), kind: 'lost', content: '' },
  ...{ sourceSays: null, houseSays: null, reason: lostReason },
});

/** Compares an answer of prices with bronze, match by match, and stores what is lacking. How many matches it tells of. */
async function storeLacking(
  { client }: Transaction,
  {
    run,
    told,
    matches,
    at,
  }: {
    readonly run: ReconciliationName;
    readonly told: readonly ToldRow[];
    readonly matches: ReadonlyMap<string, MatchAhead>;
    readonly at: Instant;
  },
): Promise<number> {
  const stored = new Map(
    (await versionsInForce(client, 'odds', { dataSource: run.dataSource, at, records: told })).map(
      (version) => [
        version.place,
        { content: version.content, lastSeenAt: instant(version.lastSeenAt.getTime()) },
      ],
    ),
  );
  const pricesOf = new Map<string, ComparedPrice[]>();
  for (const [place, { externalMatchId, recordKey, content }] of told.entries()) {
    if (externalMatchId === null || !matches.has(externalMatchId)) continue;
    const prices = pricesOf.get(externalMatchId) ?? [];
    prices.push({ recordKey, content: content.toString('hex'), stored: stored.get(place) });
    pricesOf.set(externalMatchId, prices);
  }
  const gaps = [...matches].flatMap(([sourceId, match]): ReconciliationGap<LackingPrices>[] => {
    const kickoff = instant(match.kickoff.getTime());
    const lacking = lackingPrices(pricesOf.get(sourceId) ?? [], { sourceId, kickoff }, at);
    if (lacking === undefined) return [];
    const { missing, outdated } = lacking;
    return [
      {
        key: String(match.matchId),
        kind: missing.length > 0 ? 'missing_in_bronze' : 'differing_in_bronze',
        content: `${missing.length} missing, ${outdated.length} outdated`,
        ...{ sourceSays: lacking, houseSays: null, reason: null },
      },
    ];
  });
  await storeGaps(client, run, run.kind, gaps, at);
  return pricesOf.size;
}

type Settled = Parameters<typeof settleGaps>[1];

async function settledScores(
  { client }: Transaction,
  run: ReconciliationName,
  at: Instant,
): Promise<Settled> {
  const gaps = await openGaps(client, run);
  const span = { from: instant(at - 2 * scoresLookedBack), until: at };
  const standings = new Map(
    (await scoreStandings(client, { dataSource: run.dataSource, ...span })).map((standing) => [
      String(standing.matchId),
      standing,
    ]),
  );
  return gaps.map((gap) => ({
    id: gap.id,
    left: whyScoreLeft(gap, gap.key === null ? undefined : standings.get(gap.key)),
  }));
}

/** Of a match whose prices are lost the reason stands as it was found. */
const settledPrices = async ({ client }: Transaction, run: ReconciliationName): Promise<Settled> =>
  (await lackingStandings(client, run)).map((standing) => ({
    id: standing.id,
    left: whyPricesLeft(standing),
  }));

function whyPricesLeft({ lacking, pending, held }: LackingStanding): string | undefined {
  if (lacking > 0) return `${lacking} of its prices were not collected`;
  if (held !== null) return held;
  return pending > 0 ? `refine has not come to ${pending} of its prices` : undefined;
}
