import type { Computed, Row } from '../postgres/row.js';
import type { Asks } from './restore-audit.js';

/** What the rows of a table came to, up to one of them. */
export interface TableLedger {
  readonly table: string;
  /** The last row that is counted. */
  readonly upTo: number;
  readonly rows: number;
  /** Over what of them never changes. */
  readonly sum: string;
}

/** Tables to which rows are added, and what of a row is never changed. */
const ledgers = {
  raw_match_data: ['id', 'data_source', 'collected_at', 'content_hash'],
  raw_odds_data: ['id', 'data_source', 'collected_at', 'content_hash'],
  raw_scores_data: ['id', 'data_source', 'collected_at', 'content_hash'],
  source_editions: ['id', 'uri', 'edition_no', 'sha256'],
  odds: ['id', 'match_id', 'bookmaker', 'market_type', 'home_odds', 'draw_odds', 'away_odds', 'collected_at'],
  predictions: ['id', 'match_id', 'model_version'],
  lineage_events: ['id', 'run_id', 'event_type'],
} as const;
type LedgerTable = keyof typeof ledgers;

async function sumUpTo(asks: Asks, table: LedgerTable, upTo: number | null): Promise<TableLedger> {
  const { rows } = await asks.query<
    Row<{ upTo: Computed<number>; rows: Computed<number>; sum: Computed<string> }>
  >(
    `select coalesce(max(id), 0)::float8 as "upTo", count(*)::float8 as rows,
       coalesce(sum(hashtextextended(concat_ws('|', ${ledgers[table].join(', ')}), 0)::numeric), 0)::text as sum
     from ${table} where $1::bigint is null or id <= $1`,
    [upTo],
  );
  const [row] = rows;
  return { table, upTo: row?.upTo ?? 0, rows: row?.rows ?? 0, sum: row?.sum ?? '0' };
}

const tables: readonly LedgerTable[] = [
  'raw_match_data',
  'raw_odds_data',
  'raw_scores_data',
  'source_editions',
  'odds',
  'predictions',
  'lineage_events',
];

/** Counts the rows that are there now, and sums what of them does not change. */
export async function ledgerOf(asks: Asks): Promise<readonly TableLedger[]> {
  const all: TableLedger[] = [];
  for (const table of tables) all.push(await sumUpTo(asks, table, null));
  return all;
}

/** What a copy that is not older than a ledger does not have of it, or has otherwise. */
export async function ledgerDifferences(asks: Asks, ledger: readonly TableLedger[]): Promise<string[]> {
  const differing: string[] = [];
  for (const table of tables) {
    const was = ledger.find((one) => one.table === table);
    if (was === undefined) continue;
    const is = await sumUpTo(asks, table, was.upTo);
    if (is.rows !== was.rows)
      differing.push(`${table}: ${is.rows} rows up to ${was.upTo}, and there were ${was.rows}`);
    else if (is.sum !== was.sum) differing.push(`${table}: rows up to ${was.upTo} are not as they were`);
  }
  return differing;
}
