import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

/** A version that is better than the closing line by more than can be, in words and figures. */
export interface LeakFinding {
  readonly model: string;
  readonly version: string;
  readonly played: 'real' | 'simulated';
  readonly figures: { readonly n: number; readonly mean: number; readonly standardError: number };
  readonly message: string;
}

/** Asks a person once for each version, of real matches and of simulated ones, that is suspected. */
export async function keepLeaks(pool: pg.Pool, leaks: readonly LeakFinding[]): Promise<void> {
  if (leaks.length === 0) return;
  await reachingPostgres(() =>
    pool.query(
      `insert into data_quality_logs (table_name, error_type, severity, field, error_data, error_message, requires_manual_review, finding_key)
       select 'predictions', 'suspected_leak', 'high', f.data ->> 'model' || '/' || (f.data ->> 'version'), f.data, f.message, true,
         sha256(convert_to(concat_ws('/', 'suspected_leak', f.data ->> 'model', f.data ->> 'version', f.data ->> 'played'), 'UTF8'))
       from jsonb_to_recordset($1::jsonb) as f (data jsonb, message text)
       on conflict (finding_key) do nothing`,
      [JSON.stringify(leaks.map(({ message, ...data }) => ({ data, message })))],
    ),
  );
}

interface SuspectColumns {
  readonly model: Computed<string>;
  readonly version: Computed<string>;
}

/** The versions that a person was asked about and has not decided. */
export async function openLeaks(pool: pg.Pool): Promise<Row<SuspectColumns>[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<SuspectColumns>>(
      `select distinct error_data ->> 'model' as model, error_data ->> 'version' as version
       from data_quality_logs where error_type = 'suspected_leak' and handled_at is null`,
    ),
  );
  return rows;
}
