import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { SeasonCount } from '../../schemas/records/season-count.js';
import type { SuiteResult } from '../../schemas/records/validation.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { suites } from '../../schemas/tables/suites.js';
import { readRows } from './rows.js';
import { listSnapshots } from './snapshots.js';
import { runSuite } from './suite-pass.js';
import { lakeName, shapeOf } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/** What the suites found in the lake as it is published, and the counts of its seasons. */
export interface PublishedJudgement {
  /** Null where nothing was published yet. */
  readonly snapshot: number | null;
  readonly results: readonly SuiteResult[];
  readonly seasons: readonly SeasonCount[];
}

/** Of each season: its teams, its matches, and how often a team plays twice on a day. */
const seasonCounts = `
  with sides as (
    select league_id, season, home_team_id as team_id, match_time from lake.silver.matches where source_present
    union all
    select league_id, season, away_team_id, match_time from lake.silver.matches where source_present
  ), days as (
    select league_id, season, team_id, count(*) as n from sides group by league_id, season, team_id, match_time::date
  )
  select l.code as league, d.season, count(distinct d.team_id)::integer as teams, (sum(d.n) / 2)::integer as matches,
    sum(d.n - 1)::integer as "secondMatches"
  from days d join lake.silver.leagues l on l.id = d.league_id
  group by l.code, d.season order by l.code, d.season`;

const CountRow = z.object({
  league: z.string(),
  season: z.string(),
  teams: z.number(),
  matches: z.number(),
  secondMatches: z.number(),
});

/**
 * Holds the published tables against their suites, all of one snapshot. Of a table that was never published there is no result; of one that has other
 * columns, what is expected of those that it has. Seasons are counted where matches are judged.
 * @param tables as `silver.matches`; all that have a suite without it
 */
export async function judgePublished(
  connection: DuckDBConnection,
  tables?: readonly string[],
): Promise<PublishedJudgement> {
  const ask = (sql: string) => readRows(connection, sql);
  return inLakeTransaction(connection, async () => {
    const [newest] = await listSnapshots(connection);
    const results: SuiteResult[] = [];
    for (const suite of suites) {
      if (tables?.includes(qualifiedName(suite.table)) === false) continue;
      if ((await shapeOf(connection, suite.table)) === 'missing') continue;
      results.push(await runSuite(ask, suite, { from: lakeName(suite.table), lookUp: lakeName }));
    }
    const countsSeasons = results.some(({ table }) => table === 'silver.matches');
    const seasons = countsSeasons ? (await ask(seasonCounts)).map((row) => CountRow.parse(row)) : [];
    return { snapshot: newest?.id ?? null, results, seasons };
  });
}
