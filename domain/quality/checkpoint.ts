import type { CheckpointFigures } from '../../schemas/records/checkpoint.js';
import type { BasicAnomalies } from '../../schemas/records/basic-anomalies.js';
import { overallTable } from '../../schemas/records/checkpoint.js';
import type { Freshness } from '../../schemas/records/freshness.js';
import type { SuiteResult } from '../../schemas/records/validation.js';
import { holdsBack } from './gate.js';
import { capByFreshness, overallScore, scoreOf } from './score.js';

/** A run of suites in figures (QUAL-8, QUAL-9). Without a row that was judged everything is met. */
export function figuresOf(results: readonly SuiteResult[], freshness: Freshness | null): CheckpointFigures {
  const judged = results.flatMap(({ validations }) => validations).filter(({ evaluated }) => evaluated > 0);
  const met = judged.filter(({ unexpected }) => unexpected === 0);
  const scores = {
    ...Object.fromEntries(results.map(({ table, validations }) => [table, scoreOf(validations)])),
    [overallTable]: overallScore(results),
  };
  return {
    executionTime: results.reduce((sum, { seconds }) => sum + seconds, 0),
    rowsJudged: results.reduce((sum, { rows }) => sum + rows, 0),
    overallSuccessRate: judged.length === 0 ? 100 : (100 * met.length) / judged.length,
    scores: capByFreshness(scores, freshness),
    heldBack: holdsBack(results).length > 0,
  };
}

/** How many anomalies a check found; null where it looked for none. */
export const anomaliesCount = (anomalies: BasicAnomalies | null): number | null =>
  anomalies === null ? null : anomalies.suspiciousOdds.count + anomalies.unusualScores.count;
