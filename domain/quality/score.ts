import type { SuiteResult, Validation } from '../../schemas/records/validation.js';
import type { Weight } from '../../schemas/tables/expectations.js';

/** An expectation that holds a table back counts for as much as three that only report. */
const weights: Readonly<Record<Weight, number>> = { blocks: 3, reports: 1 };

/** The share of the rows it judged that meet an expectation; 1 where it judged none. */
export const shareMet = ({ evaluated, unexpected }: Validation): number =>
  evaluated === 0 ? 1 : 1 - unexpected / evaluated;

/**
 * The score of a table, 0 to 100 (QUAL-9): 100 times the mean of the shares of rows that meet each expectation, one that holds a table back
 * weighing three times one that reports. Expectations that judged no row are left out; where none judged any, it is 100.
 */
export function scoreOf(validations: readonly Validation[]): number {
  const judged = validations.filter(({ evaluated }) => evaluated > 0);
  const total = judged.reduce((sum, { expectation }) => sum + weights[expectation.weight], 0);
  if (total === 0) return 100;
  const met = judged.reduce((sum, one) => sum + weights[one.expectation.weight] * shareMet(one), 0);
  return (100 * met) / total;
}

/** The score of the house: that of all expectations of all tables, as if they were one table's, so that no small table hides a large one's failure. */
export const overallScore = (results: readonly SuiteResult[]): number =>
  scoreOf(results.flatMap(({ validations }) => validations));
