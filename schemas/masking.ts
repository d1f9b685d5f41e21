/**
 * What a masked dump says in place of a value (SEC-3):
 * - `plain`    the value itself: it is a word of ours, of football, or a machine's
 * - `person`   a name of nobody, the same for the same person within one dump
 * - `text`     one word for every free text: what people and errors write may hold anything
 * - `emptied`  `{}` for JSON that providers, rows or people wrote
 * - `noItems`  `[]` for a list of such
 */
export type Mask = 'plain' | 'person' | 'text' | 'emptied' | 'noItems';

/** `excluded`: the table comes without rows. Otherwise each of its columns that can hold text, JSON or bytes, under what becomes of it. */
export type TableMasking = 'excluded' | Readonly<Partial<Record<Mask, readonly string[]>>>;

/**
 * Every table and each of its columns that can hold words. A new one has to be declared: until then no masked dump is made, and a test fails.
 * The lake's catalogue is left out whole: its Parquet would be needed, and that is not masked.
 */
export const masking: Readonly<Record<string, TableMasking>> = {
  anomaly_baselines: { plain: ['table_name', 'column_name', 'baseline'] },
  anomaly_configurations: { plain: ['table_name', 'change', 'configuration'], person: ['by'], text: ['why'] },
  anomaly_detections: { plain: ['run_id', 'table_name', 'method', 'anomaly_type', 'severity', 'details'] },
  anomaly_watermarks: { plain: ['table_name', 'run_id'] },
  api_keys: 'excluded',
  cache_touched: 'excluded',
  cache_versions: { plain: ['scope'] },
  checkpoint_store: { plain: ['data_source', 'kind', 'run_id', 'scores', 'freshness', 'anomalies'] },
  constraint_violations: {
    plain: ['constraint_name', 'table_name', 'sql_state'],
    text: ['message'],
    emptied: ['detail'],
  },
  data_collection_logs: {
    plain: ['data_source', 'collection_type', 'run_id', 'status'],
    text: ['error_message'],
  },
  data_quality_logs: {
    plain: ['table_name', 'error_type', 'severity', 'status', 'finding_key', 'field'],
    person: ['handled_by'],
    text: ['error_message', 'resolution_notes'],
    emptied: ['error_data'],
  },
  drift_retrainings: { plain: ['run_id', 'workflow_id'] },
  edition_rows: {},
  error_logs: 'excluded',
  expectations_store: {
    plain: [
      'data_source',
      'table_name',
      'suite_name',
      'expectation_type',
      'column_names',
      'declaration',
      'weight',
      'says',
    ],
  },
  feature_skew_checks: { plain: ['run_id', 'services'] },
  features: { plain: ['team_type', 'feature_set_version', 'season'] },
  fixture_revisions: {
    plain: ['data_source', 'known_at_basis', 'kickoff_precision', 'match_status', 'venue'],
    person: ['referee'],
  },
  gold_inputs: { plain: ['run_id'] },
  kysely_migration: { plain: ['name', 'timestamp'] },
  kysely_migration_lock: 'excluded',
  lake_dirty_partitions: { plain: ['table_name'] },
  league_external_ids: { plain: ['data_source', 'external_id'], person: ['added_by'], text: ['reason'] },
  leagues: { plain: ['code', 'name', 'country', 'time_zone'] },
  lineage_deliveries: 'excluded',
  lineage_descriptions: { plain: ['version'], emptied: ['content'] },
  lineage_events: {
    plain: ['event_type', 'job_namespace', 'job_name', 'inputs', 'outputs', 'producer', 'description'],
    emptied: ['facets'],
  },
  match_external_ids: { plain: ['data_source', 'external_id'] },
  match_plans: { plain: ['kickoff_precision', 'state', 'told_clock'] },
  match_registry: { plain: ['season'] },
  match_statistics: { plain: ['data_source', 'known_at_basis'] },
  matches: {
    plain: ['season', 'kickoff_precision', 'match_status', 'venue', 'weather'],
    person: ['referee'],
  },
  materialized_view_refreshes: { plain: ['view_name'] },
  model_promotion_ends: { plain: ['outcome'] },
  model_promotions: { plain: ['model_name', 'action', 'gate'], person: ['decided_by'], text: ['reason'] },
  odds: { plain: ['data_source', 'bookmaker', 'market_type', 'quote_kind', 'price_phase', 'known_at_basis'] },
  odds_last_seen: { plain: ['data_source', 'bookmaker', 'market_type', 'price_phase'] },
  permission_history: { plain: ['object_kind', 'object_schema', 'object_name', 'grantee', 'privilege'] },
  prediction_keys: { plain: ['model_name', 'model_version', 'feature_hash'] },
  predictions: {
    plain: [
      'model_version',
      'model_name',
      'predicted_result',
      'features_used',
      'prediction_metadata',
      'actual_result',
    ],
  },
  price_news: {},
  provider_accounts: { plain: ['provider', 'period_kind'] },
  provider_health: { plain: ['data_source', 'state', 'reasons', 'measures'] },
  provider_plans: { plain: ['provider', 'priority'] },
  provider_polls: { plain: ['data_source', 'kind', 'subject', 'etag'], text: ['error_message'] },
  provider_skips: {
    plain: ['provider', 'priority', 'task_name', 'task_id', 'request_id', 'reason'],
    text: ['endpoint'],
  },
  provider_spends: {
    plain: ['provider', 'priority', 'task_name', 'task_id', 'request_id'],
    text: ['endpoint'],
  },
  quarantines: {
    plain: ['table_name', 'data_source', 'bookmaker', 'market_type'],
    person: ['quarantined_by', 'released_by'],
    text: ['quarantined_why', 'released_why'],
  },
  raw_injuries_data: 'excluded',
  raw_lineups_data: 'excluded',
  raw_match_data: {
    plain: [
      'data_source',
      'external_match_id',
      'external_league_id',
      'content_hash',
      'dedup_key',
      'process_status',
    ],
    text: ['process_error'],
    emptied: ['raw_data'],
  },
  raw_odds_data: {
    plain: [
      'data_source',
      'external_match_id',
      'bookmaker',
      'market_type',
      'dedup_key',
      'process_status',
      'record_key',
      'content_hash',
    ],
    text: ['process_error'],
    emptied: ['raw_data'],
  },
  raw_scores_data: {
    plain: [
      'data_source',
      'external_match_id',
      'match_status',
      'dedup_key',
      'process_status',
      'record_key',
      'content_hash',
    ],
    text: ['process_error'],
    emptied: ['raw_data'],
  },
  raw_weather_data: {
    plain: ['data_source', 'external_match_id', 'dedup_key', 'process_status', 'record_key', 'content_hash'],
    text: ['process_error'],
    emptied: ['raw_data'],
  },
  reconciliation_gaps: {
    plain: ['uri', 'match_key', 'kind', 'content'],
    text: ['left_reason'],
    emptied: ['source_says', 'house_says'],
  },
  reconciliations: { plain: ['run_id', 'data_source', 'kind'] },
  refined_batches: { plain: ['task_key'] },
  backup_runs: 'excluded',
  restore_audits: 'excluded',
  restore_sentinels: 'excluded',
  review_transitions: {
    plain: ['action', 'from_status', 'to_status'],
    person: ['by'],
    text: ['why'],
    emptied: ['details'],
  },
  served_feature_vectors: { plain: ['service', 'schema_hash', 'origin', 'feature_values'] },
  source_editions: {
    plain: [
      'data_source',
      'uri',
      'file_kind',
      'season',
      'division',
      'sha256',
      'etag',
      'edition_time_basis',
      'encoding',
      'header',
      'run_id',
      'results',
    ],
    text: ['fetched_from'],
  },
  source_match_ids: { plain: ['data_source', 'source_id', 'external_match_id'] },
  source_precedence: { plain: ['field_group', 'data_source'] },
  stream_offsets: { plain: ['consumer_group', 'topic'] },
  stream_outbox: 'excluded',
  team_aliases: { plain: ['country', 'alias'], person: ['added_by'], text: ['reason'] },
  team_external_ids: {
    plain: ['data_source', 'external_id', 'basis'],
    person: ['added_by'],
    text: ['reason'],
  },
  team_merge_changes: 'excluded',
  team_merges: { person: ['merged_by', 'undone_by'], text: ['reason', 'undo_reason'] },
  teams: { plain: ['name', 'country', 'home_venue'] },
  validations_store: { noItems: ['examples'] },
};
