import { createMeters } from '../../adapters/metrics/meters.js';
import { makeBackup } from '../../adapters/backup/make-backup.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { readConfig } from '../../config.js';
import { InvariantBroken } from '../../schemas/errors.js';

// Called as `backups-until-killed.ts <url of the admin>`, BACKUP_DIR in its environment: makes backups until it is killed, and tells of each that begins.
const [, , url] = process.argv;
if (url === undefined) throw new InvariantBroken('A database is missing');
process.on('disconnect', () => process.exit(0));
const { pool } = openDatabase(url, { applicationName: 'backups-until-killed', max: 4 });
const deps = {
  config: readConfig().backup,
  pool,
  url,
  modelsRoot: undefined,
  meters: createMeters(),
  redactor,
};
for (;;) {
  for (const kind of ['full', 'incremental'] as const) {
    await makeBackup(
      kind,
      { ...deps, now: () => new Date() },
      { signal: new AbortController().signal, report: (method) => process.send?.(method) },
    );
  }
}
