import type pg from 'pg';
import type { Computed, Present, Row } from '../row.js';

/** The length of the periods that findings are counted in. */
export type StatisticsPeriod = 'day' | 'month' | 'all';

interface FindingCountColumns {
  /** The first day of the period (UTC); null where all are counted together. */
  readonly period: 'v_quality_statistics.day' | Computed<string | null>;
  readonly type: Present<'v_quality_statistics.error_type'>;
  readonly table: Present<'v_quality_statistics.table_name'>;
  readonly status: Present<'v_quality_statistics.status'>;
  readonly findings: Computed<number>;
  /** Those that wait for a person. */
  readonly forReview: Computed<number>;
  readonly released: Computed<number>;
}

/** How many findings of one type a period has in one state. */
export type FindingCount = Row<FindingCountColumns>;

const firstDay: Readonly<Record<StatisticsPeriod, string>> = {
  day: 'day',
  month: `date_trunc('month', day)::date`,
  all: 'null::date',
};

/** QUAL-16: counts by type, table and status, a row for each period in which there are any. */
export async function findingStatistics(pool: pg.Pool, period: StatisticsPeriod): Promise<FindingCount[]> {
  const { rows } = await pool.query<Row<FindingCountColumns>>(
    `select ${firstDay[period]} as period, error_type as type, table_name as table, status,
       sum(findings)::bigint as findings, sum(case when status in ('logged', 'in_review') then for_review else 0 end)::bigint as "forReview", sum(released)::bigint as released
     from v_quality_statistics
     group by 1, 2, 3, 4 order by 1 desc nulls last, 2, 3, 4`,
  );
  return rows;
}

interface RecentIssuesColumns {
  readonly type: Present<'v_quality_issues_24h.error_type'>;
  readonly table: Present<'v_quality_issues_24h.table_name'>;
  readonly issues: Present<'v_quality_issues_24h.issues'>;
}

/** QUAL-17: what the last day found. */
export type RecentIssues = Row<RecentIssuesColumns>;

/** QUAL-17: findings of the last 24 hours by type and table, the most first. */
export async function issuesOfLastDay(pool: pg.Pool): Promise<RecentIssues[]> {
  const { rows } = await pool.query<Row<RecentIssuesColumns>>(
    `select error_type as type, table_name as table, issues from v_quality_issues_24h`,
  );
  return rows;
}
