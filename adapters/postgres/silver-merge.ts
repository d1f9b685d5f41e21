import type pg from 'pg';
import { updateCurrentMatches } from './current-matches.js';
import type { Computed, Row } from './row.js';
import { markTouchedMonths, monthOf } from './silver-months.js';
import { stages, type StageName } from './silver-stage.js';
import { withdrawOverridden } from './silver-withdraw.js';

/**
 * Brings the staged rows of a batch to silver, inside the caller's transaction. Every statement takes its rows in the
 * order of a key, and the tables come in one order, so that two batches side by side never wait for each other in a
 * circle. Rows that are there already and are staged again stay as they are. What really changed is marked for publishing, last.
 */
export async function mergeSilver(client: pg.ClientBase): Promise<void> {
  await withdrawOverridden(client);
  for (const statement of [
    insertStaged({ table: 'fixture_revisions', stage: 'revisions', month: 'known_at' }),
    insertStaged({ table: 'match_statistics', stage: 'statistics', month: 'known_at' }),
    insertStaged({ table: 'odds', stage: 'quotes', month: 'collected_at' }),
    moveLastSeen,
  ]) {
    await client.query(statement);
  }
  const { rows } = await client.query<Row<{ id: Computed<number> }>>(
    'select distinct match_id as id from batch_matches',
  );
  await updateCurrentMatches(
    client,
    rows.map(({ id }) => id),
  );
  for (const statement of [insertFindings, holdAgain]) await client.query(statement);
  await markTouchedMonths(client);
}

/** A table that only grows, the stage that feeds it, and the column of its months. */
interface GrowingTable {
  readonly table: string;
  readonly stage: StageName;
  readonly month: string;
}

/** Rows that are there already stay. */
function insertStaged({ table, stage, month }: GrowingTable): string {
  const { table: staged, columns } = stages[stage];
  const names = columns.join(', ');
  return `with added as (
    insert into ${table} (${names}) select ${names} from ${staged} order by match_id, ${month}
    on conflict do nothing returning ${month}
  )
  insert into touched_months select distinct '${table}', ${monthOf(month)} from added`;
}

const moveLastSeen = `
  insert into odds_last_seen as seen
    (match_id, data_source, bookmaker, market_type, price_phase, line_value, last_seen_at)
  select match_id, data_source, bookmaker, market_type, price_phase, line_value, max(last_seen_at)
  from staged_last_seen
  group by 1, 2, 3, 4, 5, 6
  order by 1, 2, 3, 4, 5, 6
  on conflict on constraint uq_odds_last_seen do update set last_seen_at = excluded.last_seen_at
  where seen.last_seen_at < excluded.last_seen_at`;

const keyedFindings = `
  staged_findings s
  join raw_match_data r on r.id = s.raw_id
  left join raw_scores_data c on c.id = s.raw_score_id
  left join source_editions e on e.id = s.edition_id
  cross join lateral (select sha256(coalesce(c.dedup_key, r.dedup_key) || convert_to(
    concat_ws('/', s.error_type, s.field, e.uri, e.edition_no), 'UTF8'))) as f (finding_key)`;

/** What a finding is about is its score where it has one. One about a whole row carries the row, as it came: whoever reviews it needs nothing else. */
const insertFindings = `
  insert into data_quality_logs (table_name, record_id, raw_score_id, error_type, severity, field, error_data, error_message,
    requires_manual_review, finding_key)
  select s.table_name, s.raw_id, s.raw_score_id, s.error_type, s.severity, s.field,
    case when s.requires_manual_review and s.table_name in ('matches', 'fixture_revisions')
      then s.error_data || jsonb_build_object('record', coalesce(c.raw_data, r.raw_data)) else s.error_data end,
    s.error_message, s.requires_manual_review, f.finding_key
  from ${keyedFindings}
  order by f.finding_key
  on conflict do nothing`;

/** A doubt that was released and is stated again is one that no release can waive: its finding is open again, and says why. */
const holdAgain = `
  with found as (
    select q.id, s.error_message as why
    from ${keyedFindings}
    join data_quality_logs q on q.finding_key = f.finding_key
    where q.released
    order by q.id for no key update of q
  ), opened as (
    update data_quality_logs q
    set status = 'logged', released = false, handled_by = 'refine', handled_at = now(), resolution_notes = found.why,
      updated_at = now()
    from found where q.id = found.id
  )
  insert into review_transitions (finding_id, action, from_status, to_status, by, why)
  select id, 'hold', 'resolved', 'logged', 'refine', why from found order by id`;
