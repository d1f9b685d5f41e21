import type pg from 'pg';
import type { BackupFile, BackupMetadata, BackupWal } from '../../schemas/backup.js';
import type { Pace } from './pace.js';
import type { BackupPlace } from './place.js';
import type { Recipients } from './sealing.js';
import type { ServerFacts } from './server.js';
import type { PostgresTools } from './tools.js';

/** What every kind of backup is made with. */
export interface MakeOptions {
  readonly place: BackupPlace;
  /** Of the admin. */
  readonly pool: pg.Pool;
  /** Where the admin logs in: a secret. */
  readonly url: string;
  readonly facts: ServerFacts;
  readonly tools: PostgresTools;
  readonly recipients: Recipients;
  readonly pace: Pace;
  /** How many jobs dump at once; 1: pg_dump writes SQL. */
  readonly dumpJobs: number;
  /** The folder of models; undefined where they are elsewhere. */
  readonly modelsRoot: string | undefined;
  /** Ends what runs. */
  readonly signal: AbortSignal;
  /** When it began: what its name tells. */
  readonly at: Date;
}

/** What was made: on disk, under its names, and no backup yet. */
export interface MadeFiles extends Pick<BackupMetadata, 'row_counts' | 'base' | 'segments'> {
  readonly files: readonly BackupFile[];
  readonly wal: Pick<BackupWal, 'start' | 'end' | 'timeline'>;
}
