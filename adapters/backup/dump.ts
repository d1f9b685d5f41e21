import { Readable } from 'node:stream';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { dumpFile, globalsFile, modelsFile, sealedSuffix, type BackupFile } from '../../schemas/backup.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Computed, Row } from '../postgres/row.js';
import { isAbsent } from './absent.js';
import type { MakeOptions, MadeFiles } from './making.js';
import { partialOf, takeName } from './place.js';
import { startTool } from './run-tool.js';
import { sealTo, type Recipients } from './sealing.js';
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
    const dump = { program: tools.program('pg_dump'), environment, signal };
    const files = [
      await sealOutput(dumpFile(name), options, {
        ...dump,
        args: ['--no-password', `--snapshot=${snapshot}`],
      }),
    ];
    const row_counts = await countRows(client);
    await client.query('commit');
    files.push(
      await sealOutput(globalsFile(name), options, {
        ...{ environment, signal, program: tools.program('pg_dumpall') },
        args: ['--no-password', '--globals-only', '--no-role-passwords', `--database=${facts.database}`],
      }),
    );
    if (modelsRoot !== undefined && (await isFolder(modelsRoot))) {
      files.push(
        await sealOutput(modelsFile(name), options, {
          ...{ environment: {}, signal, program: 'tar' },
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

/** Seals what a program writes into the folder of full backups, under a name that is no backup's before its metadata is there. */
async function sealOutput(
  file: string,
  { place, recipients }: { readonly place: MakeOptions['place']; readonly recipients: Recipients },
  call: Parameters<typeof startTool>[0],
): Promise<BackupFile> {
  const name = recipients.keys.length === 0 ? file : file + sealedSuffix;
  const target = place.at('full', name);
  const partial = partialOf(target);
  const { stdout, ended } = startTool(call);
  try {
    const { size, sha256 } = await sealTo(partial, Readable.from(untilItEnded(stdout, ended)), {
      recipients,
      compression: 'gzip',
    });
    await takeName(partial, target);
    return { name, size, sha256 };
  } catch (error) {
    stdout.destroy();
    await rm(partial, { force: true });
    throw error;
  }
}

/** What a program wrote is whole where it ended well. */
async function* untilItEnded(stdout: Readable, ended: Promise<string>): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> = stdout;
  yield* chunks;
  await ended;
}

/** The rows of each table, partitions counted with theirs. */
async function countRows(client: pg.PoolClient): Promise<Record<string, number>> {
  const { rows: tables } = await client.query<Row<{ name: Computed<string> }>>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relpersistence = 'p'
     order by 1`,
  );
  const { rows } = await client.query<Row<{ name: Computed<string>; rows: Computed<number> }>>(
    tables
      .map(
        ({ name }) =>
          `select ${pg.escapeLiteral(name)} as name, count(*) as rows from ${pg.escapeIdentifier(name)}`,
      )
      .join(' union all '),
  );
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
}
