import type { DuckDBConnection } from '@duckdb/node-api';
import { DOUBLE, DuckDBDataChunk, DuckDBDoubleVector } from '@duckdb/node-api';
import { InvariantBroken } from '../../schemas/errors.js';
import type { NumericColumns } from '../../schemas/numeric-columns.js';
import type { LakeColumn, LakeTable } from '../../schemas/tables/lake-table.js';
import { quoteIdentifier } from './sql-text.js';

/** A gold model's step in TypeScript: the rows of its SELECT in, in their order, the model's rows out. */
export interface GoldPass {
  /** Changes whenever the same input may give other rows. */
  readonly version: string;
  /** Columns out are those of the model's table; instants are epoch milliseconds. */
  run(input: NumericColumns): NumericColumns;
}

const rowsPerChunk = 2048;

/** Joins the parts of a column in one array of the exact length. */
function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function doubleVector(chunk: DuckDBDataChunk, index: number, name: string): DuckDBDoubleVector {
  const vector = chunk.getColumnVector(index);
  if (vector instanceof DuckDBDoubleVector) return vector;
  throw new InvariantBroken(`The column ${name} is not a DOUBLE`, { field: name });
}

/** Runs a SELECT of DOUBLE columns and gives its rows in columns; null becomes NaN. */
export async function readNumericColumns(connection: DuckDBConnection, sql: string): Promise<NumericColumns> {
  const named = await connection.prepare(sql);
  const values = Array.from({ length: named.columnCount }, (_, index) =>
    quoteIdentifier(named.columnName(index)),
  );
  named.destroySync();
  // A vector without nulls is read several times as fast.
  const result = await connection.stream(
    `select ${values.map((name) => `coalesce(${name}, 'nan') as ${name}`).join(', ')} from (${sql})`,
  );
  const columns = result
    .columnNames()
    .map((name): { name: string; parts: Float64Array[] } => ({ name, parts: [] }));
  for await (const chunk of result) {
    for (const [index, { name, parts }] of columns.entries()) {
      const vector = doubleVector(chunk, index, name);
      const part = new Float64Array(vector.itemCount);
      for (let row = 0; row < part.length; row += 1) part[row] = vector.getItem(row) ?? Number.NaN;
      parts.push(part);
    }
  }
  return Object.fromEntries(columns.map(({ name, parts }) => [name, joined(parts)]));
}

const fromDouble = ({ name, type }: LakeColumn): string => {
  const quoted = quoteIdentifier(name);
  const value = `if(isnan(${quoted}), null, ${quoted})`;
  return type === 'TIMESTAMPTZ'
    ? `make_timestamptz((${value} * 1000)::BIGINT) as ${quoted}`
    : `${value}::${type} as ${quoted}`;
};

/** Writes columns of numbers into a temporary table of the declared columns. NaN becomes null. */
export async function writeNumericColumns(
  connection: DuckDBConnection,
  table: LakeTable,
  rows: NumericColumns,
): Promise<void> {
  const values = table.columns.map(({ name }) => {
    const column = rows[name];
    if (column === undefined) {
      throw new InvariantBroken(`The pass gives no column ${name}`, {
        object: `gold.${table.name}`,
        field: name,
      });
    }
    return column;
  });
  const total = values[0]?.length ?? 0;
  if (values.some((column) => column.length !== total)) {
    throw new InvariantBroken('The pass gives columns of different length', { object: `gold.${table.name}` });
  }
  const stage = `${table.name}_numbers`;
  const columns = table.columns.map(({ name }) => `${quoteIdentifier(name)} DOUBLE`).join(', ');
  await connection.run(`create or replace temp table ${quoteIdentifier(stage)} (${columns})`);
  const appender = await connection.createAppender(stage, 'main', 'temp');
  try {
    const types = values.map(() => DOUBLE);
    for (let start = 0; start < total; start += rowsPerChunk) {
      const count = Math.min(rowsPerChunk, total - start);
      const chunk = DuckDBDataChunk.create(types, count);
      for (const [index, column] of values.entries()) {
        const vector = doubleVector(chunk, index, table.columns[index]?.name ?? table.name);
        for (let row = 0; row < count; row += 1) vector.setItem(row, column[start + row] ?? Number.NaN);
        vector.flush();
      }
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
  await connection.run(
    `create temp table ${quoteIdentifier(table.name)} as select ${table.columns.map(fromDouble).join(', ')} from temp.${quoteIdentifier(stage)}`,
  );
  await connection.run(`drop table temp.${quoteIdentifier(stage)}`);
}
