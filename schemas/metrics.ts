import { AnomalyMethod, AnomalySeverity, AnomalyType, WatchedTable } from './records/anomaly.js';

/** What is measured, once and for all: names and labels are contracts (MET). No id of a match or team and no free text is a label. */
export interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a label with a closed set of values, that set. Any other label takes names of the house: a task, a table, a route. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

const taskSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 600, 1_800];

/** In the words of MET-44, and what those leave out. */
export const collectionErrorTypes = [
  'authentication',
  'rate_limit',
  'invalid_response',
  'api_error',
  'timeout',
  'connection_timeout',
  'connection_refused',
  'connection_error',
  'other',
] as const;

const anomalyValues = { anomaly_type: AnomalyType.options, severity: AnomalySeverity.options };
const cacheOperations = ['get', 'set'] as const;
const dataTypes = ['match', 'odds', 'scores'] as const;
const timeWindows = ['1d', '7d', '30d'] as const;

export const metrics = {
  football_data_collection_total: {
    type: 'counter',
    help: 'Attempts to collect something from a source',
    labels: ['data_source', 'collection_type'],
  },
  football_data_collection_errors_total: {
    type: 'counter',
    help: 'Attempts to collect something that failed',
    labels: ['data_source', 'collection_type', 'error_type'],
    values: { error_type: collectionErrorTypes },
  },
  football_reconciliation_gaps_found_total: {
    type: 'counter',
    help: 'Matches in which a source and the house differed when they were compared',
    labels: ['data_source'],
  },
  football_reconciliation_gaps_filled_total: {
    type: 'counter',
    help: 'Of the gaps found, those that collection filled',
    labels: ['data_source'],
  },
  football_scheduler_task_delay_seconds: {
    type: 'gauge',
    help: 'How long the latest attempt of a task waited for a worker',
    labels: ['task_name'],
  },
  football_scheduler_task_failures_total: {
    type: 'counter',
    help: 'Tasks that failed for good, by the class of their error',
    labels: ['task_name', 'failure_reason'],
  },
  football_tasks_total: {
    type: 'counter',
    help: 'Tasks that ended: succeeded, skipped for want of a prerequisite or of budget, failed for good, or cancelled',
    labels: ['task_name', 'status'],
    values: { status: ['succeeded', 'skipped', 'failed', 'cancelled'] },
  },
  football_task_duration_seconds: {
    type: 'histogram',
    help: 'How long an attempt of a task took',
    labels: ['task_name'],
    buckets: taskSeconds,
  },
  football_task_error_rate: {
    type: 'gauge',
    help: 'Share of a task’s attempts of the last hour, in this process, that failed',
    labels: ['task_name'],
  },
  football_active_tasks: { type: 'gauge', help: 'Attempts that run at present', labels: ['task_name'] },
  football_task_retries_total: {
    type: 'counter',
    help: 'Attempts after the first, by which one it was: 1, 2, or 3 and more',
    labels: ['task_name', 'retry_count'],
    values: { retry_count: ['1', '2', '3'] },
  },
  football_queue_size: {
    type: 'gauge',
    help: 'Tasks that wait on a task queue of Temporal, as it estimates',
    labels: ['queue_name'],
  },
  football_queue_delay_seconds: {
    type: 'gauge',
    help: 'How long the task has waited that waits longest on a task queue of Temporal',
    labels: ['queue_name'],
  },
  football_provider_budget_remaining: {
    type: 'gauge',
    help: 'Units that a provider still lets us ask in this day or minute of UTC',
    labels: ['provider', 'period'],
  },
  football_machine_free_ratio: {
    type: 'gauge',
    help: 'Free share of what the machine has: memory, or the disk of the home',
    labels: ['resource'],
    values: { resource: ['memory', 'disk'] },
  },
  football_constraint_violations_total: {
    type: 'counter',
    help: 'Rows that a rule of the tables refused, since they are counted',
    labels: ['constraint'],
  },
  football_provider_health: {
    type: 'gauge',
    help: 'A source by its last check: parse_yield, agreement and correction_rate as shares, silence in parts of what is borne, alarm 0 none, 1 degraded, 2 dying',
    labels: ['data_source', 'measure'],
    values: { measure: ['parse_yield', 'agreement', 'correction_rate', 'silence', 'alarm'] },
  },
  football_data_quality_score: {
    type: 'gauge',
    help: 'Score of a table, 0 to 100, by the last check of what is published; overall for all of them',
    labels: ['table_name'],
  },
  football_data_quality_check_success_rate: {
    type: 'gauge',
    help: 'Percentage of a suite’s expectations that every row met at the last check',
    labels: ['table_name', 'suite_name'],
  },
  football_data_quality_expectations_total: {
    type: 'gauge',
    help: 'Expectations of a suite at the last check',
    labels: ['table_name', 'suite_name'],
  },
  football_data_quality_expectations_failed: {
    type: 'gauge',
    help: 'Expectations of a type that some row did not meet at the last check',
    labels: ['table_name', 'suite_name', 'expectation_type'],
  },
  football_data_freshness_hours: {
    type: 'gauge',
    help: 'Hours since something was last told, as of the last check',
    labels: ['table_name', 'data_type'],
  },
  football_data_quality_check_duration_seconds: {
    type: 'histogram',
    help: 'How long a table was held against its suite, in checks of what is published',
    labels: ['table_name'],
    buckets: taskSeconds,
  },
  football_data_anomalies_detected_total: {
    type: 'counter',
    help: 'Rows that a method found anomalous, or columns where it compares distributions',
    labels: ['table_name', 'anomaly_type', 'detection_method', 'severity'],
    values: { ...anomalyValues, table_name: WatchedTable.options, detection_method: AnomalyMethod.options },
  },
  football_data_drift_score: {
    type: 'gauge',
    help: 'How far a column has moved from its baseline, by the last detection of its table: 0 where that is no drift, 1 beyond measure',
    labels: ['table_name', 'feature_name'],
  },
  football_data_anomaly_detection_duration_seconds: {
    type: 'histogram',
    help: 'How long a method took to judge the rows of a window',
    labels: ['table_name', 'detection_method'],
    values: { table_name: WatchedTable.options, detection_method: AnomalyMethod.options },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15],
  },
  football_data_anomaly_detection_coverage: {
    type: 'gauge',
    help: 'Percent of the rows of a table’s last detection that were judged against what is usual; limits need no past and do not count',
    labels: ['table_name'],
  },
  football_data_quality_anomaly_records: {
    type: 'gauge',
    help: 'Rows, or columns, that the last detection of a table found anomalous',
    labels: ['table_name', 'anomaly_type', 'severity'],
    values: { ...anomalyValues, table_name: WatchedTable.options },
  },
  football_data_anomaly_false_alarm_ratio: {
    type: 'gauge',
    help: 'Share of the alarms that people have decided about that they marked as false',
    labels: ['table_name'],
  },
  football_data_quarantined_records: {
    type: 'gauge',
    help: 'Rows that are in quarantine',
    labels: ['table_name'],
  },
  football_cache_operations_total: {
    type: 'counter',
    help: 'Keys that a cache was asked for or given: hit, miss, success; refused where something newer was there, bypass while writes are not heard of, error where it could not be reached',
    labels: ['operation', 'cache_type', 'status'],
    values: { operation: cacheOperations, status: ['hit', 'miss', 'success', 'refused', 'bypass', 'error'] },
  },
  football_cache_hit_rate: {
    type: 'gauge',
    help: 'Percent of the keys asked for, since this process began, that were there; the type all is of all answers that are kept by version',
    labels: ['cache_type'],
  },
  football_cache_response_time_seconds: {
    type: 'histogram',
    help: 'How long a call to a cache took, whatever came of it',
    labels: ['operation', 'cache_type'],
    values: { operation: cacheOperations },
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  football_redis_connection_pool_size: {
    type: 'gauge',
    help: 'Connections that this process held to Redis at its last call',
    labels: ['pool_type'],
  },
  football_redis_keys: { type: 'gauge', help: 'Keys that Redis holds', labels: [] },
  football_redis_memory_bytes: { type: 'gauge', help: 'Memory that Redis uses', labels: [] },
  football_redis_memory_ratio: {
    type: 'gauge',
    help: 'Share of the memory that Redis may use; 0 where it has no limit',
    labels: [],
  },
  football_redis_connected_clients: { type: 'gauge', help: 'Clients that Redis has', labels: [] },
  football_redis_expired_keys_total: {
    type: 'counter',
    help: 'Keys whose time came since Redis began',
    labels: [],
  },
  football_data_feature_vectors_served_total: {
    type: 'counter',
    help: 'Matches whose features were asked for, by how that was answered; all but online and computed were told nulls',
    labels: ['service', 'status'],
  },
  football_data_feature_skew_mismatches_total: {
    type: 'counter',
    help: 'Features served online that are not, to the bit, what the lake says as of then',
    labels: ['service', 'feature'],
  },
  football_data_feature_skew_size: {
    type: 'gauge',
    help: 'The largest difference of such a feature by the last check that compared its service; 0 where all were equal',
    labels: ['service', 'feature'],
  },
  football_predictions_total: {
    type: 'counter',
    help: 'Predictions made, by the result they name; one that is told again from the cache does not count',
    labels: ['model_name', 'model_version', 'predicted_result'],
    values: { predicted_result: ['home', 'draw', 'away'] },
  },
  football_predictions_refused_total: {
    type: 'counter',
    help: 'Matches that were asked for and not predicted, by reason; broken is ours, all others are of the match',
    labels: ['reason'],
  },
  football_prediction_confidence_score: {
    type: 'histogram',
    help: 'The greatest of the three chances of a prediction',
    labels: ['model_name', 'model_version'],
    buckets: [0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9],
  },
  football_model_prediction_duration_seconds: {
    type: 'histogram',
    help: 'How long the predictions of one request took, from the features on, until they could be told',
    labels: ['model_name', 'model_version'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  },
  football_model_load_duration_seconds: {
    type: 'histogram',
    help: 'How long it took to have a version of a model ready to answer',
    labels: ['model_name', 'model_version'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15],
  },
  football_prediction_accuracy: {
    type: 'gauge',
    help: 'Share of the verified predictions of matches that began within a window before now that named the result',
    labels: ['model_name', 'model_version', 'time_window'],
    values: { time_window: timeWindows },
  },
  football_prediction_log_loss: {
    type: 'gauge',
    help: 'Mean log loss of the same predictions',
    labels: ['model_name', 'model_version', 'time_window'],
    values: { time_window: timeWindows },
  },
  football_prediction_rps: {
    type: 'gauge',
    help: 'Mean ranked probability score of the same predictions',
    labels: ['model_name', 'model_version', 'time_window'],
    values: { time_window: timeWindows },
  },
  football_prediction_closing_line_value: {
    type: 'gauge',
    help: 'Mean logarithm of what the closing prices give the predicted result over what the prices gave it when it was predicted',
    labels: ['model_name', 'model_version', 'time_window'],
    values: { time_window: timeWindows },
  },
  football_model_coverage_rate: {
    type: 'gauge',
    help: 'Share of the matches that were played within the last 30 days, in leagues that it knows, that a version had predicted',
    labels: ['model_name', 'model_version'],
  },
  football_model_suspected_leak: {
    type: 'gauge',
    help: '1 for a version that beats the closing prices by more than can be, until a person has looked at it',
    labels: ['model_name', 'model_version'],
  },
  football_daily_predictions_count: {
    type: 'gauge',
    help: 'Predictions that were stored on a day of UTC, today and the six before',
    labels: ['model_name', 'date'],
  },
  kafka_messages_produced_total: {
    type: 'counter',
    help: 'Messages that the brokers have acknowledged',
    labels: ['topic', 'data_type'],
  },
  kafka_messages_consumed_total: {
    type: 'counter',
    help: 'Messages that a group has handled, those among them that went to the dead letters',
    labels: ['topic', 'consumer_group'],
  },
  kafka_consumer_lag_seconds: {
    type: 'gauge',
    help: 'How old the oldest message of a partition is that its group has not handled; 0 where there is none',
    labels: ['topic', 'partition'],
  },
  kafka_producer_batch_size_avg: {
    type: 'gauge',
    help: 'Mean bytes of keys and values in the batches that this process has sent',
    labels: ['topic'],
  },
  stream_processing_duration_seconds: {
    type: 'histogram',
    help: 'How long a step of the streams took: relaying a round, landing a batch, refining, publishing results',
    labels: ['operation_type'],
    values: { operation_type: ['relay', 'land', 'refine', 'publish'] },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60],
  },
  football_stream_dead_letters_total: {
    type: 'counter',
    help: 'Messages that could not be handled and went to the dead letters',
    labels: ['topic'],
  },
  football_database_backup_success_total: {
    type: 'counter',
    help: 'Backups that were made and proven whole',
    labels: ['backup_type', 'database_name'],
  },
  football_database_last_backup_timestamp: {
    type: 'gauge',
    help: 'When the last good backup of a kind was finished, in seconds of Unix',
    labels: ['backup_type', 'database_name'],
  },
  football_database_backup_duration_seconds: {
    type: 'histogram',
    help: 'How long a backup took',
    labels: ['backup_type', 'database_name'],
    buckets: taskSeconds,
  },
  football_database_backup_file_size_bytes: {
    type: 'gauge',
    help: 'Size of the last good backup of a kind',
    labels: ['backup_type', 'database_name'],
  },
  football_database_backup_failure_total: {
    type: 'counter',
    help: 'Backups that failed, by the class of their error',
    labels: ['backup_type', 'database_name', 'error_type'],
  },
  football_database_restore_drill_passed: {
    type: 'gauge',
    help: 'Whether the last drill of a restore found all as it should be: 1, else 0',
    labels: ['database_name'],
  },
  football_database_last_restore_drill_timestamp: {
    type: 'gauge',
    help: 'When the last drill of a restore ended, in seconds of Unix',
    labels: ['database_name'],
  },
  football_database_last_passed_restore_drill_timestamp: {
    type: 'gauge',
    help: 'When a drill of a restore last found all as it should be, in seconds of Unix',
    labels: ['database_name'],
  },
  football_database_restore_drill_rto_seconds: {
    type: 'gauge',
    help: 'How long the slowest restore of the last drill took until its copy answered',
    labels: ['database_name'],
  },
  football_database_restore_drill_rpo_seconds: {
    type: 'gauge',
    help: 'How much of the newest commits the last drill would have lost',
    labels: ['database_name'],
  },
  football_data_cleaning_total: {
    type: 'counter',
    help: 'Payloads that cleaning has decided about: brought to the tables, or held with a reason',
    labels: ['data_type'],
    values: { data_type: dataTypes },
  },
  football_data_cleaning_errors_total: {
    type: 'counter',
    help: 'Of these, the payloads that were held',
    labels: ['data_type'],
    values: { data_type: dataTypes },
  },
  football_database_table_rows: {
    type: 'gauge',
    help: 'Rows of a table as Postgres estimates them, its partitions together',
    labels: ['table_name'],
  },
  football_http_request_duration_seconds: {
    type: 'histogram',
    help: 'How long an answer of the API took, by the route as it is declared; none where there is no such address',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  football_database_connections: {
    type: 'gauge',
    help: 'Connections that this process holds to Postgres, by role',
    labels: ['role'],
    values: { role: ['reader', 'writer', 'admin'] },
  },
} as const satisfies Readonly<Record<string, MetricDeclaration>>;

type Declared = typeof metrics;
export type MetricName = keyof Declared;
/** The metrics of one type. */
export type MetricOfType<T extends MetricDeclaration['type']> = {
  [N in MetricName]: Declared[N]['type'] extends T ? N : never;
}[MetricName];
/** Every label of a metric, with its value. */
export type LabelsOf<N extends MetricName> = {
  readonly [L in Declared[N]['labels'][number]]: ValueOf<Declared[N], L>;
};
type ValueOf<D, L extends string> = D extends { readonly values: Readonly<Record<L, readonly (infer V)[]>> }
  ? V
  : string;

/** Names that the field gives a task; any other task is called by its activity. */
const taskNames: Readonly<Record<string, string>> = {
  collectFile: 'files_collection',
  refineBatch: 'data_cleaning',
  buildGold: 'feature_calculation',
  fixtureSources: 'fixtures_collection',
  collectOddsRequest: 'odds_collection',
};

/** `refreshView` is the task `refresh_view`. */
export const taskName = (activityType: string): string =>
  taskNames[activityType] ?? activityType.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
