import path from 'node:path';
import { createMeters, type Meters } from '../../adapters/metrics/meters.js';
import { makeBackup, type BackupDeps, type MadeBackup } from '../../adapters/backup/make-backup.js';
import { placeAt, type BackupPlace } from '../../adapters/backup/place.js';
import { readIdentities } from '../../adapters/backup/sealing.js';
import { verifyBackups, type VerifiedBackups } from '../../adapters/backup/verify.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { childEnvironment, readConfig } from '../../config.js';
import type { BackupKind } from '../../schemas/backup.js';
import { startTestPostgres, type TestPostgres } from './postgres.js';

/** A server that archives its WAL, and backups of it. */
export interface TestBackups {
  readonly postgres: TestPostgres;
  readonly admin: OpenDatabase;
  readonly place: BackupPlace;
  readonly deps: BackupDeps;
  readonly meters: Meters;
  /** Makes backups of a kind, with other settings where they are named. */
  make(kind: BackupKind, other?: Partial<BackupDeps>): Promise<MadeBackup[]>;
  verify(now?: Date): Promise<VerifiedBackups>;
  stop(): Promise<void>;
}

/** Starts a migrated server that archives. Backups are made as football_admin, by its own login. */
export async function startTestBackups(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestBackups> {
  let root = '';
  const postgres = await startTestPostgres((folder) => (root = path.join(folder, 'backups')));
  const { admin: url } = await postgres.roleUrls();
  const admin = openDatabase(url, { applicationName: 'backups', max: 4 });
  const { backup } = readConfig(
    childEnvironment({ BACKUP_DIR: root, BACKUP_RATE_MB_PER_SECOND: '0', ...settings }),
  );
  const meters = createMeters();
  const deps: BackupDeps = {
    ...{ config: backup, pool: admin.pool, url, modelsRoot: undefined, meters, redactor },
    now: () => new Date(),
  };
  const place = placeAt(root);
  return {
    ...{ postgres, admin, place, deps, meters },
    make: (kind, other = {}) =>
      makeBackup(
        kind,
        { ...deps, ...other },
        { signal: new AbortController().signal, report: () => undefined },
      ),
    verify: async (now = new Date()) =>
      verifyBackups({
        ...{ place, pool: admin.pool, now, signal: new AbortController().signal, report: () => undefined },
        deepBy: undefined,
        identities: await readIdentities(deps.config.identityFile),
      }),
    async stop() {
      await admin.db.destroy();
      await postgres.stop();
    },
  };
}
