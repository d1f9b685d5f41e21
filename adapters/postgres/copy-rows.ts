import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** What a cell may be. Dates are written as ISO instants, bytes as bytea. */
export type CopyValue = string | number | boolean | Date | Uint8Array | null;
export type CopyRow = readonly CopyValue[];

export interface CopyTarget {
  readonly table: string;
  readonly columns: readonly string[];
}

const chunkLength = 128 * 1024;
const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escapeText = (text: string): string =>
  special.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character) : text;

function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toISOString();
  return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
}

/** One row in COPY's text format, with its line feed. */
export function copyLine(row: CopyRow): string {
  let line = '';
  for (let index = 0; index < row.length; index += 1) {
    const value = row[index];
    line += (index === 0 ? '' : '\t') + copyText(value ?? null);
  }
  return `${line}\n`;
}

async function* inChunks(rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const row of rows) {
    text += copyLine(row);
    if (text.length >= chunkLength) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

/** A synchronous source needs no promise a row: the difference is a third of the load rate. */
function* inChunksAtOnce(rows: Iterable<CopyRow>): Generator<Buffer> {
  let text = '';
  for (const row of rows) {
    text += copyLine(row);
    if (text.length >= chunkLength) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

/**
 * Streams rows into a table by COPY: cells in the order of `columns`, memory bounded by a few chunks of 128 KiB, the source
 * is pulled only as fast as Postgres takes the rows. Returns how many rows Postgres took. An error of the source
 * ends the COPY and the transaction it is in.
 */
export async function copyRows(
  client: pg.ClientBase,
  target: CopyTarget,
  rows: Iterable<CopyRow> | AsyncIterable<CopyRow>,
): Promise<number> {
  const columns = target.columns.map((column) => pg.escapeIdentifier(column)).join(', ');
  const table = target.table
    .split('.')
    .map((part) => pg.escapeIdentifier(part))
    .join('.');
  const sink = client.query(copyFrom(`copy ${table} (${columns}) from stdin`));
  const chunks = Symbol.asyncIterator in rows ? inChunks(rows) : inChunksAtOnce(rows);
  await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 2 }), sink);
  return sink.rowCount;
}
