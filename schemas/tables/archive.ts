import type { LakeTable } from './lake-table.js';
import { column } from './lake-table.js';

/**
 * A table of the lake that old rows of Postgres move to. Once they have moved, the lake alone has them: a rebuild leaves
 * these tables as they are.
 */
export interface ArchiveTable extends LakeTable {
  readonly partitionColumn: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The table of Postgres, with a column `id` and every column of this declaration by the same name. */
  readonly source: string;
  /** The rows that nothing will change any more, as a condition on `source`. */
  readonly finished: string;
}

const predictions: ArchiveTable = {
  layer: 'gold',
  name: 'predictions',
  owner: 'predicting',
  description:
    'Predictions of months past, with what became of them; the newer ones are in Postgres (GLD-6).',
  source: 'predictions',
  finished: 'true',
  partitionColumn: 'created_at',
  businessKey: ['id'],
  columns: [
    column('id', 'BIGINT', 'predictions.id of Postgres.'),
    column('match_id', 'BIGINT', 'silver.matches.id'),
    column('model_version', 'VARCHAR', 'Version in the model registry.'),
    column('model_name', 'VARCHAR', 'Name in the model registry.'),
    column('home_win_probability', 'DECIMAL(5,4)', 'Probability that the home team wins.'),
    column('draw_probability', 'DECIMAL(5,4)', 'Probability of a draw.'),
    column('away_win_probability', 'DECIMAL(5,4)', 'Probability that the away team wins.'),
    column('predicted_result', 'VARCHAR', 'home, draw or away.'),
    column('confidence_score', 'DECIMAL(5,4)', 'The largest of the three probabilities.'),
    column('features_used', 'VARCHAR', 'The values the model was given, as JSON text.'),
    column('prediction_metadata', 'VARCHAR', 'Model, variant, snapshot and cutoff, as JSON text.'),
    column('created_at', 'TIMESTAMPTZ', 'When the prediction was made.'),
    column('actual_result', 'VARCHAR', 'home, draw or away; null where it was never verified.'),
    column('is_correct', 'BOOLEAN', 'Whether the prediction came true; null where it was never verified.'),
    column('verified_at', 'TIMESTAMPTZ', 'When it was verified.'),
    column('updated_at', 'TIMESTAMPTZ', 'When it was last changed.'),
  ],
};

const dataCollectionLogs: ArchiveTable = {
  layer: 'bronze',
  name: 'data_collection_logs',
  owner: 'collecting',
  description: 'Collection runs of months past; the newer ones are in Postgres.',
  source: 'data_collection_logs',
  finished: "status <> 'RUNNING'",
  partitionColumn: 'start_time',
  businessKey: ['id'],
  columns: [
    column('id', 'BIGINT', 'data_collection_logs.id of Postgres.'),
    column('data_source', 'VARCHAR', 'Whom was collected from.'),
    column('collection_type', 'VARCHAR', 'What was collected.'),
    column('run_id', 'VARCHAR', 'The run of the workflow.'),
    column('start_time', 'TIMESTAMPTZ', 'When the run began.'),
    column('end_time', 'TIMESTAMPTZ', 'When it ended.'),
    column('records_collected', 'INTEGER', 'Rows and files seen.'),
    column('success_count', 'INTEGER', 'Those that were stored.'),
    column('error_count', 'INTEGER', 'Those that failed.'),
    column('status', 'VARCHAR', 'SUCCESS, PARTIAL or FAILED.'),
    column('error_message', 'VARCHAR', 'The message of the first failure.'),
    column('created_at', 'TIMESTAMPTZ', 'When the line was written.'),
    column('updated_at', 'TIMESTAMPTZ', 'When it was last changed.'),
  ],
};

/**
 * What may leave Postgres. Nothing else may: a rebuild replays raw payloads, refine compares with every stored quote and
 * revision, and a finding that was handled must be known when it is found again.
 */
export const archiveTables: readonly ArchiveTable[] = [dataCollectionLogs, predictions];
