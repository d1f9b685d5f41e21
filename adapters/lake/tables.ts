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

const sqlType = (type: string): string => (type === 'TIMESTAMPTZ' ? 'TIMESTAMP WITH TIME ZONE' : type);

/** `missing`, `as-declared`, or `other`: a table of the name with other columns. */
export async function shapeOf(
  connection: DuckDBConnection,
  table: LakeTable,
): Promise<'missing' | 'as-declared' | 'other'> {
  const rows = await readRows(
    connection,
    `select column_name as name, data_type as type from duckdb_columns()
     where database_name = 'lake' and schema_name = ${quoteText(table.layer)} and table_name = ${quoteText(table.name)}
     order by column_index`,
  );
  if (rows.length === 0) return 'missing';
  const found = rows.map((row) => ColumnRow.parse(row)).map(({ name, type }) => `${name} ${type}`);
  const declared = table.columns.map(({ name, type }) => `${name} ${sqlType(type)}`);
  return found.join() === declared.join() ? 'as-declared' : 'other';
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

const CountRow = z.object({ n: z.number() });

/** How many rows a FROM clause, with or without WHERE, has. */
export async function countRows(connection: DuckDBConnection, from: string): Promise<number> {
  const [row] = await readRows(connection, `select count(*) as n from ${from}`);
  return CountRow.parse(row).n;
}
