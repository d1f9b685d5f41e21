import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createMeters } from '../../adapters/metrics/meters.js';
import { makeBackup } from '../../adapters/backup/make-backup.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { readConfig } from '../../config.js';
import { BackupKind } from '../../schemas/backup.js';
import { InvariantBroken } from '../../schemas/errors.js';

// Called as `backup-killed-at.ts <url of the admin> <kind> <pattern>`, BACKUP_DIR in its environment: makes backups of the kind, and kills itself as soon as a
// file or folder has taken a name of that pattern. All that others can see of a backup comes about by such a renaming.
const [, , url, kind, pattern] = process.argv;
if (url === undefined || pattern === undefined)
  throw new InvariantBroken('A database or a pattern is missing');
const wanted = new RegExp(pattern);
const { rename } = fs;
fs.rename = async (from, to) => {
  await rename(from, to);
  if (wanted.test(String(to))) process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();

const { pool } = openDatabase(url, { applicationName: 'backup-killed-at', max: 4 });
await makeBackup(
  BackupKind.parse(kind),
  {
    ...{ config: readConfig().backup, pool, url, modelsRoot: undefined, meters: createMeters(), redactor },
    now: () => new Date(),
  },
  { signal: new AbortController().signal, report: () => undefined },
);
process.exit(0);
