import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { readTableShapes, type TableShapes } from '../adapters/postgres/table-shapes.js';

/** The views whose SQL says what tables of the house are made of, each after those that it reads. */
export const tellingViews: readonly string[] = [
  'quarantined_rows',
  'mv_team_recent_performance',
  'mv_odds_trends',
];

const root = fileURLToPath(new URL('../', import.meta.url));

/** The files and folders of which the description is made, beside the shapes of Postgres' tables. A test holds them against what is imported. */
export const describedBy: readonly string[] = [
  'activities/declared-columns.ts',
  'activities/derive-columns.ts',
  'activities/describe-lineage.ts',
  'activities/lineage-version.ts',
  'activities/lineage.ts',
  'adapters/lake/gold-model.ts',
  'adapters/lake/parse-sql.ts',
  'adapters/lake/rows.ts',
  'adapters/lake/served-features.ts',
  'adapters/lake/sql-text.ts',
  'adapters/lineage',
  'adapters/postgres/table-shapes.ts',
  'domain/lineage',
  'schemas/lineage.ts',
  'schemas/match-moves.ts',
  'schemas/price-limits.ts',
  'schemas/tables',
  'schemas/values.ts',
  'sql/gold',
];

/** What Postgres' tables look like as far as lineage reads it. */
export const readShapes = (pool: pg.Pool): Promise<TableShapes> => readTableShapes(pool, tellingViews);

/**
 * Names the description of the house without making it: the sha256 of what it is made of, as hex. Making it takes half a second of a processor, which no worker
 * shall spend while it works.
 */
export async function lineageVersion({ columns, views }: TableShapes): Promise<string> {
  const hash = createHash('sha256').update(
    JSON.stringify([[...columns].toSorted(([one], [other]) => (one < other ? -1 : 1)), [...views]]),
  );
  const files = await Promise.all(describedBy.map(filesIn));
  for (const [name, text] of files.flat()) hash.update(JSON.stringify([name, text]));
  return hash.digest('hex');
}

async function filesIn(place: string): Promise<readonly (readonly [name: string, text: string])[]> {
  const whole = path.join(root, place);
  if (path.extname(place) !== '') return [[place, await readFile(whole, 'utf8')]];
  const names = (await readdir(whole)).filter((name) => path.extname(name) !== '').toSorted();
  return (await Promise.all(names.map((name) => filesIn(`${place}/${name}`)))).flat();
}
