import { matchesAhead, type MatchAhead } from '../adapters/postgres/matches-ahead.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { openMeteoArchive } from '../adapters/providers/open_meteo/open-meteo.js';
import {
  endReconciliation,
  matchesToFill,
  openReconciliation,
  settleGaps,
  storeGaps,
  type ReconciliationName,
} from '../adapters/postgres/reconciliations.js';
import { matchesWithoutPrice, scoreStandings } from '../adapters/postgres/told-standings.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { matchWindow } from '../domain/clock/match-window.js';
import { oddsHorizon } from '../domain/clock/odds-cadence.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { lackingPrices, scoreGap, lookedBack, type ToldResult } from '../domain/quality/told-gaps.js';
import { InvariantBroken } from '../schemas/errors.js';
import type {
  ReconcileInput,
  SourceReconciliation,
  ToldComparison,
  ToldSourceState,
} from '../schemas/jobs/reconcile.js';
import { ReconciledToldKind, type ReconciliationGap } from '../schemas/records/reconciliation.js';
import type { ToldScore } from '../schemas/records/live.js';
import { instant, type Instant } from '../schemas/values.js';
import type { CollectMatchFactsDeps } from './collect-match-facts.js';
import { priceSources, priceSubjects, reachPriceSource, readPrices } from './collect-odds.js';
import { chunks, feedOf, mostIdsOf, readScores, type ScoreFeed } from './collect-scores.js';
import { heartbeating } from './heartbeating.js';
import { storeLacking } from './lacking-records.js';
import { reach, reachApiFootball, type Reachable } from './live-sources.js';
import { countedReconciliation } from './reconcile-lists.js';
import type { CollectScoresDeps, ScoreFeeds } from './score-feeds.js';
import { settledBy } from './settle-told.js';

export interface ReconcileToldDeps extends CollectScoresDeps {
  readonly sources: CollectMatchFactsDeps['sources'];
}

/** What a run compares of one source. */
interface RunOfSource extends ReconciliationName {
  readonly clock?: SimulatedClock;
}
interface ToldRunOfSource extends RunOfSource {
  readonly kind: ReconciledToldKind;
}
/** Which matches are meant. */
type Meant = Pick<ReconcileInput, 'divisions' | 'seasons'>;

const lostReason =
  'no price of it was stored before its kick-off; one that is asked for now would be held (prematch_after_kickoff)';

/**
 * Activities that compare what is told while the season runs, scores and prices above all, with what the house has (line-ups, injuries and weather:
 * `reconcile-facts.ts`). They write nothing but gaps: filling is collection's.
 */
export function createReconcileToldActivities(deps: ReconcileToldDeps) {
  const { pool, meters, sources } = deps;
  const now = (clock?: SimulatedClock): Instant => nowBy(clock, Date.now());

  return {
    /** The sources of each kind among those that are named, or all; one that cannot be asked says why. */
    toldSources({
      kinds = ReconciledToldKind.options,
      dataSources,
    }: Pick<ReconcileInput, 'kinds' | 'dataSources'>): Promise<{ sources: ToldSourceState[] }> {
      const { archiveUrl } = sources.openMeteo;
      const all = [
        scoreState(deps),
        ...priceSources.map((name) => stateOf('prices', name, reachPriceSource(name, sources))),
        ...(['lineups', 'injuries'] as const).map((kind) =>
          stateOf(kind, apiFootball.dataSource, reachApiFootball(sources)),
        ),
        stateOf(
          'weather',
          openMeteoArchive.dataSource,
          reach(openMeteoArchive, { url: archiveUrl, key: undefined }),
        ),
      ];
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
        const span = { from: instant(at - lookedBack), until: instant(at - matchWindow.afterMs) };
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
          const span = { from: instant(at - lookedBack), until: at };
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
          const at = now(clock);
          compared += await inTransaction(pool, (transaction) =>
            storeLacking(transaction, {
              ...{ run, kind: 'odds', uri: run.kind, told, matches, at },
              lackingOf: (prices, sourceId, { kickoff }) =>
                lackingPrices(prices, { sourceId, kickoff: instant(kickoff.getTime()) }, at),
            }),
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
    async settleToldReconciliation({ clock, ...run }: ToldRunOfSource): Promise<SourceReconciliation> {
      const at = now(clock);
      const ended = await inTransaction(pool, async (transaction) => {
        await settleGaps(transaction.client, await settledBy[run.kind](transaction, run, at), at);
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
  const kind = 'scores';
  return feed.kind === 'missing'
    ? { state: 'missing', kind, dataSource: 'scores_api', reason: feed.reason }
    : { state: 'ready', kind, dataSource: feed.dataSource };
}

const stateOf = (kind: ReconciledToldKind, dataSource: string, reachable: Reachable): ToldSourceState =>
  reachable.kind === 'missing'
    ? { state: 'missing', kind, dataSource, reason: reachable.reason }
    : { state: 'ready', kind, dataSource };

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
