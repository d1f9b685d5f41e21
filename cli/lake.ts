import path from 'node:path';
import { z } from 'zod';
import { isInStore } from '../adapters/lake/lake-place.js';
import type { LakeReader } from '../adapters/lake/reader.js';
import { command, type CommandContext } from './command.js';
import { WholeNumber } from './settings.js';
import { grouped, textTable, type Cell } from './table.js';

async function withLake<T>(context: CommandContext, work: (lake: LakeReader) => Promise<T>): Promise<T> {
  const { withStack } = await import('./with-stack.js');
  const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
  return withStack(context, async ({ status }) => {
    const lake = await openLakeOf(context.config, status.postgres, 'lake');
    return work(lake).finally(() => lake.close());
  });
}

export const lakeQuery = command({
  path: ['lake', 'query'],
  summary: 'answer one SELECT over the lake',
  description: [
    'Runs one SELECT of DuckDB over the newest snapshot; silver.<table> and gold.<table> resolve (touchline status lists them).',
    'To read an older snapshot: select … from gold.match_features at (version => 12). Nothing but the lake can be read, nothing',
    'can be written. Instants are UTC.',
  ].join('\n'),
  arguments: [{ flags: '<select>', about: 'the question, in SQL' }],
  examples: [
    'touchline lake query "select season, count(*) from silver.matches group by season order by season"',
    'touchline lake query "select * from gold.match_features limit 1" --json',
  ],
  json: 'An array of row objects: column name to value. Instants are ISO-8601 text, decimals numbers.',
  settings: z.object({ select: z.string().min(1, 'Write one SELECT') }),
  async run({ select }, context) {
    const rows = await withLake(context, (lake) => lake.query(select));
    await context.output.result(rows, () => {
      const [first] = rows;
      if (first === undefined) return 'No rows.';
      const names = Object.keys(first);
      return textTable(
        names,
        rows.map((row) => names.map((name) => cellOf(row[name]))),
      );
    });
    return 0;
  },
});

const cellOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
};

export const lakeFiles = command({
  path: ['lake', 'files'],
  summary: 'list the Parquet files of a table',
  description:
    'Lists the files that hold a table, for readers of plain Parquet. At an older snapshot, the files that it consists of.',
  arguments: [{ flags: '<table>', about: 'silver.<name> or gold.<name>' }],
  options: [{ flags: '--snapshot <number>', about: 'the snapshot', otherwise: 'the newest' }],
  examples: [
    'touchline lake files gold.match_features',
    'touchline lake files silver.odds --snapshot 12 --json',
  ],
  json: 'An array of {"path", "bytes"}.',
  settings: z.object({ table: z.string().min(1), snapshot: WholeNumber.optional() }),
  async run({ table, snapshot }, context) {
    const files = await withLake(context, (lake) => lake.listFiles(table, snapshot));
    await context.output.result(files, () =>
      textTable(
        ['file', 'bytes'],
        files.map(({ path: file, bytes }) => [file, bytes]),
      ),
    );
    return 0;
  },
});

export const lakeExport = command({
  path: ['lake', 'export'],
  summary: 'write every table as plain Parquet',
  description: [
    'Writes every table of the newest snapshot below a folder: <folder>/<layer>/<table>/year=2024/month=01/*.parquet, for pandas,',
    'Polars, Spark. The folder appears, or replaces an earlier export, in one step when all is written.',
  ].join('\n'),
  arguments: [{ flags: '<dir>', about: 'a new or empty folder, or one that holds an earlier export' }],
  examples: ['touchline lake export ./export'],
  json: '{"folder", "snapshot", "tables": [{"layer", "table", "version", "rows"}]}',
  settings: z.object({ dir: z.string().min(1) }),
  async run({ dir }, context) {
    const folder = isInStore(dir) ? dir : path.resolve(dir);
    const exported = await withLake(context, (lake) => lake.exportParquet(folder));
    await context.output.result({ folder, ...exported }, () =>
      [
        `Snapshot ${exported.snapshot} in ${folder}`,
        textTable(
          ['table', 'rows'],
          exported.tables.map(({ layer, table, rows }) => [`${layer}.${table}`, grouped(rows)]),
        ),
      ].join('\n'),
    );
    return 0;
  },
});
