import type pg from 'pg';
import { sourceRanks } from '../../schemas/source-precedence.js';
import { updateCurrentMatches } from './current-matches.js';
import type { Row } from './row.js';
import { closeSilver } from './silver-gate.js';
import { markTouchedMonths, wholeTable } from './silver-months.js';
import { createStages } from './silver-stage.js';

/**
 * Brings the declared order of sources to `source_precedence`, inside the caller's transaction. Where it has changed, the current rows of
 * the matches that several sources speak of are derived anew, so that silver is what a rebuild would make.
 */
export async function declareSourcePrecedence(client: pg.ClientBase): Promise<void> {
  const declared = [
    sourceRanks.map(({ fieldGroup }) => fieldGroup),
    sourceRanks.map(({ dataSource }) => dataSource),
    sourceRanks.map(({ rank }) => rank),
  ];
  const { rows: different } = await client.query(
    `select from unnest($1::text[], $2::text[], $3::integer[]) as d (field_group, data_source, rank)
     full join source_precedence p using (field_group, data_source)
     where d.rank is distinct from p.rank
     limit 1`,
    declared,
  );
  if (different.length === 0) return;

  await closeSilver(client);
  await createStages(client);
  await client.query('delete from source_precedence');
  await client.query(
    `insert into source_precedence (field_group, data_source, rank)
     select * from unnest($1::text[], $2::text[], $3::integer[])`,
    declared,
  );
  await client.query(`insert into touched_months values ('source_precedence', ${wholeTable})`);
  const { rows } = await client.query<Row<{ id: 'fixture_revisions.match_id' }>>(
    `select match_id as id from fixture_revisions
     group by match_id having min(data_source) <> max(data_source) order by match_id`,
  );
  if (rows.length > 0) {
    await updateCurrentMatches(
      client,
      rows.map(({ id }) => id),
    );
  }
  await markTouchedMonths(client);
}
