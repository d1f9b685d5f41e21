/** Scores beyond these are rare enough in league football that a person looks at each: a side's goals, and both sides' together. */
export const unusualGoals = { side: 10, total: 12 } as const;

/** What is unusual about a score, or undefined. The score is stored either way. Total on every input. */
export function unusualScore(home: number | null, away: number | null): string | undefined {
  if (home === null || away === null) return undefined;
  if (home < unusualGoals.side && away < unusualGoals.side && home + away < unusualGoals.total)
    return undefined;
  return `The score ${home}-${away} is unusual: ${unusualGoals.side} or more for a side, or ${unusualGoals.total} or more in all`;
}
