import { startPostgres } from '../../adapters/embedded/postgres.js';
import { preparePlace } from '../../adapters/embedded/postgres/place.js';
import { makeBackup, type BackupDeps, type MadeBackup } from '../../adapters/backup/make-backup.js';
import { letServerArchive, makePlace, type BackupPlace } from '../../adapters/backup/place.js';
import type { RecoveryMeans } from '../../adapters/backup/point-in-time.js';
import { readIdentities } from '../../adapters/backup/sealing.js';
import { findPostgresTools, type PostgresTools } from '../../adapters/backup/tools.js';
import { archiveSettings } from '../../adapters/backup/wal-archive.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { readConfig } from '../../config.js';
import type { BackupKind } from '../../schemas/backup.js';
import { makeTestFolder } from './folder.js';
import { copyMigratedPostgres } from './migrated-home.js';

/** A migrated Postgres that archives its log, with a folder of backups of its own. */
export interface ArchivedPostgres {
  readonly url: string;
  readonly place: BackupPlace;
  readonly deps: BackupDeps;
  readonly tools: PostgresTools;
  /** What a recovery from these backups is made with. */
  readonly means: RecoveryMeans;
  /** Makes the backups of a kind; all of them have to succeed. */
  backUp(kind: BackupKind): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts one. `keys`: what its backups are encrypted for and opened with. `settings` of the server go before those of a test. */
export async function startArchivedPostgres(
  keys: { readonly recipientsFile?: string; readonly identityFile?: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<ArchivedPostgres> {
  const folder = await makeTestFolder();
  const config = readConfig();
  await copyMigratedPostgres(folder.path);
  const place = await makePlace(`${folder.path}/backups`);
  const { user } = await preparePlace(folder.path, () => undefined, config.postgresBinaries);
  await letServerArchive(place, user);
  const server = await startPostgres({
    home: folder.path,
    settings: {
      ...archiveSettings(place.at('wal', 'incoming')),
      fsync: 'off',
      track_commit_timestamp: 'on',
      archive_timeout: '1',
      ...settings,
    },
    binaries: config.postgresBinaries,
  });
  const { pool, db } = openDatabase(server.url, { applicationName: 'test-backup', max: 4 });
  const deps: BackupDeps = {
    config: {
      ...config.backup,
      folder: place.root,
      archiving: true,
      recipientsFile: keys.recipientsFile,
      identityFile: keys.identityFile,
      offsite: undefined,
      pace: { bytesPerSecond: undefined },
    },
    ...{ pool, url: server.url, modelsRoot: undefined, meters: createMeters(), redactor },
    now: () => new Date(),
  };
  return {
    url: server.url,
    place,
    deps,
    tools: await findPostgresTools({ ...config.backup, major: 15 }),
    means: {
      ...{ place, binaries: config.postgresBinaries, scratchParent: folder.path, user: 'postgres' },
      identities: await readIdentities(keys.identityFile),
    },
    async backUp(kind) {
      const made = await makeBackup(kind, deps, {
        signal: new AbortController().signal,
        report: () => undefined,
      });
      return made.map(nameOf);
    },
    async stop() {
      await db.destroy();
      await server.stop();
      await folder.remove();
    },
  };
}

function nameOf(made: MadeBackup): string {
  if (made.outcome === 'succeeded') return made.name;
  throw new Error(`${made.method} ${made.outcome}: ${made.reason}`);
}
