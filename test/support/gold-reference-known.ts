import {
  leagues,
  teamName,
  type History,
  type HistoryMatch,
  type Score,
  type Statistic,
} from './gold-history.js';
import { collapsedAt, statisticAt } from './precedence-reference.js';

/** What was known of a history at an instant, gathered anew from everything each time. */

/** Features by their names in gold.match_features. */
export type Features = Readonly<Record<string, number | null>>;

/** A completed match as known at an instant. */
export interface Result {
  readonly match: HistoryMatch;
  readonly kickoff: number;
  readonly score: Score;
  readonly statistic: Statistic | undefined;
}

/** The result of a match by what was known at an instant; undefined where it had none. */
export function resultAt(match: HistoryMatch, instant: number): Result | undefined {
  const said = collapsedAt(match.revisions, instant);
  if (said?.status !== 'completed' || !said.present || said.score === null) return undefined;
  return {
    match,
    kickoff: said.kickoff,
    score: said.score,
    statistic: statisticAt(match.statistics, instant),
  };
}

/** What was learnt of a match at one instant: its counts, null where it had none (any more). */
export interface Learnt {
  readonly match: HistoryMatch;
  readonly score: Score | null;
  readonly shots: Score | null;
  readonly shotsOnTarget: Score | null;
}

/** Everything learnt by an instant, in the order in which it was. */
export function learntBy(history: History, instant: number): Learnt[] {
  const code = (match: HistoryMatch) => leagues.find(({ id }) => id === match.league)?.code ?? '';
  const steps = history.flatMap((match) => {
    const instants = new Set([...match.revisions, ...match.statistics].map(({ knownAt }) => knownAt));
    return [...instants]
      .filter((at) => at <= instant && collapsedAt(match.revisions, at) !== undefined)
      .map((at) => {
        const result = resultAt(match, at);
        return {
          match,
          order: [
            at,
            collapsedAt(match.revisions, at)?.kickoff ?? 0,
            code(match),
            match.season,
            teamName(match.home),
            teamName(match.away),
            match.ordinal,
          ],
          score: result?.score ?? null,
          shots: result?.statistic?.shots ?? null,
          shotsOnTarget: result?.statistic?.shotsOnTarget ?? null,
        };
      });
  });
  return steps.sort((a, b) => {
    const position = a.order.findIndex((value, index) => value !== b.order[index]);
    const [left, right] = [a.order[position] ?? 0, b.order[position] ?? 0];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}
