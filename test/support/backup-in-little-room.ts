import { createMeters } from '../../adapters/metrics/meters.js';
import { makeBackup } from '../../adapters/backup/make-backup.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { readConfig } from '../../config.js';
import { InvariantBroken } from '../../schemas/errors.js';

// Called as `backup-in-little-room.ts <url of the admin>`, BACKUP_DIR in its environment and no file allowed to grow: says what became of a full backup.
const [, , url] = process.argv;
if (url === undefined) throw new InvariantBroken('A database is missing');
const { pool, db } = openDatabase(url, { applicationName: 'backup-in-little-room', max: 4 });
const made = await makeBackup(
  'full',
  {
    ...{ config: readConfig().backup, pool, url, modelsRoot: undefined, meters: createMeters(), redactor },
    now: () => new Date(),
  },
  { signal: new AbortController().signal, report: () => undefined },
);
await db.destroy();
process.stdout.write(JSON.stringify(made));
