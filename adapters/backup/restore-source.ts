import path from 'node:path';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import {
  backupFolders,
  directoryFile,
  dumpFile,
  globalsFile,
  sealedSuffix,
  type SignedMetadata,
} from '../../schemas/backup.js';
import { BackupUnsound, BadInput } from '../../schemas/errors.js';
import { listBackups, type FoundBackup } from './list.js';
import { loadDirectory, loadDump, makeMissingRoles } from './load-dump.js';
import { faultsOfFiles } from './metadata.js';
import { databaseOf } from './on-server.js';
import type { BackupPlace } from './place.js';
import { startTool } from './run-tool.js';
import { unseal, type Identities } from './sealing.js';
import { toolEnvironment, type PostgresTools } from './tools.js';

/** A dump that is as it was written. */
export interface SoundDump {
  readonly metadata: SignedMetadata;
  /** Loads it into an empty database. */
  load(url: string, tools: PostgresTools): Promise<void>;
}

/** The backup of a name, or of the path of one of its files. Throws {@link BadInput} where there is none. */
export async function findBackup(place: BackupPlace, given: string): Promise<FoundBackup> {
  const name = path.basename(given).split('.')[0] ?? '';
  const found = (await listBackups(place)).find((backup) => backup.name === name);
  if (found !== undefined) return found;
  throw new BadInput('There is no such backup', {
    object: given,
    file: place.root,
    advice: 'List them: touchline restore --list.',
  });
}

/**
 * Reads a dump to its end: every file has the sum that its metadata says, can be opened and is whole. Throws {@link BackupUnsound} otherwise,
 * {@link BadInput} where the backup is no dump. No database is asked.
 */
export async function soundDump(
  place: BackupPlace,
  given: string,
  identities: Identities,
): Promise<SoundDump> {
  const { method, metadata, fault, file, name } = await findBackup(place, given);
  if (fault !== undefined) throw fault;
  if (metadata === undefined)
    throw new BackupUnsound('missing', 'The metadata of a backup is not there', { file });
  if (method !== 'dump') {
    throw new BadInput('That backup is no dump', {
      object: name,
      advice: 'A base and the log behind it are restored to an instant: touchline restore --to <time>.',
    });
  }
  const [broken] = await faultsOfFiles(file, metadata.files);
  if (broken !== undefined) throw broken;
  const open = (wanted: string) => {
    const known = metadata.files.find((one) => [wanted, wanted + sealedSuffix].includes(one.name));
    if (known === undefined)
      throw new BackupUnsound('missing', 'A file of a backup is not named by its metadata', {
        object: wanted,
      });
    return unseal(path.join(path.dirname(file), known.name), { identities, sealedFor: metadata.recipients });
  };
  for (const { name: part } of metadata.files) {
    const stream = open(part.endsWith(sealedSuffix) ? part.slice(0, -sealedSuffix.length) : part);
    stream.resume();
    await finished(stream);
  }
  return {
    metadata,
    async load(url, tools) {
      await makeMissingRoles(url, await text(open(globalsFile(name))));
      const tar = place.at(backupFolders.full, directoryFile(name));
      const isDirectory = metadata.files.some((one) => one.name.startsWith(directoryFile(name)));
      if (!isDirectory) await loadDump(url, open(dumpFile(name)), tools);
      else {
        const parent = place.at(backupFolders.restore);
        await loadDirectory(url, open(directoryFile(name)), { tools, parent, file: tar });
      }
    },
  };
}

/** Copies a database of one server into an empty one of another, as a dump that is never written to a disk. */
export async function copyByDump(from: string, to: string, tools: PostgresTools): Promise<void> {
  const globals = await toolText(from, tools, 'pg_dumpall', [
    '--globals-only',
    '--no-role-passwords',
    `--database=${databaseOf(from)}`,
  ]);
  await makeMissingRoles(to, globals);
  const { stdout, ended } = startTool({
    program: tools.program('pg_dump'),
    args: ['--no-password'],
    environment: toolEnvironment(from),
    signal: new AbortController().signal,
  });
  await loadDump(to, stdout, tools);
  await ended;
}

async function toolText(
  url: string,
  tools: PostgresTools,
  tool: 'pg_dumpall',
  args: readonly string[],
): Promise<string> {
  const { stdout, ended } = startTool({
    program: tools.program(tool),
    args: ['--no-password', ...args],
    environment: toolEnvironment(url),
    signal: new AbortController().signal,
  });
  const said = await text(stdout);
  await ended;
  return said;
}
