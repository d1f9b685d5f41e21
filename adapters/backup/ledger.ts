import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  kindOfMethod,
  type BackupErrorType,
  type BackupKind,
  type BackupMethod,
} from '../../schemas/backup.js';
import { InvariantBroken, PrerequisiteMissing } from '../../schemas/errors.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Computed, Narrowed, Row } from '../postgres/row.js';
import { sessionName } from '../postgres/roles.js';

/** The shipping and the proof of the WAL work in the same folders. */
const lockOf = { full: 'full', incremental: 'wal', wal: 'wal' } as const satisfies Record<BackupKind, string>;
const lockWithinMs = 30_000;
const lookEveryMs = 500;

/**
 * Runs the work while no other of its kind runs, in whatever process. Throws {@link PrerequisiteMissing} where another goes on for long; Postgres lets go
 * of the lock of a process that was killed. The lock has a session of its own: the work needs the pool, which may have one connection alone.
 */
export async function withBackupLock<T>(url: string, kind: BackupKind, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 15_000,
    application_name: sessionName('admin', 'backup'),
  });
  // A connection that breaks rejects the call that waits on it; without a listener it would end the process too.
  client.on('error', () => undefined);
  try {
    await reachingPostgres(() => client.connect());
    const deadline = performance.now() + lockWithinMs;
    for (;;) {
      const { rows } = await reachingPostgres(() =>
        client.query<Row<{ locked: Computed<boolean> }>>(
          'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
          [`backup.${lockOf[kind]}`],
        ),
      );
      if (rows[0]?.locked === true) return await work();
      if (performance.now() > deadline) {
        throw new PrerequisiteMissing(`Another backup of the kind ${kind} is running`, {
          object: kind,
          advice: 'Wait for its end; touchline backup status shows it.',
        });
      }
      await sleep(lookEveryMs);
    }
  } finally {
    // The lock belongs to the session.
    await client.end().catch(() => undefined);
  }
}

/** Where a run of a backup is noted. */
export interface RunOfBackup {
  readonly method: BackupMethod;
  readonly database: string;
  /** The root of all backups. */
  readonly place: string;
}

/** Notes that one begins. What was begun before and never ended was killed: whoever asks holds the lock of its kind. */
export async function beginRun(pool: pg.Pool, { method, database, place }: RunOfBackup): Promise<number> {
  return await reachingPostgres(async () => {
    await pool.query(
      `update backup_runs set outcome = 'failed', ended_at = clock_timestamp(), error_type = 'interrupted', error_message = 'It was killed on the way'
       where method = $1 and place = $2 and outcome = 'running'`,
      [method, place],
    );
    const { rows } = await pool.query<Row<{ id: 'backup_runs.id' }>>(
      'insert into backup_runs (kind, method, database_name, place) values ($1, $2, $3, $4) returning id',
      [kindOfMethod[method], method, database, place],
    );
    const [row] = rows;
    if (row === undefined) throw new InvariantBroken('The ledger of backups takes no line');
    return row.id;
  });
}

/** Notes what became of it. */
export async function succeedRun(
  pool: pg.Pool,
  id: number,
  { name, size, sum }: { readonly name: string; readonly size: number; readonly sum: string },
): Promise<void> {
  await reachingPostgres(() =>
    pool.query(
      `update backup_runs set outcome = 'succeeded', ended_at = clock_timestamp(), name = $2, size_bytes = $3, metadata_sha256 = $4 where id = $1`,
      [id, name, size, sum],
    ),
  );
}

/** The same of one that failed. The message is without secrets. */
export async function failRun(
  pool: pg.Pool,
  id: number,
  type: BackupErrorType,
  message: string,
): Promise<void> {
  await reachingPostgres(() =>
    pool.query(
      `update backup_runs set outcome = 'failed', ended_at = clock_timestamp(), error_type = $2, error_message = left($3, 2000) where id = $1`,
      [id, type, message],
    ),
  );
}

/** Forgets one that turned out to have nothing to do. */
export async function dropRun(pool: pg.Pool, id: number): Promise<void> {
  await reachingPostgres(() => pool.query('delete from backup_runs where id = $1', [id]));
}

/** Notes that it was verified, copied away, or removed by retention. */
export async function noteRuns(
  pool: pg.Pool,
  what: 'verified_at' | 'uploaded_at' | 'removed_at',
  place: string,
  names: readonly string[],
): Promise<void> {
  await reachingPostgres(() =>
    pool.query(`update backup_runs set ${what} = clock_timestamp() where place = $1 and name = any($2)`, [
      place,
      names,
    ]),
  );
}

interface KeptColumns {
  readonly name: Narrowed<'backup_runs.name', string>;
  readonly sum: Narrowed<'backup_runs.metadata_sha256', string>;
  readonly endedAt: Narrowed<'backup_runs.ended_at', Date>;
  readonly verifiedAt: 'backup_runs.verified_at';
  readonly uploadedAt: 'backup_runs.uploaded_at';
}
type KeptRow = Row<KeptColumns>;

/** The backups of a place that were made and not removed by us. */
export async function keptRuns(pool: pg.Pool, place: string): Promise<KeptRow[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<KeptColumns>>(
      `select name, metadata_sha256 as sum, ended_at as "endedAt", verified_at as "verifiedAt", uploaded_at as "uploadedAt"
       from backup_runs where place = $1 and outcome = 'succeeded' and removed_at is null order by id`,
      [place],
    ),
  );
  return rows;
}

interface KindColumns {
  readonly kind: Narrowed<'backup_runs.kind', BackupKind>;
  readonly database: 'backup_runs.database_name';
  readonly lastSuccess: Computed<Date | null>;
  readonly lastSize: Computed<number | null>;
  readonly successes: Computed<number>;
  readonly running: Computed<number>;
}
type KindRow = Row<KindColumns>;
interface FailureColumns {
  readonly kind: Narrowed<'backup_runs.kind', BackupKind>;
  readonly database: 'backup_runs.database_name';
  readonly errorType: Narrowed<'backup_runs.error_type', BackupErrorType>;
  readonly failures: Computed<number>;
  readonly last: Computed<Date>;
  readonly message: Computed<string | null>;
}
type FailureRow = Row<FailureColumns>;

/** Each kind and database as the ledger knows it. */
export interface LedgerSummary {
  /** The database that is backed up from here. */
  readonly database: string;
  readonly kinds: readonly KindRow[];
  /** By class, newest of each. */
  readonly failures: readonly FailureRow[];
}

/** A kind has succeeded when each of its methods has: of the latest, the older counts. The size is that of the latest of each. */
export async function ledgerSummary(pool: pg.Pool): Promise<LedgerSummary> {
  return await reachingPostgres(async () => {
    const { rows: here } = await pool.query<Row<{ database: Computed<string> }>>(
      'select current_database()::text as database',
    );
    const { rows: kinds } = await pool.query<Row<KindColumns>>(
      `with latest as (
         select kind, method, database_name, max(ended_at) filter (where outcome = 'succeeded') as at,
           (array_agg(size_bytes order by ended_at desc) filter (where outcome = 'succeeded'))[1] as size,
           count(*) filter (where outcome = 'succeeded') as successes, count(*) filter (where outcome = 'running') as running
         from backup_runs group by 1, 2, 3)
       select kind, database_name as database, case when bool_and(at is not null) then min(at) end as "lastSuccess",
         sum(size)::bigint as "lastSize", min(successes) as successes, sum(running)::bigint as running
       from latest group by 1, 2 order by 1, 2`,
    );
    const { rows: failures } = await pool.query<Row<FailureColumns>>(
      `select kind, database_name as database, error_type as "errorType", count(*) as failures, max(ended_at) as last,
         (array_agg(error_message order by ended_at desc))[1] as message
       from backup_runs where outcome = 'failed' group by 1, 2, 3 order by max(ended_at) desc`,
    );
    return { database: here[0]?.database ?? '', kinds, failures };
  });
}
