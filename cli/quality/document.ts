import { anomaliesCount } from '../../domain/quality/checkpoint.js';
import { scoreFormula } from '../../domain/quality/score.js';
import { targetsOf } from '../../domain/quality/targets.js';
import type { CheckpointLine, StoredCheckpoint } from '../../schemas/records/checkpoint.js';
import { toIso } from '../../schemas/values.js';

/** A run of suites in figures, as --json prints it. */
export const lineDocument = (line: CheckpointLine) => ({
  ...{ checkpoint: line.id, kind: line.kind, runId: line.runId, snapshot: line.snapshot },
  ...{ runAt: toIso(line.runAt), execution_time: line.executionTime, rowsJudged: line.rowsJudged },
  ...{ overall_success_rate: line.overallSuccessRate, scores: line.scores, heldBack: line.heldBack },
});

/** A run of suites with what it found, by the names of QUAL-8. */
export function checkpointDocument(checkpoint: StoredCheckpoint) {
  const { overall_success_rate, ...line } = lineDocument(checkpoint);
  const { validations, freshness, anomalies } = checkpoint;
  const unmet = validations.filter(({ unexpected }) => unexpected > 0).length;
  return {
    ...line,
    scoreFormula,
    anomalies_count: anomaliesCount(anomalies),
    targets: targetsOf(checkpoint),
    validation_results: {
      overall_statistics: { overall_success_rate, expectations: validations.length, unmet },
      validations,
    },
    freshness,
    anomalies,
  };
}

/** What --json prints of a run of suites. */
export const checkpointJson = [
  '{"checkpoint", "kind", "runId", "snapshot", "runAt", "execution_time", "rowsJudged", "scores": {table: 0 to 100}, "heldBack", "scoreFormula",',
  '"anomalies_count", "targets": [{"target", "value", "reached"}], "validation_results": {"overall_statistics": {"overall_success_rate", "expectations", "unmet"}, "validations": [{"table", "suite",',
  '"type", "columns", "weight", "says", "evaluated", "unexpected", "examples"}]}, "freshness": {"fixturesLastUpdate", "oddsLastUpdate", "due",',
  '"missingMatches", "waiting", "goldBehind"} (ages in hours), "anomalies": {"suspiciousOdds", "unusualScores": {"count", "of", "shown"}}}',
].join('\n');
