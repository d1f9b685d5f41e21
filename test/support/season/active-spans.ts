import { instant, type Instant, type Season } from '../../../schemas/values.js';
import type { Competition } from '../../../simulator/season/competition.js';
import type { MatchLife } from '../../../simulator/season/match-life.js';

/** A stretch of simulated time in which something has to be asked or told; between two of them nothing has. */
export interface ActiveSpan {
  readonly from: Instant;
  readonly to: Instant;
}

const minute = 60_000;
const hour = 60 * minute;
/** The first thing that a match asks for is its weather, six hours before. */
const before = 6 * hour + 20 * minute;
const after = 30 * minute;
/** Longer than this is idle. */
const shortestGap = 2 * hour;

/** The matches of the first matchdays of a season. */
export const livesOfMatchdays = (
  { lives }: Competition,
  season: Season,
  matchdays: number,
): readonly MatchLife[] => lives(season).filter(({ match }) => match.round <= matchdays);

/** When the matches want something, in order and apart from each other. */
export function activeSpans(lives: readonly MatchLife[]): readonly ActiveSpan[] {
  const each = lives
    .flatMap(({ events }) =>
      events.flatMap(({ at, kind }) => {
        if (kind === 'kicked off') return { from: instant(at - before), to: instant(at + after) };
        return kind === 'full time' || kind === 'abandoned' ? { from: at, to: instant(at + after) } : [];
      }),
    )
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
