import type { DuckDBConnection } from '@duckdb/node-api';
import { StatementType } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import { readRows, toJsonValue, type JsonRow, type JsonValue } from './rows.js';
import { quoteText } from './sql-text.js';

/** Functions that reach Postgres beside the lake, or that run a text in which such a call may hide. */
const reachesFurther = /^(postgres_.*|query|query_table|json_execute_serialized_sql)$/i;
/** The catalogue's own database, through which every table of Postgres could be read. */
const behindTheLake = /^__ducklake/i;

const Parsed = z.union([
  z.object({ error: z.literal(false), statements: z.array(z.json()) }),
  z.object({ error: z.literal(true) }),
]);

const onlySelects = () =>
  new BadInput('The lake answers SELECT and nothing else', {
    field: 'query',
    advice: 'Write a SELECT; tables change by their jobs.',
  });

const NamingNode = z.looseObject({
  function_name: z.string().optional(),
  catalog_name: z.string().optional(),
  schema_name: z.string().optional(),
});

/** The first name in a parsed statement that leads out of the lake, or undefined. */
function wayOut(tree: JsonValue): string | undefined {
  if (typeof tree !== 'object' || tree === null) return undefined;
  const {
    function_name: called = '',
    catalog_name: catalogue,
    schema_name: schema,
  } = NamingNode.safeParse(tree).data ?? {};
  if (reachesFurther.test(called)) return called;
  for (const name of [catalogue, schema]) {
    if (name !== undefined && behindTheLake.test(name)) return name;
  }
  const children: readonly JsonValue[] = Object.values(tree);
  for (const child of children) {
    const found = wayOut(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function refuseWaysOut(connection: DuckDBConnection, sql: string): Promise<void> {
  const [row] = await readRows(connection, `select json_serialize_sql(${quoteText(sql)}) as parsed`);
  const parsed = Parsed.parse(JSON.parse(z.string().parse(row?.['parsed'])));
  // What DuckDB counts as a SELECT and cannot serialize: PRAGMA, and PIVOT without its list of values.
  if (parsed.error) throw onlySelects();
  const out = wayOut(parsed.statements);
  if (out === undefined) return;
  throw new BadInput(`A question reads the lake and nothing else, and this one uses ${out}`, {
    field: 'query',
    advice: 'Ask the tables silver.<name> and gold.<name>.',
  });
}

/**
 * Answers one SELECT over the lake. Throws {@link BadInput} where the text is none, is more than one, or reaches past the
 * lake into the database that holds its catalogue; DuckDB's own errors as they are.
 */
export async function answerQuestion(connection: DuckDBConnection, sql: string): Promise<JsonRow[]> {
  const count = sql.trim() === '' ? 0 : (await connection.extractStatements(sql)).count;
  if (count !== 1) {
    throw new BadInput(`A query is one SELECT, and this text holds ${count} statements`, {
      field: 'query',
      advice: 'Ask one question at a time.',
    });
  }
  const statement = await prepareSelect(connection, sql);
  try {
    if (statement.parameterCount > 0) {
      throw new BadInput('The query has a parameter that nothing fills', {
        field: 'query',
        advice: 'Write the value in its place.',
      });
    }
    const reader = await statement.runAndReadAll();
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJsonValue(value)])),
      );
  } finally {
    statement.destroySync();
  }
}

/** Looked at before it is prepared: preparing a statement calls the functions that say which columns it has. */
async function prepareSelect(connection: DuckDBConnection, sql: string) {
  await refuseWaysOut(connection, sql);
  const statement = await connection.prepare(sql);
  if (statement.statementType === StatementType.SELECT) return statement;
  statement.destroySync();
  throw onlySelects();
}
