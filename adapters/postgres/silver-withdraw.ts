import type pg from 'pg';
import { stages, type StageName } from './silver-stage.js';

/** A table that holds histories of matches, the stage that is to replace them, and the column of its months, if it is published. */
interface HistoryTable {
  readonly table: string;
  readonly stage: StageName;
  readonly month: string | null;
}

const historyTables: readonly HistoryTable[] = [
  { table: 'fixture_revisions', stage: 'revisions', month: 'known_at' },
  { table: 'match_statistics', stage: 'statistics', month: 'known_at' },
  { table: 'odds', stage: 'quotes', month: 'collected_at' },
  { table: 'odds_last_seen', stage: 'lastSeen', month: null },
];

/**
 * Takes away the rows that the staged history of a match no longer has. Only matches that several files speak of can have any: an
 * edition of one file may reach us after a later edition of the other, and is then told before it. After `batch_matches` is made.
 */
export async function withdrawOverridden(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    `select b.match_id as id from staged_matches s join batch_matches b using (key_no)
     where s.in_several_files order by b.match_id`,
  );
  if (rows.length === 0) return;
  // The ids as a list: odds has hundreds of partitions, and a join would be planned to read them all.
  const ids = rows.map(({ id }) => id);
  for (const history of historyTables) await client.query(withdrawal(history), [ids]);
  await client.query(withdrawnAbsences);
}

/** A match that the history as told now never misses was not missing; what someone has handled stays. */
const withdrawnAbsences = `
  delete from data_quality_logs q
  using staged_matches m
  join raw_match_data r on r.data_source = m.data_source and r.external_match_id = m.external_id
  where m.in_several_files and q.record_id = r.id and q.table_name = 'fixture_revisions'
    and q.error_type = 'missing_from_edition' and q.handled_at is null
    and not exists (
      select from staged_findings s
      where s.raw_id = q.record_id and s.error_type = q.error_type and s.error_data = q.error_data)`;

function withdrawal({ table, stage, month }: HistoryTable): string {
  const columns = stages[stage].columns.map(([name]) => name).filter((name) => name !== 'key_no');
  const tuple = (alias: string): string => `(${columns.map((name) => `${alias}.${name}`).join(', ')})`;
  const removal = `delete from ${table} t
    where t.match_id = any($1::bigint[]) and not exists (
      select from batch_matches b join ${stages[stage].table} s using (key_no)
      where b.match_id = t.match_id and b.data_source = t.data_source and ${tuple('s')} is not distinct from ${tuple('t')})
      and exists (select from batch_matches b where b.match_id = t.match_id and b.data_source = t.data_source)`;
  return month === null
    ? removal
    : `with gone as (${removal} returning t.${month} as at)
       insert into touched_months
       select distinct '${table}', date_trunc('month', at at time zone 'UTC')::date from gone`;
}
