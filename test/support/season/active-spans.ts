import { instant, type Instant, type Season } from '../../../schemas/values.js';
import type { Competition } from '../../../simulator/season/competition.js';
import type { MatchLife } from '../../../simulator/season/match-life.js';

/** A stretch of simulated time, from its first instant to its last. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

const minute = 60_000;
const hour = 60 * minute;
/** Nobody publishes line-ups earlier; what is due before it is made late, at once (SCH-3). */
const before = 90 * minute;
/** A feed that is late tells the end within this time, or the next day's list does. */
const after = 12 * minute;
/** Longer than this is idle. */
const shortestGap = 2 * hour;

/** The matches of the first matchdays of a season. */
export const livesOfMatchdays = (
  { lives }: Competition,
  season: Season,
  matchdays: number,
): readonly MatchLife[] => lives(season).filter(({ match }) => match.round <= matchdays);

/** From the kick-off of a match to its end, or to where it was abandoned; undefined where it was not played. */
export function played({ events }: MatchLife): Span | undefined {
  const from = events.find(({ kind }) => kind === 'kicked off')?.at;
  const to = events.find(({ kind }) => kind === 'full time' || kind === 'abandoned')?.at;
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** When something happens in the matches, in order and apart from each other: between two of these spans is nothing but news of a list. */
export function activeSpans(lives: readonly MatchLife[]): readonly Span[] {
  const each = lives
    .flatMap((life) => played(life) ?? [])
    .map(({ from, to }) => ({ from: instant(from - before), to: instant(to + after) }))
    .sort((a, b) => a.from - b.from);
  const spans: { from: Instant; to: Instant }[] = [];
  for (const span of each) {
    const last = spans.at(-1);
    if (last !== undefined && span.from - last.to < shortestGap)
      last.to = span.to > last.to ? span.to : last.to;
    else spans.push({ ...span });
  }
  return spans;
}
