import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { baseFiles, Lsn, sealedSuffix, type BackupFile } from '../../schemas/backup.js';
import { InvariantBroken } from '../../schemas/errors.js';
import type { MadeFiles, MakeOptions } from './making.js';
import { measureFile } from './metadata.js';
import { folderMode, partialOf, syncFile, syncFolder, takeName } from './place.js';
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
  { place, url, tools, recipients, signal }: MakeOptions,
): Promise<MadeFiles> {
  const target = place.at('full', name);
  const partial = partialOf(target);
  try {
    await mkdir(partial, { mode: folderMode });
    await runTool({
      program: tools.program('pg_basebackup'),
      args: [
        ...['--pgdata', partial, '--format=tar', '--wal-method=stream', '--compress=client-gzip:3'],
        ...['--manifest-checksums=SHA256', '--checkpoint=fast', '--no-password', `--label=${name}`],
      ],
      environment: replicationEnvironment(url),
      signal,
    });
    const [range] = Manifest.parse(
      JSON.parse(await readFile(path.join(partial, baseFiles.manifest), 'utf8')),
    )['WAL-Ranges'];
    if (range === undefined)
      throw new InvariantBroken('The manifest of a base names no WAL', { object: name });
    const files: BackupFile[] = [];
    for (const file of (await readdir(partial)).sort()) {
      signal.throwIfAborted();
      const whole = path.join(partial, file);
      if (recipients.keys.length === 0) {
        await syncFile(whole);
        files.push({ name: `${name}/${file}`, ...(await measureFile(whole)) });
        continue;
      }
      const sealed = await sealTo(whole + sealedSuffix, createReadStream(whole), {
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
