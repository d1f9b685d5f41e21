import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { houseColumns } from '../../activities/derive-columns.js';
import { readTableShapes, type TableShapes } from '../../adapters/postgres/table-shapes.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { postgresTables } from '../../adapters/lineage/datasets.js';
import {
  edgesOf,
  reachedFrom,
  splitColumn,
  type ColumnEdge,
  type ColumnGraph,
} from '../../domain/lineage/column-graph.js';
import { datasetKey } from '../../schemas/lineage.js';
import { lakeTables } from '../../schemas/tables/lake-tables.js';
import { tableDatasets } from '../../adapters/lineage/datasets.js';
import { goldOfTheHouse } from '../support/gold-duckdb.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let database: OpenDatabase;
let connection: DuckDBConnection;
let shapes: TableShapes;
let graph: ColumnGraph;
let edges: ColumnEdge[];
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  shapes = await readTableShapes(database.pool, [
    'quarantined_rows',
    'mv_team_recent_performance',
    'mv_odds_trends',
  ]);
  const names = new Map(
    [...shapes.columns].map(([table, columns]) => [table, columns.map(({ name }) => name)]),
  );
  graph = await houseColumns(connection, (await goldOfTheHouse()).models, {
    columns: names,
    views: shapes.views,
  });
  edges = edgesOf(graph);
});
afterAll(async () => {
  connection.closeSync();
  await database.db.destroy();
  await postgres.stop();
});

it('every column of every table and view of silver and gold says what it is made of', () => {
  const ofPostgres = (['silver', 'gold'] as const).flatMap((layer) =>
    postgresTables[layer].map((table) => ({
      key: `football_db.${layer}/${table}`,
      columns: (shapes.columns.get(table) ?? []).map(({ name }) => name),
    })),
  );
  const ofLake = lakeTables.map(({ layer, name, columns }) => ({
    key: `football_db.${layer}/lake.${name}`,
    columns: columns.map((column) => column.name),
  }));
  for (const { key, columns } of [...ofPostgres, ...ofLake]) {
    const served = key === 'football_db.gold/features';
    const own = ['id', 'created_at', 'updated_at', 'feature_set_version', 'lake_snapshot'];
    const expected = served ? columns.filter((column) => !own.includes(column)) : columns;
    expect([...(graph.get(key)?.columns.keys() ?? [])].toSorted(), key).toEqual(expected.toSorted());
  }
});

it('whatever a column is made of is a column of a dataset', () => {
  const datasets = new Set([...tableDatasets.map(datasetKey), 'models/football_baseline_model']);
  const lakeColumns = new Map(
    lakeTables.map(({ layer, name, columns }) => [
      `football_db.${layer}/lake.${name}`,
      columns.map((one) => one.name),
    ]),
  );
  for (const { from, to } of edges) {
    const [table, column] = splitColumn(from);
    expect(datasets.has(table), `${from} of ${to}`).toBe(true);
    const columns =
      lakeColumns.get(table) ?? (shapes.columns.get(table.split('/')[1] ?? '') ?? []).map(({ name }) => name);
    if (column !== '*') expect(columns, `${from} of ${to}`).toContain(column);
  }
});

it('a referee that is told is followed to what is filled and what is kept of the match, and to nothing that a model reads', () => {
  const reached = reachedFrom(['football_db.bronze/raw_match_data.raw_data'], edges, { direction: 'down' });
  expect(reached.get('football_db.silver/matches.referee')?.isDirect).toBe(true);
  const referee = reachedFrom(['football_db.silver/fixture_revisions.referee'], edges, { direction: 'down' });
  expect([...referee].flatMap(([column, { isDirect }]) => (isDirect ? [column] : [])).toSorted()).toEqual([
    'football_db.gold/lake.filled_features.referee',
    'football_db.silver/lake.fixture_revisions.referee',
    'football_db.silver/lake.matches.referee',
    'football_db.silver/matches.referee',
  ]);
});

it('an implied probability is told back to the three prices', () => {
  const up = reachedFrom(['football_db.gold/lake.odds_features.market_efficiency'], edges, {
    direction: 'up',
  });
  for (const price of ['home_odds', 'draw_odds', 'away_odds'])
    expect(up.get(`football_db.silver/lake.odds.${price}`)).toEqual({ steps: 1, isDirect: true });
  expect(up.get('football_db.silver/lake.odds.over_odds')).toBeUndefined();
});
