import { sourcePrecedence, type FieldGroup } from '../../schemas/source-precedence.js';
import type { Revision, Score, Statistic } from './gold-words.js';

/** The precedence of sources per field, written plainly and slowly: what several sources said, brought to one word. */

/** A match as all its sources together have it. */
export interface Collapsed {
  readonly kickoff: number;
  readonly precision: 'minute' | 'day';
  readonly status: Revision['status'];
  readonly score: Score | null;
  readonly venue: string | null;
  readonly referee: string | null;
  readonly present: boolean;
}

interface Word {
  readonly source: string;
  readonly knownAt: number;
}

/** The word of the source that is listed first; of sources not listed, the first by name, after all that are. */
function firstOf<T extends Word>(words: readonly T[], group: FieldGroup): T | undefined {
  const listed: readonly string[] = sourcePrecedence[group];
  for (const source of [...listed, ...words.map((word) => word.source).sort()]) {
    const word = words.find((candidate) => candidate.source === source);
    if (word !== undefined) return word;
  }
  return undefined;
}

const latestOfEach = <T extends Word>(words: readonly T[], instant: number): T[] => {
  const known = words.filter(({ knownAt }) => knownAt <= instant);
  return known.filter(
    (word) => !known.some((other) => other.source === word.source && other.knownAt > word.knownAt),
  );
};

/** Those that hold it, if any does; else all. */
const preferably = <T>(words: readonly T[], holds: (word: T) => boolean): readonly T[] =>
  words.some(holds) ? words.filter(holds) : words;

/** What was known of a match at an instant; undefined where nothing was. */
export function collapsedAt(revisions: readonly Revision[], instant: number): Collapsed | undefined {
  const speaking = preferably(latestOfEach(revisions, instant), ({ present }) => present);
  const kickoff = firstOf(
    preferably(speaking, ({ precision }) => precision === 'minute'),
    'kickoff',
  );
  const stages = [['completed', 'cancelled', 'abandoned'], ['live'], ['postponed'], ['scheduled']];
  const furthest = stages.find((stage) => speaking.some(({ status }) => stage.includes(status)));
  const result = firstOf(
    speaking.filter(({ status }) => furthest?.includes(status)),
    furthest?.includes('live') === true ? 'live_result' : 'result',
  );
  if (kickoff === undefined || result === undefined) return undefined;
  return {
    kickoff: kickoff.kickoff,
    precision: kickoff.precision,
    status: result.status,
    score: result.score,
    venue:
      firstOf(
        preferably(speaking, ({ venue }) => venue !== null),
        'venue',
      )?.venue ?? null,
    referee:
      firstOf(
        preferably(speaking, ({ referee }) => referee !== null),
        'referee',
      )?.referee ?? null,
    present: speaking.some(({ present }) => present),
  };
}

/** The counts known of a match at an instant: those of one source, whole. */
export function statisticAt(statistics: readonly Statistic[], instant: number): Statistic | undefined {
  const counted = ({ shots, shotsOnTarget, corners }: Statistic): boolean =>
    [shots, shotsOnTarget, corners].some((counts) => counts !== null);
  return firstOf(preferably(latestOfEach(statistics, instant), counted), 'statistics');
}
