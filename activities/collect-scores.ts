import { reachingPostgres } from '../adapters/postgres/away.js';
import { pollsOf } from '../adapters/postgres/provider-polls.js';
import { refineScoredKeys } from '../adapters/postgres/scored-keys.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { readMatchesBetween, type WindowMatch } from '../adapters/postgres/matches-between.js';
import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { liveScores, mostIds, type LiveScoresQuery } from '../adapters/providers/api_football/live-scores.js';
import { scoresApi } from '../adapters/providers/scores_api/scores-api.js';
import { scores, type MatchSelection } from '../adapters/providers/scores_api/scores.js';
import type { Connection } from '../adapters/providers/wire/prepare.js';
import { isInWindow, matchWindow } from '../domain/clock/match-window.js';
import { scoresDue, type ScorePoll } from '../domain/clock/score-cadence.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { scoreRow } from '../domain/collect/told-row.js';
import { lookedBack } from '../domain/quality/told-gaps.js';
import type { CollectLiveScoresInput, ScoreCounts } from '../schemas/jobs/collect-live-scores.js';
import type { ToldEvent, ToldScore } from '../schemas/records/live.js';
import { instant, type Instant } from '../schemas/values.js';
import { collectTold, readTold, type CollectedTold, type ToldQuestion } from './collect-told.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';
import type { CollectScoresDeps, ScoreFeeds } from './score-feeds.js';
import { storePolledMatches } from './store-polled-matches.js';
import { streamToldScores } from './stream-scores.js';

/** The feed that is asked: one is followed, the feed of scores where there is one. */
export type ScoreSource =
  | { readonly kind: 'open'; readonly dataSource: ScoreFeed; readonly transport: 'http' | 'websocket' }
  /** No match is in its window, or the feed was asked a short while ago: nothing is asked. */
  | { readonly kind: 'closed'; readonly dataSource: ScoreFeed; readonly reason: string }
  | { readonly kind: 'missing'; readonly reason: string };

export type ScoreFeed = 'scores_api' | 'api_football';

export interface FollowedMatches {
  readonly matchIds?: readonly number[];
  /** Absent: those that are in their window. `over`: of those that are named, the ones whose window is over. */
  readonly window?: CollectLiveScoresInput['window'];
  readonly clock?: SimulatedClock;
}

export interface CollectScoresInput extends FollowedMatches {
  readonly dataSource: ScoreFeed;
  readonly liveOnly: boolean;
}

/** Activities that follow the matches in play (COL-6, COL-7). */
export function createCollectScoresActivities(deps: CollectScoresDeps) {
  const { pool } = deps;
  const now = (clock: SimulatedClock | undefined): Instant => nowBy(clock, Date.now());
  /** The matches that are to be asked about now. */
  const inWindow = async (
    dataSource: ScoreFeed,
    { matchIds, clock, window }: FollowedMatches,
  ): Promise<WindowMatch[]> => {
    const at = now(clock);
    if (window === 'over') {
      const span = { from: instant(at - lookedBack), until: instant(at - matchWindow.afterMs) };
      return await readMatchesBetween(pool, { dataSource, matchIds: matchIds ?? [], ...span });
    }
    const from = instant(at - matchWindow.afterMs);
    const until = instant(at + matchWindow.beforeMs);
    const matches = await readMatchesBetween(pool, { dataSource, matchIds, from, until });
    return matches.filter(({ kickoff, precision, status }) =>
      isInWindow({ kickoff: instant(kickoff.getTime()), precision, status }, at),
    );
  };

  return {
    /**
     * The feed of this deployment, and whether it is to be asked now: some match is in its window, and as long has passed since the last poll as the
     * budget of the feed says. A feed that is listened to costs the same however long, and named matches are asked about at once.
     */
    async scoreSource(input: FollowedMatches): Promise<ScoreSource> {
      const feed = feedOf(deps);
      if (feed.kind === 'missing') return feed;
      const { dataSource, transport } = feed;
      const matches = await inWindow(dataSource, input);
      if (matches.length === 0) return { kind: 'closed', dataSource, reason: closedReason(input) };
      if (transport === 'websocket' || input.matchIds !== undefined) return feed;
      const poll = await lastPoll(deps, dataSource);
      if (scoresDue(poll, now(input.clock))) return feed;
      const reason = `${dataSource} is asked every ${poll.everyMinutesInPlay ?? 0} minutes, and was a short while ago`;
      return { kind: 'closed', dataSource, reason };
    },

    /**
     * Asks the feed how the matches stand, once, and stores what it says. Keys that were told something new are pending afterwards.
     * Where the window has closed meanwhile nothing is asked.
     */
    async collectScores(input: CollectScoresInput): Promise<ScoreCounts> {
      return await heartbeating(async (reportPhase) => {
        const matches = await inWindow(input.dataSource, input);
        const total = { told: 0, stored: 0, unchanged: 0, rejected: 0 };
        const add = ({ told, stored, unchanged, rejected }: CollectedTold): void => {
          total.told += told;
          total.stored += stored;
          total.unchanged += unchanged;
          total.rejected += rejected;
        };
        try {
          if (matches.length > 0) await askFeed(deps, input, { matches, add, reportPhase });
        } catch (error) {
          // What was stored before a request failed is news all the same.
          await sendToRefine(deps, input.dataSource);
          throw error;
        }
        return { ...total, ...(await sendToRefine(deps, input.dataSource)) };
      });
    },

    /** Listens to the feed for most of the time until the next run, and stores what it says as it comes. */
    async streamScores(input: CollectScoresInput): Promise<ScoreCounts> {
      return await heartbeating(async (reportPhase) => {
        const matches = await inWindow(input.dataSource, input);
        const selection = selectionOf(input, matches);
        const isNothing = typeof selection === 'string' ? matches.length === 0 : selection.ids.length === 0;
        const counts = isNothing
          ? { told: 0, stored: 0, unchanged: 0, rejected: 0 }
          : await streamToldScores(deps, { matches: selection, clock: input.clock, reportPhase });
        return { ...counts, ...(await sendToRefine(deps, input.dataSource)) };
      });
    },
  };
}

/** When a feed was asked last how all matches stand, and how often its budget lets it be. */
async function lastPoll(
  { pool, budgets }: Pick<CollectScoresDeps, 'pool' | 'budgets'>,
  dataSource: ScoreFeed,
): Promise<ScorePoll> {
  const asked = (await reachingPostgres(() => pollsOf(pool, 'scores')))
    .filter((poll) => poll.dataSource === dataSource && poll.subject !== aboutNamed)
    .map(({ askedAt }) => askedAt.getTime());
  const budget = budgets.find(({ provider }) => provider === dataSource);
  return {
    everyMinutesInPlay: budget?.cadence.live.everyMinutesInPlay ?? null,
    askedAt: asked.length === 0 ? undefined : instant(Math.max(...asked)),
  };
}

const closedReason = ({ window }: FollowedMatches): string =>
  window === 'over' ? 'The window of no named match is over' : 'No match is in its window';

/** The feed that this deployment follows, or what is missing for it. */
export function feedOf({
  scoresApi: feed,
  apiFootball: fallback,
}: ScoreFeeds): Exclude<ScoreSource, { kind: 'closed' }> {
  if (feed.url !== undefined) {
    const { transport } = feed;
    return feed.key === undefined
      ? { kind: 'missing', reason: `scores_api needs a key, and ${scoresApi.keyVariable ?? ''} is not set` }
      : { kind: 'open', dataSource: 'scores_api', transport };
  }
  return fallback.key === undefined
    ? {
        kind: 'missing',
        reason: `There is no feed of scores: neither SCORES_API_URL nor ${apiFootball.keyVariable} is set`,
      }
    : { kind: 'open', dataSource: 'api_football', transport: 'http' };
}

/** Sends the keys of pending scores to refine. */
async function sendToRefine({ pool }: CollectScoresDeps, dataSource: ScoreFeed) {
  const { known, unknown } = await inTransaction(pool, ({ client }) => refineScoredKeys(client, dataSource));
  return { changedMatches: known, unknownMatches: unknown };
}

/** The subject of a question about matches by their ids. */
const aboutNamed = 'ids';

/** Which states are asked for. Without named matches all of today's: also those that are over, and those that are off. */
export function selectionOf(
  { matchIds, liveOnly }: Pick<CollectScoresInput, 'matchIds' | 'liveOnly'>,
  matches: readonly WindowMatch[],
): MatchSelection {
  if (matchIds !== undefined) return { ids: matches.flatMap(({ sourceIds }) => sourceIds) };
  return liveOnly ? 'live' : 'all';
}

/** Not asked: a question goes by the clock of its job. */
const placeholder = (): Instant => instant(0);

/** What is common to all questions about scores; the clock is the question's own. */
function aboutScores({
  clock,
  window,
}: {
  readonly clock?: SimulatedClock | undefined;
  readonly window?: FollowedMatches['window'];
}) {
  return {
    kind: 'scores' as const,
    priority: window === 'over' ? ('backfill' as const) : ('live' as const),
    clock,
    rowOf: (record: ToldEvent | ToldScore, raw: unknown) =>
      'score' in record ? scoreRow(record, raw) : null,
  };
}

/** The matches that are in their window, and who is told what becomes of a question about them. */
interface Poll {
  readonly matches: readonly WindowMatch[];
  readonly add: (collected: CollectedTold) => void;
  readonly reportPhase: ReportPhase;
}

const scoresApiOf = ({ scoresApi: { url, key } }: ScoreFeeds): Connection => ({
  ...{ provider: scoresApi, url: url?.replace(/^ws/, 'http'), key },
  clock: placeholder,
});
const apiFootballOf = ({ apiFootball: access }: ScoreFeeds): Connection => ({
  ...{ provider: apiFootball, ...access },
  clock: placeholder,
});

/** How many ids a feed takes in one request. */
export const mostIdsOf = (dataSource: ScoreFeed): number =>
  dataSource === 'scores_api' ? mostIdsOfFeed : mostIds;

/**
 * Asks the feed once about matches by its own ids, at most {@link mostIdsOf} of them, out of what the budget leaves; nothing is stored. To be run
 * within an activity.
 * @returns what it says of each match of which it tells
 */
export async function readScores(
  deps: CollectScoresDeps,
  { dataSource, clock }: Pick<CollectScoresInput, 'dataSource' | 'clock'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ToldScore>> {
  const told = new Map<string, ToldScore>();
  const common = {
    ...aboutScores({ clock, window: 'over' }),
    subject: aboutNamed,
    rowOf: (record: ToldEvent | ToldScore, raw: unknown) => {
      if (!('score' in record)) return null;
      if (!told.has(record.externalId)) told.set(record.externalId, record);
      return scoreRow(record, raw);
    },
  };
  if (dataSource === 'scores_api') {
    const connection = scoresApiOf(deps);
    await readTold(deps, { ...common, connection, endpoint: scores, query: { matches: { ids } } });
  } else {
    const connection = apiFootballOf(deps);
    await readTold(deps, { ...common, connection, endpoint: liveScores, query: { ids } });
  }
  return told;
}

async function askFeed(deps: CollectScoresDeps, input: CollectScoresInput, poll: Poll): Promise<void> {
  if (input.dataSource === 'scores_api') await askScoresApi(deps, input, poll);
  else await askApiFootball(deps, input, poll);
}

/** More ids than these the feed refuses. */
const mostIdsOfFeed = 100;

async function askScoresApi(
  deps: CollectScoresDeps,
  input: CollectScoresInput,
  { matches, add, reportPhase }: Poll,
): Promise<void> {
  const connection = scoresApiOf(deps);
  const selection = selectionOf(input, matches);
  const parts: readonly MatchSelection[] =
    typeof selection === 'string'
      ? [selection]
      : chunks(selection.ids, mostIdsOfFeed).map((ids) => ({ ids }));
  for (const part of parts) {
    const subject = typeof part === 'string' ? part : aboutNamed;
    add(
      await collectTold(deps, {
        ...aboutScores(input),
        connection,
        endpoint: scores,
        query: { matches: part },
        subject,
        alongside: (transaction, answer, at) =>
          storePolledMatches(transaction, { connection, answer, at, reportPhase }),
      }),
    );
  }
}

/**
 * One request for all matches in play. A match that is over is not among them any more: those that were in play when they were last
 * looked at, and are not now, are asked for by their ids.
 */
async function askApiFootball(
  deps: CollectScoresDeps,
  input: CollectScoresInput,
  { matches, add }: Poll,
): Promise<void> {
  const connection = apiFootballOf(deps);
  const inPlay = new Set<string>();
  const ask = async (query: LiveScoresQuery, subject: string): Promise<void> => {
    const question: ToldQuestion<LiveScoresQuery, ToldScore> = {
      ...aboutScores(input),
      connection,
      endpoint: liveScores,
      query,
      subject,
      rowOf: (record, raw) => {
        inPlay.add(record.externalId);
        return scoreRow(record, raw);
      },
    };
    add(await collectTold(deps, question));
  };
  const byIds = async (ids: readonly string[]): Promise<void> => {
    for (const part of chunks(ids, mostIds)) await ask({ ids: part }, aboutNamed);
  };
  if (input.matchIds !== undefined) {
    await byIds(matches.flatMap(({ sourceIds }) => sourceIds));
    return;
  }
  const [first, ...others] = new Set(matches.map(({ league }) => league));
  if (first === undefined) return;
  await ask({ leagues: [first, ...others] }, 'live');
  if (input.liveOnly) return;
  const left = matches.filter(({ status }) => status === 'live').flatMap(({ sourceIds }) => sourceIds);
  await byIds(left.filter((id) => !inPlay.has(id)));
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < list.length; from += size) parts.push(list.slice(from, from + size));
  return parts;
}
