import { archiveOldRows } from '../../activities/clean-data.js';
import { InvariantBroken } from '../../schemas/errors.js';
import { retentionWith } from '../../schemas/retention.js';
import { cleanupTime } from './archive-rows.js';
import { openTestLake } from './lake.js';

// Called as `archive-until-killed.ts <database url> <folder> <phase>`: the process kills itself at that phase.
const [, , url, folder, phase] = process.argv;
if (url === undefined || folder === undefined)
  throw new InvariantBroken('A database and a folder are missing');
const { house, lake } = await openTestLake(url, folder);
await archiveOldRows(
  { pool: house.pool, lake, retention: retentionWith(), now: () => cleanupTime },
  { runId: 'cleanup/killed', mode: 'apply', tables: ['gold.predictions'] },
  (at) => {
    if (at === phase) process.kill(process.pid, 'SIGKILL');
  },
);
process.exit(0);
