import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';
import type pg from 'pg';
import { DuckDBInstance } from '@duckdb/node-api';
import { goldPasses } from '../../activities/gold-passes.js';
import { computeModels, dropModels, type GoldBuild } from '../../adapters/lake/gold-compute.js';
import { readGoldModels } from '../../adapters/lake/gold-model.js';
import { readRows, type JsonRow } from '../../adapters/lake/rows.js';
import { quoteText } from '../../adapters/lake/sql-text.js';
import { sourceRanks } from '../../schemas/source-precedence.js';
import { goldTables } from '../../schemas/tables/gold.js';
import { silverTables } from '../../schemas/tables/silver.js';
import {
  apartBy,
  leagues,
  teamIds,
  teamName,
  type History,
  type HistoryMatch,
  type Score,
} from './gold-history.js';
import { collapsedAt } from './precedence-reference.js';

type Cell = string | number | boolean | null | Date;
type Row = Readonly<Record<string, Cell>>;

/** Replaces the rows of a silver table. Columns that a row lacks are null. */
async function fillTable(connection: DuckDBConnection, table: string, rows: readonly Row[]): Promise<void> {
  const columns = silverTables.find(({ name }) => name === table)?.columns ?? [];
  const shape = JSON.stringify([Object.fromEntries(columns.map(({ name, type }) => [name, type]))]);
  await connection.run(`delete from silver.${table}`);
  await connection.run(
    `insert into silver.${table}
     select unnest(from_json(${quoteText(JSON.stringify(rows))}, ${quoteText(shape)}), max_depth := 2)`,
  );
}

/** An in-memory DuckDB with empty silver tables as they are declared, its session in the given zone, with teams and leagues for so many histories side by side. */
export async function openSilver(zone = 'UTC', histories = 1): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(`set TimeZone = ${quoteText(zone)}`);
  await connection.run('create schema silver');
  for (const { name, columns } of silverTables) {
    const list = columns.map((column) => `${column.name} ${column.type}`).join(', ');
    await connection.run(`create table silver.${name} (${list})`);
  }
  const firstIds = Array.from({ length: histories }, (_, place) => place * apartBy);
  await fillTable(
    connection,
    'leagues',
    firstIds.flatMap((first) =>
      leagues.map(({ id, code, country, level }) => ({
        id: first + id,
        code,
        name: code,
        country,
        level,
        time_zone: 'UTC',
        is_simulated: false,
      })),
    ),
  );
  await fillTable(
    connection,
    'source_precedence',
    sourceRanks.map(({ fieldGroup, dataSource, rank }) => ({
      field_group: fieldGroup,
      data_source: dataSource,
      rank,
    })),
  );
  await fillTable(
    connection,
    'teams',
    firstIds.flatMap((first) =>
      teamIds.map((id) => ({ id: first + id, name: teamName(id), country: id < 8 ? 'X' : 'Y' })),
    ),
  );
  return connection;
}

export const printedSeason = (year: number): string => `${year}-${String((year + 1) % 100).padStart(2, '0')}`;

const pair = (name: string, counts: Score | null): Row => ({
  [`home_${name}`]: counts?.home ?? null,
  [`away_${name}`]: counts?.away ?? null,
});

function matchRow(match: HistoryMatch): Row {
  const current = collapsedAt(match.revisions, Infinity);
  return {
    id: match.id,
    league_id: match.league,
    season: printedSeason(match.season),
    home_team_id: match.home,
    away_team_id: match.away,
    ordinal: match.ordinal,
    match_time: new Date(match.kickoff),
    kickoff_precision: match.precision,
    match_status: current?.status ?? 'scheduled',
    ...pair('score', current?.score ?? null),
    venue: current?.venue ?? null,
    referee: current?.referee ?? null,
    source_present: current?.present ?? true,
  };
}

/** Puts a history in place of what the silver tables held. */
export async function fillSilver(connection: DuckDBConnection, history: History): Promise<void> {
  await fillTable(connection, 'matches', history.map(matchRow));
  await fillTable(
    connection,
    'fixture_revisions',
    history.flatMap((match) =>
      match.revisions.map((revision) => ({
        match_id: match.id,
        data_source: revision.source,
        known_at: new Date(revision.knownAt),
        match_time: new Date(revision.kickoff),
        kickoff_precision: revision.precision,
        match_status: revision.status,
        ...pair('score', revision.score),
        venue: revision.venue,
        referee: revision.referee,
        source_present: revision.present,
      })),
    ),
  );
  await fillTable(
    connection,
    'match_statistics',
    history.flatMap((match) =>
      match.statistics.map((statistic) => ({
        match_id: match.id,
        data_source: statistic.source,
        known_at: new Date(statistic.knownAt),
        ...pair('shots', statistic.shots),
        ...pair('shots_on_target', statistic.shotsOnTarget),
        ...pair('corners', statistic.corners),
      })),
    ),
  );
  await fillTable(
    connection,
    'odds',
    history.flatMap((match) =>
      match.quotes.map(({ prices: [home, draw, away], ...quote }) => ({
        match_id: match.id,
        data_source: 'football_data',
        bookmaker: quote.bookmaker,
        market_type: quote.market,
        quote_kind: quote.kind,
        price_phase: quote.phase,
        home_odds: home === null ? null : home / 1000,
        draw_odds: draw === null ? null : draw / 1000,
        away_odds: away === null ? null : away / 1000,
        suspicious_odds: quote.suspicious,
        collected_at: new Date(quote.collectedAt),
        recorded_at: new Date(quote.recordedAt),
      })),
    ),
  );
}

/** Puts the silver of a house in place of what the silver tables held. */
export async function silverOfHouse(connection: DuckDBConnection, pool: pg.Pool): Promise<void> {
  for (const { name, columns, expressions, alias, from } of silverTables) {
    const list = columns.map(
      (column) => `${expressions[column.name] ?? `${alias}.${column.name}`} as ${column.name}`,
    );
    const { rows } = await pool.query<Row>(`select ${list.join(', ')} from ${from}`);
    await fillTable(connection, name, rows);
  }
}

/** The gold of the repository: its models, tables and passes. */
export async function goldOfTheHouse(): Promise<GoldBuild> {
  const folder = fileURLToPath(new URL('../../sql/gold/', import.meta.url));
  return { models: await readGoldModels(folder), tables: goldTables, passes: goldPasses };
}

/** The models of those names and what they are made of, without checks: for a test of nothing but their rows. */
export function madeOf({ models, ...rest }: GoldBuild, ...names: readonly string[]): GoldBuild {
  const read = new Set(names);
  for (const { name, inputs } of models.toReversed()) {
    if (read.has(name)) for (const input of inputs) read.add(input);
  }
  return {
    models: models.filter(({ name }) => read.has(name)).map((model) => ({ ...model, checks: [] })),
    ...rest,
  };
}

/** The rows of gold.match_features that a build makes of what the silver tables hold, by match id. */
export async function featuresOf(
  connection: DuckDBConnection,
  build: GoldBuild,
): Promise<Map<number, JsonRow>> {
  try {
    await computeModels(connection, build);
    const rows = await readRows(connection, 'select * from temp.match_features order by match_id');
    return new Map(rows.map((row) => [Number(row['match_id']), row]));
  } finally {
    await dropModels(connection, build.models);
  }
}
