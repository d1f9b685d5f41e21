import type pg from 'pg';
import type { ReviewStatus } from '../../../schemas/records/review.js';
import type { Computed, Narrowed, Present, Row } from '../row.js';

/** Which findings of the queue are meant; what is not given does not matter. */
export interface FindingFilter {
  readonly statuses: readonly ReviewStatus[];
  readonly type?: string | undefined;
  readonly table?: string | undefined;
  readonly source?: string | undefined;
  readonly league?: string | undefined;
  readonly season?: string | undefined;
  readonly bookmaker?: string | undefined;
}

export interface QueuedFindingColumns {
  readonly id: Present<'v_findings.id'>;
  readonly type: Present<'v_findings.error_type'>;
  readonly table: Present<'v_findings.table_name'>;
  readonly severity: Present<'v_findings.severity'>;
  readonly status: Narrowed<'v_findings.status', ReviewStatus>;
  readonly handledBy: 'v_findings.handled_by';
  readonly source: 'v_findings.data_source';
  /** In our codes; where it is about several, with `, ` between. */
  readonly league: 'v_findings.league';
  readonly season: 'v_findings.season';
  readonly bookmaker: 'v_findings.bookmaker';
  readonly key: 'v_findings.external_match_id';
  readonly message: 'v_findings.error_message';
  readonly detectedAt: Present<'v_findings.detected_at'>;
}

interface ListedFindingColumns extends QueuedFindingColumns {
  /** How many findings about no payload say the same, places in an answer apart; 1 of all others. */
  readonly alike: Computed<number>;
}

/** A finding of the queue, in one line. */
export type QueuedFinding = Row<ListedFindingColumns>;

interface FindingGroupColumns {
  readonly findings: Computed<number>;
  readonly type: Present<'v_findings.error_type'>;
  readonly source: 'v_findings.data_source';
  readonly bookmaker: 'v_findings.bookmaker';
  readonly league: 'v_findings.league';
  readonly season: 'v_findings.season';
  /** The newest one, to look at. */
  readonly example: Present<'v_findings.id'>;
}

/** Findings that one decision could be about. */
export type FindingGroup = Row<FindingGroupColumns>;

/** What asks for a review and passes the filter, whose values are the parameters from $1 to $7. */
const matching = `v_findings q
  where q.requires_manual_review and q.status = any($1::text[])
    and ($2::text is null or q.error_type = $2)
    and ($3::text is null or q.table_name = $3)
    and ($4::text is null or q.data_source = $4)
    and ($5::text is null or $5 = any(string_to_array(q.league, ', ')))
    and ($6::text is null or $6 = any(string_to_array(q.season, ', ')))
    and ($7::text is null or q.bookmaker = $7)`;

const valuesOf = ({ statuses, type, table, source, league, season, bookmaker }: FindingFilter): unknown[] => [
  statuses,
  type ?? null,
  table ?? null,
  source ?? null,
  league ?? null,
  season ?? null,
  bookmaker ?? null,
];

/** Any connection or pool. */
type Queryable = Pick<pg.ClientBase, 'query'>;

/** The newest findings that pass, at most `limit`. A thousand records that were rejected for one reason are one line, or they would hide all else. */
export async function listFindings(
  client: Queryable,
  filter: FindingFilter,
  limit: number,
): Promise<QueuedFinding[]> {
  const { rows } = await client.query<Row<ListedFindingColumns>>(
    `select q.id, q.error_type as type, q.table_name as table, q.severity, q.status, q.handled_by as "handledBy",
       q.data_source as source, q.league, q.season, q.bookmaker, q.external_match_id as key,
       q.error_message as message, q.detected_at as "detectedAt", q.alike
     from (
       select q.*, count(*) over alike as alike, row_number() over (alike order by q.detected_at desc, q.id desc) as place
       from ${matching}
       window alike as (partition by q.error_type, q.table_name, q.status, q.data_source,
         regexp_replace(q.error_message, '\\[\\d+\\]', '[]', 'g'), case when q.record_id is not null then q.id end)
     ) as q
     where q.place = 1
     order by q.detected_at desc, q.id desc limit $8`,
    [...valuesOf(filter), limit],
  );
  return rows;
}

/** The findings that pass, grouped by what one decision can be about; the largest groups first. */
export async function groupFindings(
  client: Queryable,
  filter: FindingFilter,
  limit: number,
): Promise<FindingGroup[]> {
  const { rows } = await client.query<Row<FindingGroupColumns>>(
    `select count(*) as findings, q.error_type as type, q.data_source as source, q.bookmaker, q.league, q.season,
       max(q.id) as example
     from ${matching}
     group by q.error_type, q.data_source, q.bookmaker, q.league, q.season
     order by findings desc, type, source, bookmaker, league, season limit $8`,
    [...valuesOf(filter), limit],
  );
  return rows;
}

/** The ids of all findings that pass, oldest first. */
export async function findingIds(client: Queryable, filter: FindingFilter): Promise<number[]> {
  const { rows } = await client.query<Row<{ id: Present<'v_findings.id'> }>>(
    `select q.id from ${matching} order by q.id`,
    valuesOf(filter),
  );
  return rows.map(({ id }) => id);
}

/** How many findings pass. */
export async function countFindings(client: Queryable, filter: FindingFilter): Promise<number> {
  const { rows } = await client.query<Row<{ count: Computed<number> }>>(
    `select count(*) as count from ${matching}`,
    valuesOf(filter),
  );
  return rows[0]?.count ?? 0;
}
