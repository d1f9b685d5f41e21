import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { toJsonValue } from '../rows.js';

/** Writes what a SELECT answers as lines of JSON, a row a line, values as {@link toJsonValue} has them: no more than a chunk of DuckDB is in memory. */
export async function writeLines(connection: DuckDBConnection, select: string, file: string): Promise<void> {
  const result = await connection.stream(select);
  const names = result.columnNames();
  async function* lines(): AsyncGenerator<string, void, undefined> {
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const columns = names.map((_, place) => chunk.getColumnValues(place).map(toJsonValue));
      let text = '';
      for (let row = 0; row < chunk.rowCount; row += 1) {
        const values = names.map((name, place) => [name, columns[place]?.[row] ?? null] as const);
        text += `${JSON.stringify(Object.fromEntries(values))}\n`;
      }
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
}
