import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepHouseDescription } from '../../activities/keep-description.js';
import { describedBy, lineageVersion, readShapes } from '../../activities/lineage-version.js';
import { readDescription } from '../../adapters/lineage/descriptions.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { projectRoot } from '../../config.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

it('a description is made once, by the release that migrates, and found by whoever starts later', async () => {
  const { pool } = database;
  const version = await keepHouseDescription(pool);
  const kept = await readDescription(pool, version);
  expect(Object.keys(kept?.datasets ?? {})).toContain('football_db.gold/lake.elo');
  expect(await keepHouseDescription(pool)).toBe(version);
  const { rows } = await pool.query<{ version: string }>('select version from lineage_descriptions');
  expect(rows).toEqual([{ version }]);
});

it('a column more, or another SQL of a view, is another version', async () => {
  const shapes = await readShapes(database.pool);
  const version = await lineageVersion(shapes);
  const wider = new Map(shapes.columns).set('odds', [
    ...(shapes.columns.get('odds') ?? []),
    { name: 'margin', type: 'numeric' },
  ]);
  expect(await lineageVersion({ ...shapes, columns: wider })).not.toBe(version);
  const views = new Map(shapes.views).set('mv_odds_trends', 'select 1');
  expect(await lineageVersion({ ...shapes, views })).not.toBe(version);
  expect(
    await lineageVersion({ columns: new Map([...shapes.columns].toReversed()), views: shapes.views }),
  ).toBe(version);
});

/** The modules that a module runs, itself among them; what it imports as types alone does not run. */
async function modulesOf(file: string, known = new Set<string>()): Promise<ReadonlySet<string>> {
  if (known.has(file)) return known;
  known.add(file);
  const text = await readFile(path.join(projectRoot, file), 'utf8');
  for (const [, names = '', from = ''] of text.matchAll(/^import ([^;]*?) from '(\.[^']+)\.js';/gms)) {
    const isOfTypes = names.startsWith('type ') || /^\{(\s*type \w+,?)+\s*\}$/.test(names);
    if (!isOfTypes) await modulesOf(path.join(path.dirname(file), `${from}.ts`), known);
  }
  return known;
}

it('whatever makes the description is in its version', async () => {
  const modules = [...(await modulesOf('activities/describe-lineage.ts'))];
  expect(modules.length).toBeGreaterThan(20);
  const isIn = (file: string): boolean =>
    describedBy.some((one) => file === one || file.startsWith(`${one}/`));
  // What these say is said where a description cannot be made.
  expect(modules.filter((file) => !isIn(file)).toSorted()).toEqual([
    'adapters/postgres/away.ts',
    'adapters/postgres/constraint-violations.ts',
    'schemas/errors.ts',
  ]);
});
