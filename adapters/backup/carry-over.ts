import type { Computed, Row } from '../postgres/row.js';
import { onDatabase } from './on-server.js';
import type { Asks } from './restore-audit.js';

/**
 * Gives the database that takes the place of another one what tells of backups and restores: that must not go back in time with what is restored.
 * Audits are added to; runs of backups, whose lines change as they end, are those of the database that is replaced.
 */
export async function carryOver(from: string, to: string): Promise<void> {
  await onDatabase(from, (source) =>
    onDatabase(to, async (target) => {
      await target.query('begin');
      await target.query(
        `insert into restore_audits
         select r.* from unnest($1::text[]) l (line), jsonb_populate_record(null::restore_audits, l.line::jsonb) r on conflict do nothing`,
        [await linesOf(source, 'restore_audits')],
      );
      await target.query('delete from backup_runs');
      await target.query(
        `insert into backup_runs overriding system value
         select r.* from unnest($1::text[]) l (line), jsonb_populate_record(null::backup_runs, l.line::jsonb) r`,
        [await linesOf(source, 'backup_runs')],
      );
      await target.query(
        `select setval(pg_get_serial_sequence('backup_runs', 'id'), (select coalesce(max(id), 0) + 1 from backup_runs), false)`,
      );
      await target.query('commit');
    }),
  );
}

async function linesOf(asks: Asks, table: 'restore_audits' | 'backup_runs'): Promise<string[]> {
  const { rows } = await asks.query<Row<{ line: Computed<string> }>>(
    `select to_jsonb(t)::text as line from ${table} t`,
  );
  return rows.map(({ line }) => line);
}
