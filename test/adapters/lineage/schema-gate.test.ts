import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeHouse } from '../../../activities/describe-lineage.js';
import { bronze, postgresTables, silver } from '../../../adapters/lineage/datasets.js';
import { postgresSink } from '../../../adapters/lineage/postgres-sink.js';
import { columnsMadeOf } from '../../../adapters/lineage/schema-gate.js';
import { migrate } from '../../../adapters/postgres/migrate.js';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import { projectRoot } from '../../../config.js';
import { edgesOf } from '../../../domain/lineage/column-graph.js';
import { BadInput } from '../../../schemas/errors.js';
import type { LineageDescription } from '../../../schemas/lineage.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { madeOf } from '../../support/lineage-event.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

const migrations = path.join(projectRoot, 'sql', 'migrations');

let postgres: TestPostgres;
let folder: TestFolder;
let description: LineageDescription;
let edges: ReturnType<typeof edgesOf>;
beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  const { pool, db } = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
  const house = await describeHouse(pool);
  await db.destroy();
  description = house.description;
  edges = edgesOf(house.columns);
});
afterAll(async () => {
  await postgres.stop();
  await folder.remove();
});

/** A house, one release of which has told of a run, whose next release brings this migration. */
async function upgraded(up: string, { hasRun = true } = {}) {
  const url = await postgres.freshDatabase();
  const { pool, db } = openDatabase(url, { applicationName: 'test', max: 1 });
  const event = madeOf('refineBatch', bronze('raw_match_data'), silver('matches'), 1);
  if (hasRun) await postgresSink(pool, description).write([event]);
  const at = path.join(folder.path, path.basename(url));
  await cp(migrations, at, { recursive: true });
  await writeFile(path.join(at, '9999_next.up.sql'), up);
  await writeFile(path.join(at, '9999_next.down.sql'), 'select 1;');
  const failure = await migrate(url, { folder: at }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const { rows } = await pool.query<{ columns: string[] }>(
    `select array_agg(attname::text) as columns from pg_attribute where attrelid = 'match_statistics'::regclass and attnum > 0 and not attisdropped`,
  );
  await db.destroy();
  return { failure, columns: rows[0]?.columns ?? [] };
}

const refused = (failure: unknown): BadInput => {
  if (failure instanceof BadInput) return failure;
  throw new Error(`It was not refused: ${String(failure)}`);
};

describe('a migration', () => {
  it('that takes away a column of which others are made is refused, names them, and is taken back', async () => {
    const { failure, columns } = await upgraded('alter table match_statistics drop column home_shots;');
    const { message, subject } = refused(failure);
    expect(message).toMatch(
      /9999_next takes away match_statistics\.home_shots; of it come \d+ columns of .*football_db\.silver\/lake\.match_statistics/,
    );
    expect(subject).toMatchObject({
      ...{ file: 'sql/migrations/9999_next.up.sql', object: 'match_statistics.home_shots' },
      advice: expect.stringContaining('-- changes: match_statistics.home_shots') as unknown,
    });
    expect(columns).toContain('home_shots');
  });

  it('that gives such a column another type, or another name, is refused as well', async () => {
    const retyped = await upgraded('alter table match_statistics alter column home_shots type bigint;');
    expect(refused(retyped.failure).message).toMatch(
      /makes match_statistics\.home_shots a bigint, which was a/,
    );
    const renamed = await upgraded('alter table match_statistics rename column home_shots to shots_home;');
    expect(refused(renamed.failure).message).toMatch(/takes away match_statistics\.home_shots/);
  });

  it('that says so runs', async () => {
    const { failure, columns } = await upgraded(
      '-- changes: match_statistics.home_shots\nalter table match_statistics drop column home_shots;',
    );
    expect(failure).toBeUndefined();
    expect(columns).not.toContain('home_shots');
  });

  it('that adds columns, or takes one away of which nothing is made, runs', async () => {
    const added = await upgraded(
      'alter table match_statistics add column home_throws integer; alter table lineage_deliveries drop column trouble;',
    );
    expect(added.failure).toBeUndefined();
    expect(added.columns).toContain('home_throws');
  });

  it('runs where no run has told of anything yet', async () => {
    const { failure } = await upgraded('alter table match_statistics drop column home_shots;', {
      hasRun: false,
    });
    expect(failure).toBeUndefined();
  });
});

it('of a kept description is read which columns the derived ones come of', () => {
  const isOfRows = (column: string): boolean => column.endsWith('.*');
  const told = new Set(Object.keys(description.datasets));
  const tableOf = (column: string): string => column.slice(0, column.lastIndexOf('.'));
  const derived = edges.filter(({ from, to }) => !isOfRows(from) && !isOfRows(to) && told.has(tableOf(to)));
  const made = columnsMadeOf(description);
  expect(derived.length).toBeGreaterThan(1_000);
  expect(derived.filter(({ from, to }) => made.get(from)?.has(to) !== true)).toEqual([]);
});

it('every migration of the repository says which columns of datasets it takes away or gives another type', async () => {
  const empty = new URL(postgres.server.url);
  empty.pathname = '/from_nothing';
  const { pool, db } = openDatabase(postgres.server.url, { applicationName: 'test', max: 1 });
  await pool.query('create database from_nothing');
  await db.destroy();
  const datasets = new Set<string>(Object.values(postgresTables).flat());
  const looked: string[] = [];
  const silent: string[] = [];
  await migrate(empty.href, {
    gate: ({ name, announced, changed }) => {
      looked.push(name);
      for (const { table, column } of changed)
        if (datasets.has(table) && !announced.has(`${table}.${column}`))
          silent.push(`${name}: ${table}.${column}`);
    },
  });
  expect(looked.length).toBeGreaterThan(40);
  expect(silent).toEqual([]);
});
