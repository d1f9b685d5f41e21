import type {
  LackingRecords,
  MatchStanding,
  ReconciliationGap,
  ScoreStanding,
} from '../../schemas/records/reconciliation.js';
import type { Instant, MatchStatus } from '../../schemas/values.js';
import { oddsDue } from '../clock/odds-cadence.js';

/** So far back results, line-ups, injuries and weather are looked for (milliseconds): a run that was missed, and the one after it, still find them. */
export const lookedBack = 28 * 24 * 3_600_000;

/** No feed has more to say today of a match that stands so. */
const settled: ReadonlySet<MatchStatus> = new Set(['completed', 'cancelled', 'abandoned', 'postponed']);

type Said = Pick<MatchStanding, 'status' | 'homeScore' | 'awayScore'>;

/** How a feed says that a match ended; undefined where it does not tell of it. */
export type ToldResult = Said | undefined;

const isSame = (a: Said, b: Said | null | undefined): boolean =>
  a.status === b?.status && a.homeScore === b.homeScore && a.awayScore === b.awayScore;

/** In which way what the feed says of a match whose window is over is missing in the house; undefined where nothing is. */
export function scoreGap(told: ToldResult, standing: ScoreStanding): ReconciliationGap | undefined {
  const { matchId, kickOff, sourceId, current, own, bronze } = standing;
  const gap = { key: String(matchId), houseSays: current };
  if (told === undefined || !settled.has(told.status)) {
    if (settled.has(current.status)) return undefined;
    const reason =
      sourceId === null
        ? 'the feed has not told of the match'
        : told === undefined
          ? 'the feed does not tell of the match any more'
          : `the feed has it as ${told.status} still`;
    return { ...gap, kind: 'untold', content: '', sourceSays: null, reason };
  }
  if (isSame(told, current) || isSame(told, own)) return undefined;
  const { status, homeScore, awayScore } = told;
  const said = {
    ...gap,
    content: `${status} ${homeScore ?? ''}-${awayScore ?? ''}`,
    sourceSays: { kickOff, status, homeScore, awayScore },
    reason: null,
  };
  if (bronze === null) return { ...said, kind: 'missing_in_bronze' };
  if (!isSame(told, bronze.says)) return { ...said, kind: 'differing_in_bronze' };
  const { processed, error } = bronze;
  if (processed === 'held' || processed === 'rejected') return { ...said, kind: 'held', reason: error };
  if (own === null || !settled.has(current.status)) return { ...said, kind: 'missing_in_silver' };
  // A list of the feed's source has spoken since, or refine has decided against it.
  return processed === 'pending' ? { ...said, kind: 'differing_in_silver' } : undefined;
}

/** Why a gap of scores is not filled as the match stands now; undefined where it is. */
export function whyScoreLeft(
  { sourceSays, reason }: Pick<ReconciliationGap, 'sourceSays' | 'reason'>,
  standing: ScoreStanding | undefined,
): string | undefined {
  if (standing === undefined) return 'the match is known no more';
  if (sourceSays === null) {
    return settled.has(standing.current.status) ? undefined : (reason ?? 'the feed tells no result');
  }
  const left = scoreGap(sourceSays, standing);
  switch (left?.kind) {
    case undefined:
      return undefined;
    case 'missing_in_bronze':
      return 'the feed was not asked again';
    case 'differing_in_bronze':
      return 'the feed was not asked again, or says something else since';
    case 'held':
      return left.reason ?? 'it waits for a person';
    case 'missing_in_silver':
    case 'differing_in_silver':
    case 'listed_no_more':
    case 'untold':
    case 'lost':
      return standing.bronze?.processed === 'pending'
        ? 'refine has not come to it'
        : 'refine lets an earlier word stand';
  }
}

/** A price or an injury that a source tells of a match, and the version of it that bronze has. */
export interface ComparedRecord {
  readonly recordKey: string;
  /** What it says, in hex. */
  readonly content: string;
  readonly stored: { readonly content: string; readonly lastSeenAt: Instant } | undefined;
}

/**
 * Which prices of a match the house lacks: a market of a bookmaker that it does not have, or one whose price is another by now and was seen last
 * longer ago than the cadence of the match allows. A price that changed since it was collected in time is not lacking.
 */
export function lackingPrices(
  prices: readonly ComparedRecord[],
  { sourceId, kickoff }: { readonly sourceId: string; readonly kickoff: Instant },
  now: Instant,
): LackingRecords | undefined {
  return lackingRecords(
    prices,
    sourceId,
    (lastSeenAt) => oddsDue({ kickoff, askedAt: lastSeenAt }, now) !== undefined,
  );
}

/**
 * Injuries are collected daily, and a run may be late: of a match that began longer ago than this (milliseconds), or that was looked at last longer ago,
 * a collection should have had what is told now.
 */
export const injuriesCadence = 36 * 3_600_000;

/**
 * Which injuries of a match that was played the house lacks: a player whom it does not have, or of whom something else is told by now than was
 * seen last longer ago than a daily collection allows.
 */
export const lackingInjuries = (
  injuries: readonly ComparedRecord[],
  sourceId: string,
  now: Instant,
): LackingRecords | undefined =>
  lackingRecords(injuries, sourceId, (lastSeenAt) => now - lastSeenAt > injuriesCadence);

function lackingRecords(
  records: readonly ComparedRecord[],
  sourceId: string,
  isOverdue: (lastSeenAt: Instant) => boolean,
): LackingRecords | undefined {
  const missing: string[] = [];
  const outdated: string[] = [];
  for (const { recordKey, content, stored } of records) {
    if (stored === undefined) missing.push(recordKey);
    else if (stored.content !== content && isOverdue(stored.lastSeenAt)) outdated.push(recordKey);
  }
  return missing.length + outdated.length === 0 ? undefined : { sourceId, missing, outdated };
}
