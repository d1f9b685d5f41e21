import type { DuckDBConnection } from '@duckdb/node-api';
import type { GoldModel } from '../adapters/lake/gold-model.js';
import { aggregateFunctions, parseSelect } from '../adapters/lake/parse-sql.js';
import { servedFeaturesSql } from '../adapters/lake/served-features.js';
import { postgresTables } from '../adapters/lineage/datasets.js';
import { withoutTables, type ColumnGraph, type TableLineage } from '../domain/lineage/column-graph.js';
import { lineageOfQuery } from '../domain/lineage/query.js';
import { InvariantBroken } from '../schemas/errors.js';
import { archiveTables } from '../schemas/tables/archive.js';
import { goldTables } from '../schemas/tables/gold.js';
import { silverTables } from '../schemas/tables/silver.js';
import { declaredColumns, passColumns } from './declared-columns.js';

/** The columns of the tables and views of Postgres, and the SQL of its views, each after those that it reads. */
export interface PostgresShape {
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly views: ReadonlyMap<string, string>;
}

/** `silver.matches` or the name of a model, as SQL names it, to the dataset; null for what is no dataset. */
const lakeDataset = (table: string): string | null => {
  const [layer, name] = table.split('.');
  if (name !== undefined) return `football_db.${layer ?? ''}/lake.${name}`;
  return goldTables.some((made) => made.name === table) ? `football_db.gold/lake.${table}` : null;
};

const postgresDataset = (table: string): string | null => {
  const layer = (['bronze', 'silver', 'gold'] as const).find((each) =>
    postgresTables[each].some((name) => name === table),
  );
  return layer === undefined ? null : `football_db.${layer}/${table}`;
};

type Naming = (table: string) => string | null;

/** Columns called by their datasets; those of tables that are none stay as they are. */
function renamed({ columns, rows }: TableLineage, naming: Naming): TableLineage {
  const nameOf = (column: string): string => {
    const dot = column.lastIndexOf('.');
    return `${naming(column.slice(0, dot)) ?? column.slice(0, dot)}${column.slice(dot)}`;
  };
  const all = <Kind>(map: ReadonlyMap<string, Kind>): Map<string, Kind> =>
    new Map([...map].map(([column, kind]) => [nameOf(column), kind]));
  return {
    rows: all(rows),
    columns: new Map(
      [...columns].map(([name, { direct, indirect }]) => [
        name,
        { direct: all(direct), indirect: all(indirect) },
      ]),
    ),
  };
}

/** What the SQL of gold and the passes in it make of lake silver: by datasets, without the models that are not published. */
export async function goldColumns(
  connection: DuckDBConnection,
  models: readonly GoldModel[],
): Promise<ColumnGraph> {
  const aggregates = await aggregateFunctions(connection);
  const columns = new Map<string, readonly string[]>(
    silverTables.map((table) => [`silver.${table.name}`, table.columns.map(({ name }) => name)]),
  );
  const graph = new Map<string, TableLineage>();
  for (const { name, sql, file, pass } of models) {
    const statement = await parseSelect(connection, sql);
    const told = lineageOfQuery(statement, { columnsOf: (table) => columns.get(table), aggregates });
    const made = pass === null ? told : passColumns.get(pass);
    if (made === undefined) {
      throw new InvariantBroken(`What the pass ${pass ?? ''} makes of its columns is not declared`, {
        file,
        advice: 'Declare it in activities/declared-columns.ts.',
      });
    }
    columns.set(name, [...made.columns.keys()]);
    graph.set(name, made);
  }
  const published = withoutTables(graph, (table) => graph.has(table) && lakeDataset(table) === null);
  return new Map(
    [...published].map(([name, made]) => [lakeDataset(name) ?? name, renamed(made, lakeDataset)]),
  );
}

/**
 * What every column of silver and gold is made of, and what decides about it: read from the SQL that makes it, or declared where TypeScript
 * does. @throws InvariantBroken where a statement has a part whose lineage is not known, or a pass no declaration.
 */
export async function houseColumns(
  connection: DuckDBConnection,
  models: readonly GoldModel[],
  { columns, views }: PostgresShape,
): Promise<ColumnGraph> {
  const aggregates = await aggregateFunctions(connection);
  const inPostgres = { columnsOf: (table: string) => columns.get(table), aggregates };
  const ofPostgres = async (sql: string): Promise<TableLineage> =>
    lineageOfQuery(await parseSelect(connection, sql), inPostgres);
  const graph = new Map([...declaredColumns, ...(await goldColumns(connection, models))]);
  // A view that is no dataset stands for what it is made of.
  const plainViews = new Map<string, TableLineage>();
  const throughViews = (made: TableLineage): TableLineage => {
    // Not by its name: a table of the lake may be called as the view that it copies.
    const asked = 'what is asked';
    const through = withoutTables(new Map([...plainViews, [asked, made]]), (table) => plainViews.has(table));
    return renamed(through.get(asked) ?? made, postgresDataset);
  };
  for (const [view, sql] of views) {
    const dataset = postgresDataset(view);
    const made = await ofPostgres(sql);
    if (dataset === null) plainViews.set(view, made);
    else graph.set(dataset, throughViews(made));
  }
  for (const { name, alias, from, expressions, columns: own } of silverTables) {
    const list = own.map(
      (column) => `${expressions[column.name] ?? `${alias}.${column.name}`} as ${column.name}`,
    );
    const made = await ofPostgres(`select ${list.join(', ')} from ${from}`);
    graph.set(`football_db.silver/lake.${name}`, throughViews(made));
  }
  for (const { layer, name, source, columns: own } of archiveTables) {
    const made = await ofPostgres(`select ${own.map((column) => column.name).join(', ')} from ${source}`);
    graph.set(`football_db.${layer}/lake.${name}`, renamed(made, postgresDataset));
  }
  const matchFeatures = goldTables.find(({ name }) => name === 'match_features');
  if (matchFeatures !== undefined) {
    const statement = await parseSelect(connection, servedFeaturesSql(matchFeatures));
    const names = matchFeatures.columns.map(({ name }) => name);
    const served = lineageOfQuery(statement, { columnsOf: () => names, aggregates });
    graph.set('football_db.gold/features', renamed(served, lakeDataset));
  }
  return graph;
}
