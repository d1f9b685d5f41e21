import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import {
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
} from '@duckdb/node-api';
import * as arrow from 'apache-arrow';
import { InvariantBroken } from '../../../schemas/errors.js';

interface ArrowColumn {
  readonly type: arrow.DataType;
  readonly valueOf: (value: DuckDBValue) => unknown;
}

const isNumber = (value: DuckDBValue): number | bigint | null =>
  typeof value === 'number' || typeof value === 'bigint' ? value : null;
const asDouble = (value: DuckDBValue): number | null =>
  value instanceof DuckDBDecimalValue ? value.toDouble() : isNumber(value) === null ? null : Number(value);
const asBigInt = (value: DuckDBValue): bigint | null => {
  const number = isNumber(value);
  return number === null ? null : BigInt(number);
};
/** Arrow's builder takes instants as milliseconds: what is finer is cut off. */
const asInstant = (value: DuckDBValue): number | null =>
  value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue
    ? Number(value.micros / 1000n)
    : null;

const wholeNumbers = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
]);
const numbers = new Set([DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE, DuckDBTypeId.DECIMAL]);
const instants = new Set([DuckDBTypeId.TIMESTAMP, DuckDBTypeId.TIMESTAMP_TZ]);

/** How a column of DuckDB is told in Arrow: numbers as 64-bit integers or doubles, instants as milliseconds of UTC, anything else as text. */
function columnOf({ typeId }: DuckDBType): ArrowColumn {
  if (typeId === DuckDBTypeId.BOOLEAN) return { type: new arrow.Bool(), valueOf: (value) => value };
  if (wholeNumbers.has(typeId)) return { type: new arrow.Int64(), valueOf: asBigInt };
  if (numbers.has(typeId)) return { type: new arrow.Float64(), valueOf: asDouble };
  if (instants.has(typeId)) return { type: new arrow.TimestampMillisecond('UTC'), valueOf: asInstant };
  return { type: new arrow.Utf8(), valueOf: (value) => (value === null ? null : String(value)) };
}

/** How Arrow is laid out: a file, which is read at any place, or a stream, which is read from its beginning. */
export type ArrowLayout = 'file' | 'stream';

/** Writes what a SELECT answers in Arrow's IPC format, a record batch a chunk of DuckDB: no more of it is in memory. */
export async function writeArrow(
  connection: DuckDBConnection,
  select: string,
  { file, layout }: { readonly file: string; readonly layout: ArrowLayout },
): Promise<void> {
  const result = await connection.stream(select);
  const columns = result.columnTypes().map(columnOf);
  const names = result.columnNames();
  const schema = new arrow.Schema(
    columns.map(({ type }, place) => new arrow.Field(names[place] ?? '', type, true)),
  );
  const output = createWriteStream(file);
  const writer = layout === 'file' ? new arrow.RecordBatchFileWriter() : new arrow.RecordBatchStreamWriter();
  const written = finished(writer.toNodeStream().pipe(output));
  writer.reset(undefined, schema);
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const { rowCount } = chunk;
    const data = columns.map(({ type, valueOf }, place) => {
      const vector = arrow.vectorFromArray(chunk.getColumnValues(place).map(valueOf), type);
      const [whole] = vector.data;
      if (whole === undefined)
        throw new InvariantBroken('Arrow made nothing of a column', { object: names[place] ?? '' });
      return whole;
    });
    const struct = arrow.makeData({
      type: new arrow.Struct(schema.fields),
      length: rowCount,
      nullCount: 0,
      children: data,
    });
    writer.write(new arrow.RecordBatch(schema, struct));
  }
  writer.finish();
  await written;
}
