import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { readRows } from './rows.js';
import { quoteIdentifier, quoteText } from './sql-text.js';

/** The table's name for a statement on the writing connection. */
export const lakeName = (table: LakeTable): string =>
  `lake.${quoteIdentifier(table.layer)}.${quoteIdentifier(table.name)}`;

const ColumnRow = z.object({ name: z.string(), type: z.string() });

/** A declared type as DuckDB writes it. */
export const sqlType = (type: string): string => (type === 'TIMESTAMPTZ' ? 'TIMESTAMP WITH TIME ZONE' : type);

/** The columns that the lake's table has, in order; none where there is no such table. */
async function columnsOf(
  connection: DuckDBConnection,
  table: LakeTable,
): Promise<z.infer<typeof ColumnRow>[]> {
  const rows = await readRows(
    connection,
    `select column_name as name, data_type as type from duckdb_columns()
     where database_name = 'lake' and schema_name = ${quoteText(table.layer)} and table_name = ${quoteText(table.name)}
     order by column_index`,
  );
  return rows.map((row) => ColumnRow.parse(row));
}

/** The type of each column of each table of the lake, by `silver.matches`. */
export type ColumnsInLake = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The columns of all tables of the lake, in one question. */
export async function columnsInLake(connection: DuckDBConnection): Promise<ColumnsInLake> {
  const rows = await readRows(
    connection,
    `select schema_name || '.' || table_name as dataset, column_name as name, data_type as type from duckdb_columns()
     where database_name = 'lake'`,
  );
  const found = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const { dataset, name, type } = ColumnRow.extend({ dataset: z.string() }).parse(row);
    const columns = found.get(dataset) ?? new Map<string, string>();
    found.set(dataset, columns.set(name, type));
  }
  return found;
}

/** `missing`, `as-declared`, or `other`: a table of the name with other columns. */
export async function shapeOf(
  connection: DuckDBConnection,
  table: LakeTable,
): Promise<'missing' | 'as-declared' | 'other'> {
  const found = (await columnsOf(connection, table)).map(({ name, type }) => `${name} ${type}`);
  if (found.length === 0) return 'missing';
  const declared = table.columns.map(({ name, type }) => `${name} ${sqlType(type)}`);
  return found.join() === declared.join() ? 'as-declared' : 'other';
}

/** Whether the table has every column that is declared, in whatever order. */
export async function hasEveryColumn(connection: DuckDBConnection, table: LakeTable): Promise<boolean> {
  const found = new Map((await columnsOf(connection, table)).map(({ name, type }) => [name, type]));
  return table.columns.every(({ name, type }) => found.get(name) === sqlType(type));
}

/** Creates the table as it is declared, partitioned by the UTC year and month of its instant. */
export async function createTable(connection: DuckDBConnection, table: LakeTable): Promise<void> {
  const columns = table.columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ');
  await connection.run(`create schema if not exists lake.${quoteIdentifier(table.layer)}`);
  await connection.run(`create table ${lakeName(table)} (${columns})`);
  if (table.partitionColumn !== null) {
    const instant = quoteIdentifier(table.partitionColumn);
    await connection.run(
      `alter table ${lakeName(table)} set partitioned by (year(${instant}), month(${instant}))`,
    );
  }
}

/**
 * Creates the tables that are missing. Throws {@link BadInput} where one has other columns than are declared: its rows
 * were published by another version. Returns the names of those created.
 */
export async function ensureTables(
  connection: DuckDBConnection,
  tables: readonly LakeTable[],
): Promise<Set<string>> {
  const created = new Set<string>();
  for (const table of tables) {
    const shape = await shapeOf(connection, table);
    if (shape === 'other') {
      throw new BadInput(
        `The lake's table ${qualifiedName(table)} has other columns than this version declares`,
        {
          object: qualifiedName(table),
          advice: 'Run the job rebuild: it makes the lake anew from bronze.',
        },
      );
    }
    if (shape === 'missing') {
      await createTable(connection, table);
      created.add(table.name);
    }
  }
  return created;
}

/**
 * Creates the table of an archive, or adds the columns that a newer version declares: rows that were archived without
 * them have null there. Throws {@link BadInput} where the lake has a column that is not declared so.
 */
export async function ensureArchive(connection: DuckDBConnection, table: LakeTable): Promise<void> {
  const found = await columnsOf(connection, table);
  if (found.length === 0) {
    await createTable(connection, table);
    return;
  }
  const declared = new Map(table.columns.map(({ name, type }) => [name, sqlType(type)]));
  const strange = found.filter(({ name, type }) => declared.get(name) !== type);
  if (strange.length > 0) {
    throw new BadInput(
      `The archive ${qualifiedName(table)} has ${strange.map(({ name, type }) => `${name} ${type}`).join(', ')}, which this version does not declare`,
      {
        object: qualifiedName(table),
        advice: 'Run the version of Touchline that wrote it, or a later one.',
      },
    );
  }
  for (const { name, type } of table.columns) {
    if (found.some((column) => column.name === name)) continue;
    await connection.run(`alter table ${lakeName(table)} add column ${quoteIdentifier(name)} ${type}`);
  }
}

const CountRow = z.object({ n: z.number() });

/** How many rows a FROM clause, with or without WHERE, has. */
export async function countRows(connection: DuckDBConnection, from: string): Promise<number> {
  const [row] = await readRows(connection, `select count(*) as n from ${from}`);
  return CountRow.parse(row).n;
}
