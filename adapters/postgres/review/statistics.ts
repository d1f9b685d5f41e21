import type pg from 'pg';

/** The length of the periods that findings are counted in. */
export type StatisticsPeriod = 'day' | 'month' | 'all';

/** How many findings of one type a period has in one state. */
export interface FindingCount {
  /** The first day of the period (UTC); null where all are counted together. */
  readonly period: string | null;
  readonly type: string;
  readonly table: string;
  readonly status: string;
  readonly findings: number;
  /** Those that wait for a person. */
  readonly forReview: number;
  readonly released: number;
}

const firstDay: Readonly<Record<StatisticsPeriod, string>> = {
  day: 'day',
  month: `date_trunc('month', day)::date`,
  all: 'null::date',
};

/** QUAL-16: counts by type, table and status, a row for each period in which there are any. */
export async function findingStatistics(pool: pg.Pool, period: StatisticsPeriod): Promise<FindingCount[]> {
  const { rows } = await pool.query<FindingCount>(
    `select ${firstDay[period]} as period, error_type as type, table_name as table, status,
       sum(findings)::bigint as findings, sum(case when status in ('logged', 'in_review') then for_review else 0 end)::bigint as "forReview", sum(released)::bigint as released
     from v_quality_statistics
     group by 1, 2, 3, 4 order by 1 desc nulls last, 2, 3, 4`,
  );
  return rows;
}

/** QUAL-17: what the last day found. */
export interface RecentIssues {
  readonly type: string;
  readonly table: string;
  readonly issues: number;
}

/** QUAL-17: findings of the last 24 hours by type and table, the most first. */
export async function issuesOfLastDay(pool: pg.Pool): Promise<RecentIssues[]> {
  const { rows } = await pool.query<RecentIssues>(
    `select error_type as type, table_name as table, issues from v_quality_issues_24h`,
  );
  return rows;
}
