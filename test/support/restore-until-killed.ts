import { restoreProduction } from '../../adapters/backup/restore-production.js';
import { InvariantBroken } from '../../schemas/errors.js';
import { restoreFromCopy } from './restoring.js';

// Called as `restore-until-killed.ts <database url> <backup> <phase>`: the process kills itself at that phase.
const [, , url, backup, phase] = process.argv;
if (url === undefined || backup === undefined)
  throw new InvariantBroken('A database and a backup are missing');
await restoreProduction(
  await restoreFromCopy(url, backup, {
    report: (at) => {
      if (at === phase) process.kill(process.pid, 'SIGKILL');
    },
  }),
);
process.exit(0);
