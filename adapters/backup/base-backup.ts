import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { baseFiles, Lsn, sealedSuffix, type BackupFile } from '../../schemas/backup.js';
import { InvariantBroken } from '../../schemas/errors.js';
import { isAbsent } from './absent.js';
import type { MadeFiles, MakeOptions } from './making.js';
import { bytesOf, measureBytes } from './metadata.js';
import { paced, type Pace } from './pace.js';
import { folderMode, namesIn, partialOf, syncFile, syncFolder, takeName } from './place.js';
import { runTool } from './run-tool.js';
import { sealTo } from './sealing.js';
import { replicationEnvironment } from './tools.js';

/** Of the manifest that pg_basebackup writes, what tells where the base lies in the WAL. */
const Manifest = z.object({
  'WAL-Ranges': z.array(z.object({ Timeline: z.number().int(), 'Start-LSN': Lsn, 'End-LSN': Lsn })).length(1),
});

/**
 * Copies the whole server by pg_basebackup: a tar of its files and one of the WAL that makes them consistent, compressed, with a manifest
 * of their SHA-256 sums. It becomes visible as one folder.
 */
export async function makeBase(
  name: string,
  { place, url, tools, recipients, pace, signal }: MakeOptions,
): Promise<MadeFiles> {
  const target = place.at('full', name);
  const partial = partialOf(target);
  try {
    await mkdir(partial, { mode: folderMode });
    await syncedMeanwhile(partial, () =>
      runTool({
        program: tools.program('pg_basebackup'),
        args: [
          ...['--pgdata', partial, '--format=tar', '--wal-method=stream', '--compress=client-gzip:3'],
          ...['--manifest-checksums=SHA256', '--no-password', `--label=${name}`, ...speedOf(pace)],
        ],
        environment: replicationEnvironment(url),
        signal,
      }),
    );
    const [range] = Manifest.parse(
      JSON.parse(await readFile(path.join(partial, baseFiles.manifest), 'utf8')),
    )['WAL-Ranges'];
    if (range === undefined)
      throw new InvariantBroken('The manifest of a base names no WAL', { object: name });
    const files: BackupFile[] = [];
    for (const file of (await readdir(partial)).sort()) {
      signal.throwIfAborted();
      const whole = path.join(partial, file);
      const bytes = paced(bytesOf(whole), pace, signal);
      if (recipients.keys.length === 0) {
        await syncFile(whole);
        files.push({ name: `${name}/${file}`, ...(await measureBytes(bytes)) });
        continue;
      }
      const sealed = await sealTo(whole + sealedSuffix, Readable.from(bytes), {
        recipients,
        compression: 'none',
      });
      await rm(whole);
      files.push({ name: `${name}/${file}${sealedSuffix}`, size: sealed.size, sha256: sealed.sha256 });
    }
    await syncFolder(partial);
    await takeName(partial, target);
    return {
      ...{ files, row_counts: {}, segments: [], base: null },
      wal: { start: range['Start-LSN'], end: range['End-LSN'], timeline: range.Timeline },
    };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** A base at a pace waits for a checkpoint that is spread over the time that the server gives one; one in a hurry has it written at once. */
const speedOf = ({ bytesPerSecond }: Pace): readonly string[] =>
  bytesPerSecond === undefined
    ? ['--checkpoint=fast']
    : ['--checkpoint=spread', `--max-rate=${Math.round(bytesPerSecond / 1024)}k`];

const syncEveryMs = 500;

/** Brings what a program writes into a folder to disk while it runs: all of it at the end would keep the server's own syncs of the same disk waiting. */
async function syncedMeanwhile<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const synced = (async (): Promise<void> => {
    while (await passed(syncEveryMs, over.signal)) {
      for (const file of await namesIn(folder)) await syncFile(path.join(folder, file)).catch(ignoreAbsent);
    }
  })();
  // Told once the program has ended.
  synced.catch(() => undefined);
  try {
    return await work();
  } finally {
    over.abort();
    await synced;
  }
}

const passed = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, undefined, { signal }).then(
    () => true,
    () => false,
  );

/** It was renamed or removed meanwhile. */
function ignoreAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error;
}
