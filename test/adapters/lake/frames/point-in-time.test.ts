import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pointInTimeFrame } from '../../../../adapters/lake/frames/point-in-time.js';
import { readRows } from '../../../../adapters/lake/rows.js';
import { BadInput } from '../../../../schemas/errors.js';
import type { FrameReference } from '../../../../schemas/features/compiled-frame.js';
import { makeTestFolder, type TestFolder } from '../../../support/folder.js';

let folder: TestFolder;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  folder = await makeTestFolder();
  instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  await connection.run(
    'create table matches (id bigint, league_id integer, home_team_id integer, away_team_id integer)',
  );
  await connection.run('insert into matches values (1, 7, 10, 11), (2, 7, 12, 10)');
});
afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await folder.remove();
});
beforeEach(async () => {
  await connection.run(
    'create or replace table form (team_id integer, cutoff timestamptz, match_id bigint, wins integer, rate double)',
  );
});

const inFolder = (name: string): string => path.join(folder.path, name);
const hour = 3_600_000;
const start = Date.UTC(2024, 0, 1);
const at = (hours: number): string => new Date(start + hours * hour).toISOString();

const form = (ttlHours: number | null, entityColumn = 'team_id'): FrameReference => ({
  source: { table: 'form', key: 'team_id', knownAt: 'cutoff', lastBy: ['match_id'] },
  ...{ ttlHours, entityColumn },
  features: [
    { name: 'wins', type: 'int64', as: 'wins' },
    { name: 'double_rate', type: 'float64', expression: 'rate * 2', as: 'double_rate' },
  ],
});
const ask = (file: string, references: readonly FrameReference[], out = inFolder('out.json')) =>
  pointInTimeFrame(
    connection,
    { file, out, references },
    { relationOf: (table) => table, matches: 'matches' },
  );
const answered = async (): Promise<unknown> => JSON.parse(await readFile(inFolder('out.json'), 'utf8'));

interface Known {
  readonly team: number;
  readonly hours: number;
  readonly match: number;
  readonly wins: number | null;
}
async function know(rows: readonly Known[]): Promise<void> {
  for (const { team, hours, match, wins } of rows)
    await connection.run(
      `insert into form values (${team}, '${at(hours)}', ${match}, ${wins ?? 'null'}, ${wins ?? 'null'} / 4)`,
    );
}

describe('a frame', () => {
  const known = fc.record({
    team: fc.integer({ min: 1, max: 3 }),
    hours: fc.integer({ min: 0, max: 30 }),
    match: fc.integer({ min: 1, max: 5 }),
    wins: fc.option(fc.integer({ min: 0, max: 5 })),
  });
  const asked = fc.record({
    team: fc.option(fc.integer({ min: 1, max: 4 })),
    hours: fc.integer({ min: -2, max: 40 }),
  });

  it('has of each row what was known last by its instant, no older than the view allows, whatever else there is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(known, {
          maxLength: 12,
          selector: ({ team, hours, match }) => `${team} ${hours} ${match}`,
        }),
        fc.array(asked, { minLength: 1, maxLength: 10 }),
        fc.option(fc.integer({ min: 1, max: 12 })),
        async (rows, frame, ttl) => {
          await connection.run('delete from form');
          await know(rows);
          await writeFile(
            inFolder('frame.json'),
            JSON.stringify(
              frame.map(({ team, hours }, place) => ({ place, team_id: team, event_timestamp: at(hours) })),
            ),
          );
          await ask(inFolder('frame.json'), [form(ttl)]);
          const expected = frame.map(({ team, hours }, place) => {
            const [last] = rows
              .filter((row) => row.team === team && row.hours <= hours)
              .toSorted((a, b) => b.hours - a.hours || b.match - a.match);
            const isYoung = last !== undefined && (ttl === null || hours - last.hours <= ttl);
            return { place, wins: isYoung ? last.wins : null };
          });
          const told = (await answered()) as { place: number; wins: number | null }[];
          expect(told.map(({ place, wins }) => ({ place, wins }))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of matches need not name their teams, and keeps its rows in their order, also those of which nothing is known', async () => {
    await know([
      { team: 10, hours: 1, match: 1, wins: 3 },
      { team: 12, hours: 2, match: 1, wins: 4 },
    ]);
    await writeFile(
      inFolder('frame.csv'),
      `match_id,event_timestamp,note\n2,${at(5)},b\n9,${at(5)},unknown\n1,${at(5)},a\n1,${at(0)},early\n`,
    );
    const written = await ask(inFolder('frame.csv'), [form(null, 'home_team_id')]);
    expect(written).toEqual({
      rows: 4,
      columns: ['match_id', 'event_timestamp', 'note', 'wins', 'double_rate'],
    });
    expect(await answered()).toMatchObject([
      { note: 'b', wins: 4, double_rate: 2 },
      { note: 'unknown', wins: null },
      { note: 'a', wins: 3 },
      { note: 'early', wins: null },
    ]);
  });

  it('says the same as Parquet, Arrow, CSV and JSON', async () => {
    await know([{ team: 1, hours: 1, match: 1, wins: 3 }]);
    await connection.run(
      `copy (select 1 as team_id, '${at(5)}'::timestamptz as event_timestamp, 'a' as note union all select 2, '${at(5)}', null) to '${inFolder('frame.parquet')}'`,
    );
    for (const ending of ['parquet', 'arrow', 'csv', 'json'])
      await ask(inFolder('frame.parquet'), [form(null)], inFolder(`out.${ending}`));
    const rows = [
      { team_id: 1, note: 'a', wins: 3, double_rate: 1.5 },
      { team_id: 2, note: null, wins: null, double_rate: null },
    ];
    expect(
      await readRows(
        connection,
        `select team_id, note, wins, double_rate from read_parquet('${inFolder('out.parquet')}')`,
      ),
    ).toEqual(rows);
    expect(
      await readRows(
        connection,
        `select team_id, note, wins, double_rate from read_csv('${inFolder('out.csv')}')`,
      ),
    ).toEqual(rows);
    expect(await answered()).toMatchObject(rows);
    const arrow = tableFromIPC(await readFile(inFolder('out.arrow')));
    expect(
      arrow.toArray().map((row: Record<string, unknown>) => ({
        ...{ team_id: Number(row['team_id']), note: row['note'], double_rate: row['double_rate'] },
        wins: row['wins'] === null ? null : Number(row['wins']),
      })),
    ).toEqual(rows);
  });

  it('without a row has none, in each format', async () => {
    await writeFile(inFolder('none.csv'), 'team_id,event_timestamp\n');
    for (const ending of ['parquet', 'arrow', 'csv', 'json'])
      expect(await ask(inFolder('none.csv'), [form(6)], inFolder(`none-out.${ending}`))).toMatchObject({
        rows: 0,
      });
    expect(tableFromIPC(await readFile(inFolder('none-out.arrow'))).numRows).toBe(0);
  });
});

describe('a frame that cannot be used is refused with file, row and field, and nothing is written', () => {
  const refusal = async (file: string, text: string, out?: string): Promise<unknown> => {
    await writeFile(inFolder(file), text);
    const failure: unknown = await ask(inFolder(file), [form(null)], out).catch((error: unknown) => error);
    if (!(failure instanceof BadInput)) throw new Error('The frame was not refused', { cause: failure });
    return { says: failure.message, row: failure.subject.row, field: failure.subject.field };
  };

  it.each([
    ['a.txt', 'x', 'A frame is a file of Parquet, CSV or JSON', undefined, undefined],
    [
      'b.csv',
      'team_id\n1\n',
      'A frame has a column event_timestamp: as of when each row asks',
      undefined,
      'event_timestamp',
    ],
    ['c.csv', `team_id,event_timestamp\n1,${at(0)}\n1,soon\n`, '"soon" is no instant', 2, 'event_timestamp'],
    ['d.csv', `team_id,event_timestamp\n1,${at(0)}\nArsenal,${at(0)}\n`, '"Arsenal" is no id', 2, 'team_id'],
    [
      'e.csv',
      `event_timestamp\n${at(0)}\n`,
      'The frame has no column team_id, which the features ask for',
      undefined,
      'team_id',
    ],
    [
      'f.csv',
      `team_id,event_timestamp,wins\n1,${at(0)},2\n`,
      'The frame has a column wins already',
      undefined,
      'wins',
    ],
  ])('%s', async (file, text, says, row, field) => {
    expect(await refusal(file, text)).toEqual({ says, row, field });
  });

  it('as is one that is not there, and an answer that could not be written', async () => {
    await expect(ask(inFolder('absent.csv'), [form(null)])).rejects.toThrow('There is no such file');
    expect(
      await refusal('g.csv', `team_id,event_timestamp\n1,${at(0)}\n`, inFolder('out.xlsx')),
    ).toMatchObject({
      says: 'A frame is written as Parquet, Arrow, CSV or JSON',
    });
  });
});
