import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { backupFolders, baseFiles, sealedSuffix, type SignedMetadata } from '../../schemas/backup.js';
import { BackupUnsound } from '../../schemas/errors.js';
import { fileMode, type BackupPlace } from './place.js';
import { runTool, ToolFailed } from './run-tool.js';
import { makeUnpackFolder } from './scratch-folder.js';
import { unseal, type Identities } from './sealing.js';
import type { PostgresTools } from './tools.js';
import { untar } from './untar.js';

/**
 * Unpacks a base and has pg_verifybackup hold it against the manifest that the server gave with it: each file is there with the server's own sum, and the WAL that
 * it needs can be read. Takes the room of the whole database while it works. Returns what is wrong.
 */
export async function verifyBase(
  base: SignedMetadata,
  {
    place,
    identities,
    tools,
    signal,
  }: {
    readonly place: BackupPlace;
    readonly identities: Identities;
    readonly tools: PostgresTools;
    readonly signal: AbortSignal;
  },
): Promise<BackupUnsound | undefined> {
  const fileOf = (name: string): string =>
    place.at(backupFolders.full, base.name, base.recipients.length === 0 ? name : name + sealedSuffix);
  const open = (name: string): Readable => unseal(fileOf(name), { identities, sealedFor: base.recipients });
  const folder = await makeUnpackFolder(place.at(backupFolders.restore));
  try {
    for (const [name, target] of [
      [baseFiles.data, folder],
      [baseFiles.wal, path.join(folder, 'pg_wal')],
    ] as const) {
      signal.throwIfAborted();
      await untar(open(name), { target, file: fileOf(name) });
    }
    await pipeline(
      open(baseFiles.manifest),
      createWriteStream(path.join(folder, baseFiles.manifest), { mode: fileMode }),
    );
    await runTool({
      program: tools.program('pg_verifybackup'),
      args: ['--quiet', folder],
      environment: {},
      signal,
    });
    return undefined;
  } catch (error) {
    if (error instanceof BackupUnsound) return error;
    if (!(error instanceof ToolFailed)) throw error;
    const said = error.message.replaceAll(`${folder}/`, '');
    return new BackupUnsound('corrupt', `A base is not as the server gave it: ${said}`, {
      file: fileOf(baseFiles.data),
      advice: 'Make another: touchline backup full. Restores begin at another base until then.',
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
