import { goldDifferences } from '../adapters/lake/gold-publish.js';
import type { Lake } from '../adapters/lake/open-lake.js';
import { goldBuild } from './build-gold.js';

/**
 * What of a lake's gold is not as its silver makes it: computed anew, nothing is written. The lake may be that of a restored database, with the files of
 * production. Where gold was built by other models than these, or never, there is nothing to compare.
 */
export async function recomputeGold(lake: Lake): Promise<readonly string[]> {
  const { build, modelsHash } = await goldBuild();
  return (await lake.write((connection) => goldDifferences(connection, { build, modelsHash }))) ?? [];
}
