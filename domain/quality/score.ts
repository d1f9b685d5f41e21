import type { SuiteResult, Validation } from '../../schemas/records/validation.js';
import { overallTable, type Scores } from '../../schemas/records/checkpoint.js';
import type { DueKind, Freshness } from '../../schemas/records/freshness.js';
import type { Weight } from '../../schemas/tables/expectations.js';

/** An expectation that holds a table back counts for as much as three that only report. */
export const weights: Readonly<Record<Weight, number>> = { blocks: 3, reports: 1 };

/** What of a validation a score is made of. */
export interface Weighed {
  readonly weight: Weight;
  readonly evaluated: number;
  readonly unexpected: number;
}

/** The share of the rows it judged that meet an expectation; 1 where it judged none. */
export const shareMet = ({ evaluated, unexpected }: Omit<Weighed, 'weight'>): number =>
  evaluated === 0 ? 1 : 1 - unexpected / evaluated;

/** The sum of the shares of rows that meet the expectations of a weight, and how many of these judged a row. */
export interface ScorePart {
  readonly met: number;
  readonly of: number;
}

/** What a score is made of: expectations that judged no row are left out. */
export function partsOfScore(validations: readonly Weighed[]): Readonly<Record<Weight, ScorePart>> {
  const partOf = (weight: Weight): ScorePart => {
    const judged = validations.filter((one) => one.weight === weight && one.evaluated > 0);
    return { met: judged.reduce((sum, one) => sum + shareMet(one), 0), of: judged.length };
  };
  return { blocks: partOf('blocks'), reports: partOf('reports') };
}

/** {@link scoreOf} in one sentence. */
export const scoreFormula =
  `100 times the mean of the shares of rows that meet each expectation, one that a contract promises counting ${weights.blocks} times one that is only reported; ` +
  'where something due of matches is missing, at most 50 and half the percentage of matches that have it';

/**
 * The score of a table, 0 to 100 (QUAL-9): 100 times the mean of the shares of rows that meet each expectation, one that holds a table back
 * weighing three times one that reports. Where no expectation judged a row, it is 100.
 */
export function scoreOf(validations: readonly Validation[]): number {
  return scoreOfParts(
    partsOfScore(
      validations.map(({ expectation, evaluated, unexpected }) => ({
        ...{ weight: expectation.weight, evaluated, unexpected },
      })),
    ),
  );
}

/** {@link scoreOf} from what it is made of. */
export function scoreOfParts({ blocks, reports }: Readonly<Record<Weight, ScorePart>>): number {
  const total = weights.blocks * blocks.of + weights.reports * reports.of;
  if (total === 0) return 100;
  return (100 * (weights.blocks * blocks.met + weights.reports * reports.met)) / total;
}

/** The score of the house: that of all expectations of all tables, as if they were one table's, so that no small table hides a large one's failure. */
export const overallScore = (results: readonly SuiteResult[]): number =>
  scoreOf(results.flatMap(({ validations }) => validations));

/** The tables that a lack of something due makes stale. */
const staleTables: Readonly<Record<DueKind, readonly string[]>> = {
  score: ['silver.matches', overallTable],
  lineups: ['silver.matches', overallTable],
  closing_price: ['silver.odds', overallTable],
  fixtures: ['silver.matches', overallTable],
  odds: ['silver.odds', overallTable],
};

/**
 * A table of which something due is missing scores at most 50 plus half the percentage of matches that have it, and so does the house; where
 * several things are due the least counts. Rows that are right and old do not make up for those that are not there, and are not nothing.
 */
export function capByFreshness(scores: Scores, freshness: Pick<Freshness, 'due'> | null): Scores {
  const capped = { ...scores };
  for (const { kind, due, missing } of freshness?.due ?? []) {
    if (due === 0) continue;
    for (const table of staleTables[kind]) {
      const score = capped[table];
      if (score !== undefined) capped[table] = Math.min(score, 50 + (50 * (due - missing)) / due);
    }
  }
  return capped;
}
