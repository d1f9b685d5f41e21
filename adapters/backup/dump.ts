import { Readable } from 'node:stream';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import {
  directoryFile,
  dumpFile,
  globalsFile,
  modelsFile,
  sealedSuffix,
  type BackupFile,
} from '../../schemas/backup.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Computed, Row } from '../postgres/row.js';
import { isAbsent } from './absent.js';
import type { MakeOptions, MadeFiles } from './making.js';
import { paced } from './pace.js';
import { folderMode, partialOf, takeName } from './place.js';
import { runTool, startTool, type RunningTool, type ToolCall } from './run-tool.js';
import { sealTo } from './sealing.js';
import { toolEnvironment } from './tools.js';

/**
 * Dumps one database by pg_dump, the roles of its server by pg_dumpall (without passwords), and the folder of models where there is one. The rows are counted
 * in the dump's own snapshot: what a restore has to find.
 */
export async function makeDump(name: string, options: MakeOptions): Promise<MadeFiles> {
  const { pool, url, tools, signal, facts, modelsRoot } = options;
  const client = await reachingPostgres(() => pool.connect());
  let broken: unknown;
  try {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<Row<{ snapshot: Computed<string>; lsn: Computed<string> }>>(
      'select pg_export_snapshot() as snapshot, pg_current_wal_insert_lsn()::text as lsn',
    );
    const { snapshot = '', lsn = facts.lsn } = rows[0] ?? {};
    const environment = toolEnvironment(url);
    const dumping = {
      ...{ environment, program: tools.program('pg_dump') },
      args: ['--no-password', `--snapshot=${snapshot}`],
    };
    const files = [
      options.dumpJobs === 1
        ? await sealOutput(dumpFile(name), 'gzip', options, dumping)
        : await dumpDirectory(name, options, dumping),
    ];
    const row_counts = await countRows(client, signal);
    await client.query('commit');
    files.push(
      await sealOutput(globalsFile(name), 'gzip', options, {
        ...{ environment, program: tools.program('pg_dumpall') },
        args: ['--no-password', '--globals-only', '--no-role-passwords', `--database=${facts.database}`],
      }),
    );
    if (modelsRoot !== undefined && (await isFolder(modelsRoot))) {
      files.push(
        await sealOutput(modelsFile(name), 'gzip', options, {
          ...{ environment: {}, program: 'tar' },
          args: ['--create', '--directory', path.dirname(modelsRoot), path.basename(modelsRoot)],
        }),
      );
    }
    return {
      files,
      row_counts,
      segments: [],
      base: null,
      wal: { start: lsn, end: lsn, timeline: facts.timeline },
    };
  } catch (error) {
    broken = error;
    throw error;
  } finally {
    client.release(broken !== undefined);
  }
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );

/** Dumps by several jobs at once, each a session of the server, into a folder that is sealed as a tar. Takes the room of both. */
async function dumpDirectory(
  name: string,
  options: MakeOptions,
  dumping: Omit<ToolCall, 'signal'>,
): Promise<BackupFile> {
  const { place, dumpJobs, signal } = options;
  const folder = partialOf(place.at('full', `${name}.directory`));
  try {
    await mkdir(folder, { mode: folderMode });
    await runTool({
      ...dumping,
      args: [
        ...dumping.args,
        ...['--format=directory', '--compress=9', `--jobs=${dumpJobs}`, '--file', folder],
      ],
      signal,
    });
    return await sealOutput(directoryFile(name), 'none', options, {
      ...{ environment: {}, program: 'tar', args: ['--create', '--directory', folder, '.'] },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Seals what a program writes into the folder of full backups, under a name that is no backup's before its metadata is there. It is compressed by another
 * program: behind others in the order of the processor, as this process is not.
 */
async function sealOutput(
  file: string,
  compression: 'none' | 'gzip',
  { place, recipients, pace, signal }: MakeOptions,
  call: Omit<ToolCall, 'signal'>,
): Promise<BackupFile> {
  const name = recipients.keys.length === 0 ? file : file + sealedSuffix;
  const target = place.at('full', name);
  const partial = partialOf(target);
  const unread = new AbortController();
  const started = AbortSignal.any([signal, unread.signal]);
  const writer = startTool({ ...call, signal: started });
  const programs = [writer];
  try {
    let output = paced(untilItEnded(writer), pace, signal);
    if (compression === 'gzip') {
      const gzip = { program: 'gzip', args: ['--stdout', '-6'], environment: {}, input: output };
      const compressing = startTool({ ...gzip, signal: started });
      programs.push(compressing);
      output = untilItEnded(compressing);
    }
    const { size, sha256 } = await sealTo(partial, Readable.from(output), {
      recipients,
      compression: 'none',
    });
    await takeName(partial, target);
    return { name, size, sha256 };
  } catch (error) {
    // They would wait for a reader.
    unread.abort(error);
    for (const { stdout } of programs) stdout.destroy();
    await Promise.allSettled(programs.map(({ ended }) => ended));
    await rm(partial, { force: true });
    throw error;
  }
}

/** What a program wrote is whole where it ended well. */
async function* untilItEnded({ stdout, ended }: RunningTool): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> = stdout;
  yield* chunks;
  await ended;
}

/**
 * The rows of each table, partitions counted with theirs. It is the server that counts, before whom nobody goes: one process of it, which rests after
 * each part as long as that took.
 */
async function countRows(client: pg.PoolClient, signal: AbortSignal): Promise<Record<string, number>> {
  await client.query('set local max_parallel_workers_per_gather = 0');
  const { rows: parts } = await client.query<Row<{ part: Computed<string>; table: Computed<string> }>>(
    `select part.oid::regclass::text as part, root.relname::text as table
     from pg_class as part join pg_class as root on root.oid = coalesce(pg_partition_root(part.oid), part.oid)
     where part.relnamespace = 'public'::regnamespace and part.relkind in ('r', 'p') and part.relpersistence = 'p' order by 1`,
  );
  const counted = new Map<string, number>();
  for (const { part, table } of parts) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const { rows } = await client.query<Row<{ count: Computed<number> }>>(
      `select count(*) from only ${part}`,
    );
    counted.set(table, (counted.get(table) ?? 0) + (rows[0]?.count ?? 0));
    await sleep(performance.now() - startedAt, undefined, { signal });
  }
  return Object.fromEntries(counted);
}
