import type pg from 'pg';
import type { DB } from './database.js';

/** A staged table lives until the end of the transaction. */
interface Stage {
  readonly table: string;
  readonly columns: readonly string[];
  /** What gives it its columns' types: those of the table that its rows are for. */
  readonly as: string;
}

/** A column of the table that the rows are for, or one of the stage's own: its name and an expression of its type. */
type StagedColumn<T extends keyof DB> = (keyof DB[T] & string) | readonly [name: string, expression: string];

function stage<T extends keyof DB>(table: string, target: T, staged: readonly StagedColumn<T>[]): Stage {
  const columns = staged.map((column) => (typeof column === 'string' ? column : column[0]));
  const selected = staged.map((column) =>
    typeof column === 'string' ? column : `${column[1]} as ${column[0]}`,
  );
  return { table, columns, as: `select ${selected.join(', ')} from ${target}` };
}

export const stages = {
  matches: stage('batch_matches', 'match_external_ids', [
    'match_id',
    'data_source',
    'external_id',
    ['is_fresh', 'false'],
  ]),
  revisions: stage('staged_revisions', 'fixture_revisions', [
    'match_id',
    'data_source',
    'known_at',
    'known_at_basis',
    'raw_id',
    'raw_score_id',
    'edition_id',
    'match_time',
    'kickoff_precision',
    'match_status',
    'home_score',
    'away_score',
    'home_ht_score',
    'away_ht_score',
    'venue',
    'referee',
    'source_present',
  ]),
  statistics: stage('staged_statistics', 'match_statistics', [
    'match_id',
    'data_source',
    'known_at',
    'known_at_basis',
    'raw_id',
    'home_shots',
    'away_shots',
    'home_shots_on_target',
    'away_shots_on_target',
    'home_corners',
    'away_corners',
    'home_fouls',
    'away_fouls',
    'home_yellow_cards',
    'away_yellow_cards',
    'home_red_cards',
    'away_red_cards',
  ]),
  quotes: stage('staged_quotes', 'odds', [
    'match_id',
    'data_source',
    'bookmaker',
    'market_type',
    'quote_kind',
    'price_phase',
    'line_value',
    'home_odds',
    'draw_odds',
    'away_odds',
    'over_odds',
    'under_odds',
    'suspicious_odds',
    'collected_at',
    'recorded_at',
    'known_at_basis',
    'raw_id',
  ]),
  lastSeen: stage('staged_last_seen', 'odds_last_seen', [
    'match_id',
    'data_source',
    'bookmaker',
    'market_type',
    'price_phase',
    'line_value',
    'last_seen_at',
  ]),
  findings: stage('staged_findings', 'data_quality_logs', [
    ['raw_id', 'record_id'],
    'raw_score_id',
    ['edition_id', 'null::bigint'],
    'table_name',
    'error_type',
    'severity',
    'field',
    'error_message',
    'error_data',
    'requires_manual_review',
  ]),
  toldAnew: stage('staged_told_anew', 'match_external_ids', ['data_source', 'external_id']),
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof stages;

/** Makes the batch's stages: temporary tables that the end of the transaction drops. */
export async function createStages(client: pg.ClientBase): Promise<void> {
  const statements = Object.values(stages).map(
    ({ table, as }) => `create temporary table ${table} on commit drop as ${as} with no data;`,
  );
  statements.push('create temporary table touched_months (table_name text, month date) on commit drop;');
  await client.query(statements.join('\n'));
}

/**
 * Tells the planner what the stages hold: nobody else analyses a temporary table, and one that is taken for small is joined row by row.
 */
export async function analyzeStages(client: pg.ClientBase): Promise<void> {
  const tables = Object.values(stages).map(({ table }) => table);
  // A sample of 3,000 rows tells how many there are: the default takes ten times that, and ten times as long.
  await client.query(`set local default_statistics_target = 10; analyze ${tables.join(', ')}`);
}
