import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withPythonPackage } from '../../adapters/embedded/tools/python-packages.js';
import { childEnvironment, readConfig } from '../../config.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

/** Reads the files named on its command line and says what Arrow makes of them. */
const script = `
import json, sys
import pyarrow.parquet as pq, pyarrow.compute as pc, pyarrow as pa
tables = [pq.ParquetFile(name).read() for name in sys.argv[1:]]
table = pa.concat_tables(tables)
print(json.dumps({
  "rows": table.num_rows,
  "types": {field.name: str(field.type) for field in table.schema},
  "home": str(pc.sum(table["home_odds"])),
  "first": pc.min(table["collected_at"]).as_py().isoformat(),
}))
`;

const Answer = z.object({
  rows: z.number(),
  types: z.record(z.string(), z.string()),
  home: z.string(),
  first: z.string(),
});

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let answers: { readonly lake: z.infer<typeof Answer>; readonly copy: z.infer<typeof Answer> };

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  lake = await openTestLake(await postgres.freshDatabase(), folder.path, { compression: 'zstd' });
  await importToSilver(lake.house, folder.path, testLeague(), 'import/1');
  await lake.publish('publish/1');
  const { python, cache } = readConfig();
  const files = (await lake.lake.listFiles('silver.odds')).map(({ path: file }) => file);
  const snappy = path.join(folder.path, 'odds.parquet');
  await lake.lake.write((connection) =>
    connection.run(`copy (from lake.silver.odds) to '${snappy}' (format parquet, compression snappy)`),
  );
  await withPythonPackage('pyarrow==21.0.0', { python, cache }, async (packages) => {
    const ask = async (names: readonly string[]): Promise<z.infer<typeof Answer>> => {
      const { stdout } = await promisify(execFile)(python, ['-c', script, ...names], {
        env: childEnvironment({ PYTHONPATH: packages }),
      });
      return Answer.parse(JSON.parse(stdout));
    };
    answers = { lake: await ask(files), copy: await ask([snappy]) };
  });
});

afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

describe('Apache Arrow, an engine that knows neither DuckDB nor DuckLake', () => {
  it('reads the files of the lake to the last digit, zstd and snappy alike', async () => {
    const { rows } = await lake.house.pool.query<{ rows: number; home: string; first: Date }>(
      'select count(*)::int as rows, sum(home_odds)::text as home, min(collected_at) as first from odds',
    );
    const [expected] = rows;
    for (const { rows: count, home, first } of [answers.lake, answers.copy]) {
      expect({ rows: count, home, first: new Date(first) }).toEqual(expected);
    }
  });

  it('finds instants in UTC, decimals for prices and no type that it does not know', () => {
    expect(answers.lake.types).toMatchObject({
      id: 'int64',
      bookmaker: 'string',
      home_odds: 'decimal128(10, 3)',
      line_value: 'decimal128(5, 2)',
      suspicious_odds: 'bool',
      collected_at: 'timestamp[us, tz=UTC]',
      recorded_at: 'timestamp[us, tz=UTC]',
    });
    expect(answers.lake.types).toEqual(answers.copy.types);
  });
});
