import type pg from 'pg';
import { copyRows, type CopyRow } from './copy-rows.js';

/** A staged table lives until the end of the transaction. */
interface Stage {
  readonly table: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
}

const stage = (table: string, columns: Readonly<Record<string, string>>): Stage => ({
  table,
  columns: Object.entries(columns),
});

/** Which match a row is about, and who says so. */
const saidOf = { match_id: 'bigint', data_source: 'text' };

const prices = {
  home_odds: 'numeric(10, 3)',
  draw_odds: 'numeric(10, 3)',
  away_odds: 'numeric(10, 3)',
  over_odds: 'numeric(10, 3)',
  under_odds: 'numeric(10, 3)',
};

const counts = {
  home_shots: 'integer',
  away_shots: 'integer',
  home_shots_on_target: 'integer',
  away_shots_on_target: 'integer',
  home_corners: 'integer',
  away_corners: 'integer',
  home_fouls: 'integer',
  away_fouls: 'integer',
  home_yellow_cards: 'integer',
  away_yellow_cards: 'integer',
  home_red_cards: 'integer',
  away_red_cards: 'integer',
};

export const stages = {
  matches: stage('batch_matches', {
    ...saidOf,
    external_id: 'text',
    is_fresh: 'boolean',
  }),
  revisions: stage('staged_revisions', {
    ...saidOf,
    known_at: 'timestamptz',
    known_at_basis: 'text',
    raw_id: 'bigint',
    edition_id: 'bigint',
    match_time: 'timestamptz',
    kickoff_precision: 'text',
    match_status: 'text',
    home_score: 'integer',
    away_score: 'integer',
    home_ht_score: 'integer',
    away_ht_score: 'integer',
    venue: 'text',
    referee: 'text',
    source_present: 'boolean',
  }),
  statistics: stage('staged_statistics', {
    ...saidOf,
    known_at: 'timestamptz',
    known_at_basis: 'text',
    raw_id: 'bigint',
    ...counts,
  }),
  quotes: stage('staged_quotes', {
    ...saidOf,
    bookmaker: 'text',
    market_type: 'text',
    quote_kind: 'text',
    price_phase: 'text',
    line_value: 'numeric(5, 2)',
    ...prices,
    suspicious_odds: 'boolean',
    collected_at: 'timestamptz',
    recorded_at: 'timestamptz',
    known_at_basis: 'text',
    raw_id: 'bigint',
  }),
  lastSeen: stage('staged_last_seen', {
    ...saidOf,
    bookmaker: 'text',
    market_type: 'text',
    price_phase: 'text',
    line_value: 'numeric(5, 2)',
    last_seen_at: 'timestamptz',
  }),
  findings: stage('staged_findings', {
    raw_id: 'bigint',
    edition_id: 'bigint',
    table_name: 'text',
    error_type: 'text',
    severity: 'text',
    field: 'text',
    error_message: 'text',
    error_data: 'jsonb',
    requires_manual_review: 'boolean',
  }),
  toldAnew: stage('staged_told_anew', { data_source: 'text', external_id: 'text' }),
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof stages;

/** Makes the batch's stages: temporary tables that the end of the transaction drops. */
export async function createStages(client: pg.ClientBase): Promise<void> {
  const statements = Object.values(stages).map(
    ({ table, columns }) =>
      `create temporary table ${table} (${columns.map(([name, type]) => `${name} ${type}`).join(', ')}) on commit drop;`,
  );
  statements.push('create temporary table touched_months (table_name text, month date) on commit drop;');
  await client.query(statements.join('\n'));
}

/** Streams rows into a stage, cells in the order of its columns. */
export async function copyToStage(
  client: pg.ClientBase,
  name: StageName,
  rows: Iterable<CopyRow>,
): Promise<number> {
  const { table, columns } = stages[name];
  return await copyRows(client, { table, columns: columns.map(([column]) => column) }, rows);
}
