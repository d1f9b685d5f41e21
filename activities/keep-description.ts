import type pg from 'pg';
import { isDescriptionKept, keepDescription } from '../adapters/lineage/descriptions.js';
import { lineageVersion, readShapes } from './lineage-version.js';

/**
 * Sees to it that Postgres has the description of what the house knows of its datasets and jobs as they are now, and says its version. It is made where it is not kept yet:
 * once a release, when the database is migrated. The pool's role may insert there.
 */
export async function keepHouseDescription(pool: pg.Pool): Promise<string> {
  const version = await lineageVersion(await readShapes(pool));
  if (await isDescriptionKept(pool, version)) return version;
  const { describeHouse } = await import('./describe-lineage.js');
  const { description } = await describeHouse(pool);
  await keepDescription(pool, description);
  return description.version;
}
