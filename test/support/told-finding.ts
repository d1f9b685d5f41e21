import type pg from 'pg';
import type { Row } from '../../adapters/postgres/row.js';

/** Writes a finding that asks for a person, about no payload; its id. */
export async function aFinding(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<Row<{ id: 'data_quality_logs.id' }>>(
    `insert into data_quality_logs (table_name, record_id, error_type, severity, error_data, error_message, requires_manual_review, finding_key)
     values ('odds', null, 'unusual_score', 'medium', '{"says": "a test"}', 'A score that nobody believes', true,
       sha256(convert_to(gen_random_uuid()::text, 'UTF8')))
     returning id`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('No finding was written');
  return row.id;
}
