import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import { readRows } from './rows.js';
import { quoteText } from './sql-text.js';

const Parsed = z.union([
  z.object({
    error: z.literal(false),
    statements: z.tuple([z.object({ node: z.record(z.string(), z.unknown()) })]),
  }),
  z.object({ error: z.literal(true), error_message: z.string() }),
]);

/** One SELECT as DuckDB's own parser reads it. @throws BadInput where it is none. */
export async function parseSelect(
  connection: DuckDBConnection,
  sql: string,
): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await readRows(connection, `select json_serialize_sql(${quoteText(sql)}::varchar) as tree`);
  const parsed = Parsed.parse(JSON.parse(z.string().parse(row?.['tree'])));
  if (parsed.error)
    throw new BadInput(`DuckDB cannot read the statement: ${parsed.error_message}`, { object: sql });
  return parsed.statements[0].node;
}

/** The names of DuckDB's functions that make one value of many rows. */
export async function aggregateFunctions(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const rows = await readRows(
    connection,
    `select distinct function_name as name from duckdb_functions() where function_type = 'aggregate'`,
  );
  return new Set(rows.map(({ name }) => z.string().parse(name)));
}
