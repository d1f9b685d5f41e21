import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { parseLsn, parseSegment } from './wal-chain.js';
import { describeError, DependencyAway, PrerequisiteMissing } from '../../schemas/errors.js';
import type { Computed, Row } from '../postgres/row.js';
import { databaseOf, onDatabase } from './on-server.js';
import { recoverCluster, type RecoveryMeans } from './point-in-time.js';
import { planRecovery } from './recovery-plan.js';
import { newRequest, recordRestore, type Asks } from './restore-audit.js';
import { checkRestored } from './restored-checks.js';
import { ledgerOf, ledgerDifferences, type TableLedger } from './table-ledger.js';
import type { FileExists } from './lake-files.js';

/** A row that a drill committed, and when, by the server's clock. */
export interface Sentinel {
  readonly id: number;
  /** Microseconds since 1970. */
  readonly committed: bigint;
  /** Where the log was written when it had been committed. */
  readonly lsn: string;
}

/** A drill of restores. */
export interface DrillOptions {
  /** The address of production, of its owner: a secret. Its sentinels are all that is written there. */
  readonly url: string;
  readonly person: string;
  readonly means: RecoveryMeans;
  readonly rounds: number;
  /** Told in the report, and what `random` goes by. */
  readonly seed: number;
  /** Numbers from 0 to 1 that say which instants are restored to. */
  readonly random: () => number;
  /** How long sentinels are written before each restore. */
  readonly writeForMs: number;
  readonly lakeFileExists: FileExists | undefined;
  /** Looks at the restored house beyond its tables; returns what does not hold. */
  readonly lookAt?: (url: string, target: Date) => Promise<readonly string[]>;
  readonly report?: (line: string) => void;
}

/** What one restore of a drill showed. */
export interface DrillRound {
  readonly target: string;
  readonly base: string;
  readonly passed: boolean;
  /** What did not hold. */
  readonly findings: readonly string[];
  /** From the beginning of the restore until its copy answered; and until it had been checked. */
  readonly rtoSeconds: number;
  readonly checkedSeconds: number;
  /** What would have been lost had the server been lost just before the restore began: the age of the newest commit that was archived. */
  readonly rpoSeconds: number;
  readonly sentinelsBefore: number;
  readonly sentinelsAfter: number;
  readonly constraints: number;
  readonly tables: readonly TableLedger[];
}

export interface DrillReport {
  readonly drill: string;
  readonly seed: number;
  readonly passed: boolean;
  readonly rounds: readonly DrillRound[];
  readonly worstRtoSeconds: number;
  readonly worstRpoSeconds: number;
}

const sentinelEveryMs = 50;
const archivedWithinMs = 120_000;

/**
 * Restores to random instants and says what was found: sentinels are written into production, one a transaction, while whatever works there
 * goes on; each round then restores the newest base and the log to an instant between two of them, in a server of its own, and looks whether
 * exactly those that were committed by then are there, whether every constraint holds, and whether old rows are what they were. The
 * report is kept in `restore_audits`. Throws {@link PrerequisiteMissing} where the server does not archive or does not keep commit times.
 */
export async function drillRestore(options: DrillOptions): Promise<DrillReport> {
  const { url, seed, person } = options;
  const request = newRequest({ mode: 'drill', file: 'base', targetTime: null, person });
  const drill = request.request;
  await onDatabase(url, async (client) => {
    await refuseUnready(client);
    await recordRestore(client, request, 'began', { seed, asked: options.rounds });
  });
  try {
    const rounds: DrillRound[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      options.report?.(`Drill ${round} of ${options.rounds}`);
      rounds.push(await drillOnce(drill, options));
    }
    const report: DrillReport = {
      ...{ drill, seed, rounds, passed: rounds.every(({ passed }) => passed) },
      worstRtoSeconds: Math.max(...rounds.map(({ rtoSeconds }) => rtoSeconds)),
      worstRpoSeconds: Math.max(...rounds.map(({ rpoSeconds }) => rpoSeconds)),
    };
    await onDatabase(url, async (client) => {
      await recordRestore(client, request, report.passed ? 'succeeded' : 'failed', report);
      await client.query(`delete from restore_sentinels where written_at < now() - interval '7 days'`);
    });
    return report;
  } catch (error) {
    await onDatabase(url, (client) =>
      recordRestore(client, request, 'failed', { error: describeError(error) }),
    ).catch(() => undefined);
    throw error;
  }
}

async function refuseUnready(client: pg.Client): Promise<void> {
  const { rows } = await client.query<Row<{ archiving: Computed<string>; keeps: Computed<string> }>>(
    `select current_setting('archive_mode') as archiving, current_setting('track_commit_timestamp') as keeps`,
  );
  const off =
    rows[0]?.archiving === 'off'
      ? 'archive_mode'
      : rows[0]?.keeps === 'off'
        ? 'track_commit_timestamp'
        : null;
  if (off === null) return;
  throw new PrerequisiteMissing(`A drill needs the setting ${off} of Postgres, which is off`, {
    setting: off === 'archive_mode' ? 'BACKUP_DIR' : off,
    advice: 'Set BACKUP_DIR and start the embedded Postgres anew, or set it on a Postgres of your own.',
  });
}

async function drillOnce(drill: string, options: DrillOptions): Promise<DrillRound> {
  const { url, means } = options;
  const { sentinels, ledger } = await onDatabase(url, async (client) => ({
    ledger: await ledgerOf(client),
    sentinels: await writeSentinels(client, drill, options.writeForMs),
  }));
  const rpoSeconds = await onDatabase(url, (client) => measuredRpo(client, sentinels));
  await archiveNow(url);
  const target = instantAmong(sentinels, options.random);
  const startedAt = performance.now();
  const plan = await planRecovery(means.place, { to: target, now: new Date(), database: databaseOf(url) });
  const recovered = await recoverCluster(plan, target, means);
  const rtoSeconds = (performance.now() - startedAt) / 1_000;
  try {
    const copy = recovered.cluster.url(databaseOf(url));
    const expected = { rowCounts: {}, schemaVersion: null, lakeFileExists: options.lakeFileExists };
    const { findings, constraints } = await onDatabase(copy, (client) => checkRestored(client, expected));
    const found = await onDatabase(copy, (client) => sentinelsIn(client, drill));
    const by = BigInt(target.getTime()) * 1_000n;
    const before = sentinels.filter(({ committed }) => committed <= by);
    const all = [
      ...findings.map(({ object, says }) => `${object}: ${says}`),
      ...differingSentinels(before, sentinels, found),
      ...(await onDatabase(copy, (client) => ledgerDifferences(client, ledger))),
      ...((await options.lookAt?.(copy, target)) ?? []),
    ];
    return {
      ...{ target: target.toISOString(), base: plan.base.name, passed: all.length === 0, findings: all },
      ...{ rtoSeconds, checkedSeconds: (performance.now() - startedAt) / 1_000, rpoSeconds, constraints },
      ...{ sentinelsBefore: before.length, sentinelsAfter: sentinels.length - before.length, tables: ledger },
    };
  } finally {
    await recovered.remove();
  }
}

/** Writes sentinels, one a transaction, and notes when the server committed each. */
async function writeSentinels(client: pg.Client, drill: string, forMs: number): Promise<readonly Sentinel[]> {
  const written: Sentinel[] = [];
  const until = performance.now() + forMs;
  while (performance.now() < until || written.length < 3) {
    const inserted = await client.query<Row<{ id: Computed<string> }>>(
      'insert into restore_sentinels (drill, salt) values ($1, $2) returning id::text as id',
      [drill, written.length],
    );
    const { rows } = await client.query<Row<{ committed: Computed<string>; lsn: Computed<string> }>>(
      `select (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000000)::bigint::text as committed, pg_current_wal_insert_lsn()::text as lsn
       from restore_sentinels where id = $1`,
      [inserted.rows[0]?.id],
    );
    const [row] = rows;
    if (row !== undefined)
      written.push({ id: Number(inserted.rows[0]?.id), committed: BigInt(row.committed), lsn: row.lsn });
    await sleep(sentinelEveryMs);
  }
  return written;
}

/** The age of the newest commit that is in the archive. Where none of these is, that of what was archived last. */
async function measuredRpo(client: pg.Client, sentinels: readonly Sentinel[]): Promise<number> {
  const { rows } = await client.query<
    Row<{
      wal: Computed<string | null>;
      at: Computed<Date | null>;
      now: Computed<Date>;
      size: Computed<number>;
    }>
  >(
    `select last_archived_wal as wal, last_archived_time as at, clock_timestamp() as now,
       pg_size_bytes(current_setting('wal_segment_size'))::int as size from pg_stat_archiver`,
  );
  const [found] = rows;
  if (found === undefined) throw new DependencyAway('Postgres tells nothing of its archiving');
  const segment = parseSegment(found.wal ?? '', found.size);
  const end = segment === undefined ? 0n : (segment.number + 1n) * BigInt(found.size);
  const kept = sentinels.filter(({ lsn }) => parseLsn(lsn) <= end).at(-1);
  const newest = kept === undefined ? (found.at?.getTime() ?? 0) : Number(kept.committed / 1_000n);
  return Math.max(0, (found.now.getTime() - newest) / 1_000);
}

/** Has the segment that is being written archived, and waits for it. */
async function archiveNow(url: string): Promise<void> {
  await onDatabase(url, async (client) => {
    const { rows } = await client.query<Row<{ name: Computed<string> }>>(
      'select pg_walfile_name(pg_switch_wal()) as name',
    );
    const wanted = rows[0]?.name ?? '';
    const deadline = performance.now() + archivedWithinMs;
    for (;;) {
      const { rows: archived } = await client.query<Row<{ name: Computed<string | null> }>>(
        'select last_archived_wal as name from pg_stat_archiver',
      );
      if ((archived[0]?.name ?? '') >= wanted) return;
      if (performance.now() > deadline)
        throw new DependencyAway(`Postgres has not archived ${wanted}`, {
          object: wanted,
          setting: 'BACKUP_DIR',
        });
      await sleep(100);
    }
  });
}

/** An instant after the first sentinel and before the last. */
function instantAmong(sentinels: readonly Sentinel[], random: () => number): Date {
  const first = Number((sentinels[0]?.committed ?? 0n) / 1_000n) + 1;
  const last = Number((sentinels.at(-1)?.committed ?? 0n) / 1_000n) - 1;
  return new Date(first + Math.floor(random() * Math.max(1, last - first)));
}

async function sentinelsIn(asks: Asks, drill: string): Promise<ReadonlyMap<number, number>> {
  const { rows } = await asks.query<Row<{ id: Computed<string>; salt: 'restore_sentinels.salt' }>>(
    'select id::text as id, salt from restore_sentinels where drill = $1',
    [drill],
  );
  return new Map(rows.map(({ id, salt }) => [Number(id), salt]));
}

/** Sentinels that are missing, changed, or there too early. Those of earlier rounds of the drill are all there. */
function differingSentinels(
  before: readonly Sentinel[],
  all: readonly Sentinel[],
  found: ReadonlyMap<number, number>,
): string[] {
  const wanted = new Set(before.map(({ id }) => id));
  return all.flatMap(({ id }, salt) => {
    if (wanted.has(id) && found.get(id) !== salt)
      return [
        `sentinel ${id} was committed before the instant and is ${found.has(id) ? 'changed' : 'not there'}`,
      ];
    return !wanted.has(id) && found.has(id)
      ? [`sentinel ${id} was committed after the instant and is there`]
      : [];
  });
}
