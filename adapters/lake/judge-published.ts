import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { RowsToJudge } from '../../schemas/jobs/quality-check.js';
import type { BasicAnomalies, UnusualGoals } from '../../schemas/records/basic-anomalies.js';
import type { SeasonCount, TeamCount } from '../../schemas/records/season-count.js';
import type { SourceAgreement } from '../../schemas/records/source-agreement.js';
import type { SuiteResult } from '../../schemas/records/validation.js';
import { qualifiedName, type LakeTable } from '../../schemas/tables/lake-table.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { suites } from '../../schemas/tables/suites.js';
import { toIso, type Instant } from '../../schemas/values.js';
import { readBasicAnomalies } from './basic-anomalies.js';
import { releasedContracts } from './contracts.js';
import { newestInputs } from './gold-publish.js';
import { keepContracts, withContracts } from './keep-contracts.js';
import { newestRows, type NewestRows } from './newest-rows.js';
import { readRows } from './rows.js';
import { listSnapshots } from './snapshots.js';
import { readSourceAgreement } from './source-agreement.js';
import { runSuite } from './suite-pass.js';
import { quoteText } from './sql-text.js';
import { columnsInLake, lakeName } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/** What the suites found in the lake as it is published, and the counts of its seasons. */
export interface PublishedJudgement {
  /** Null where nothing was published yet. */
  readonly snapshot: number | null;
  readonly results: readonly SuiteResult[];
  readonly seasons: readonly SeasonCount[];
  /** Of the seasons that are under way as of the instant that was asked for. */
  readonly teams: readonly TeamCount[];
  /** Whether sources agree with each other; null where only some tables were asked for, or some were not published. */
  readonly agreement: SourceAgreement | null;
  /** What is odd in it; null where only some tables were asked for, or matches or odds were not published. */
  readonly anomalies: BasicAnomalies | null;
  /** Since when gold has not been made of the newest silver; null where it has been, or there is no gold. */
  readonly goldBehindSince: Date | null;
}

/** What a check asks for. */
export interface PublishedQuestion {
  /** As `silver.matches`; all of them without it. */
  readonly tables: readonly string[] | undefined;
  /** So many of the newest rows of each table, or all. */
  readonly rows: RowsToJudge;
  readonly asOf: Instant;
  /** The newest snapshot of silver that gold was built from, where a build noted one: it may have changed no row, and made no snapshot. */
  readonly goldInput: number | undefined;
  readonly unusualGoals: UnusualGoals;
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

/** Of each team in the seasons that began in the year of an instant or the one before: the matches that it has behind it. */
const teamCounts = (asOf: Instant): string => `
  with sides as (
    select league_id, season, home_team_id as team_id, match_time from lake.silver.matches where source_present
    union all
    select league_id, season, away_team_id, match_time from lake.silver.matches where source_present
  ), under_way as (
    select league_id, max(season) as season from lake.silver.matches
    where season[:4]::integer between year(${at(asOf)}) - 1 and year(${at(asOf)})
      and match_time <= ${at(asOf)} group by league_id
  )
  select l.code as league, s.season, t.name as team, (count(*) filter (where s.match_time <= ${at(asOf)}))::integer as matches
  from sides s join under_way u on u.league_id = s.league_id and u.season = s.season
  join lake.silver.leagues l on l.id = s.league_id join lake.silver.teams t on t.id = s.team_id
  group by all order by all`;

const at = (asOf: Instant): string => `${quoteText(toIso(asOf))}::timestamptz`;

const TeamRow = z.object({
  league: z.string(),
  season: z.string(),
  team: z.string(),
  matches: z.number(),
});

const CountRow = z.object({
  league: z.string(),
  season: z.string(),
  teams: z.number(),
  matches: z.number(),
  secondMatches: z.number(),
});

/**
 * Holds the published tables against their suites and their contracts, all of one snapshot. Of a table that was never published there is no result; of one that has other
 * columns, what is expected of those that it has. Seasons are counted where matches are judged.
 */
export async function judgePublished(
  connection: DuckDBConnection,
  { tables, rows, asOf, goldInput, unusualGoals }: PublishedQuestion,
): Promise<PublishedJudgement> {
  const ask = (sql: string) => readRows(connection, sql);
  return inLakeTransaction(connection, async () => {
    const [newest] = await listSnapshots(connection);
    const inLake = await columnsInLake(connection);
    const firstRows = new Map<string, NewestRows>();
    const results: SuiteResult[] = [];
    for (const suite of suites) {
      const name = qualifiedName(suite.table);
      const found = inLake.get(name);
      if (found === undefined || tables?.includes(name) === false) continue;
      const columns = [...found.keys()];
      const has = (table: LakeTable, column: string): boolean =>
        inLake.get(qualifiedName(table))?.has(column) === true;
      const from = lakeName(suite.table);
      const first = rows === 'all' ? undefined : await newestRows(ask, suite.table, { rows, asOf, columns });
      if (first !== undefined) firstRows.set(name, first);
      results.push(await runSuite(ask, suite, { from, columns, newest: first, lookUp: lakeName, has }));
    }
    const contracts = (await releasedContracts()).filter(({ dataset }) => tables?.includes(dataset) ?? true);
    // What counts rows reads columns by their names: of a table that lacks some, its contract tells.
    const isWhole = (table: LakeTable): boolean =>
      table.columns.every(({ name }) => inLake.get(qualifiedName(table))?.has(name) === true);
    const counts =
      results.some(({ table }) => table === 'silver.matches') &&
      silverTables.every((table) => isWhole(table));
    return {
      snapshot: newest?.id ?? null,
      results: withContracts(results, keepContracts(contracts, inLake)),
      seasons: counts ? (await ask(seasonCounts)).map((row) => CountRow.parse(row)) : [],
      teams: counts ? (await ask(teamCounts(asOf))).map((row) => TeamRow.parse(row)) : [],
      agreement: counts && tables === undefined ? await readSourceAgreement(ask) : null,
      anomalies:
        counts && tables === undefined ? await readBasicAnomalies(ask, unusualGoals, firstRows) : null,
      goldBehindSince: await goldBehindSince(connection, goldInput),
    };
  });
}

/** When silver was published for the first time after the newest snapshot that gold was built from. */
async function goldBehindSince(
  connection: DuckDBConnection,
  goldInput: number | undefined,
): Promise<Date | null> {
  const { gold } = await newestInputs(connection);
  // Before a build has noted one nobody can say: the builds of an earlier version may have changed no row.
  if (gold === undefined || goldInput === undefined) return null;
  const read = Math.max(gold.inputSnapshot, goldInput);
  const later = (await listSnapshots(connection)).filter(
    ({ id, info }) => info?.job === 'publish' && id > read,
  );
  const first = later.at(-1);
  return first === undefined ? null : new Date(first.time);
}
