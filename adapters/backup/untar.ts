import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { BackupUnsound } from '../../schemas/errors.js';

/**
 * Unpacks a tar into a folder, which is made for its owner alone. Throws {@link BackupUnsound} where it is no whole tar, or what the stream throws of that class.
 * `spawnedAs`: the account that it is done as, and that owns what is unpacked; undefined: ours.
 */
export async function untar(
  stream: Readable,
  {
    target,
    file,
    spawnedAs = {},
  }: {
    readonly target: string;
    /** Where the stream comes from. */
    readonly file: string;
    readonly spawnedAs?: { readonly uid?: number; readonly gid?: number };
  },
): Promise<void> {
  const tar = spawn(
    '/bin/sh',
    ['-c', 'mkdir -p -m 700 "$1" && exec tar --extract --file - --directory "$1"', 'sh', target],
    { ...spawnedAs, cwd: '/', stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const ended = once(tar, 'close');
  const said = text(tar.stderr);
  const failed = await pipeline(stream, tar.stdin).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failed instanceof BackupUnsound) tar.kill('SIGKILL');
  await ended;
  if (failed instanceof BackupUnsound) throw failed;
  if (tar.exitCode === 0 && failed === undefined) return;
  throw new BackupUnsound(
    'corrupt',
    `A backup cannot be unpacked: ${(await said).trim() || String(failed)}`,
    { file },
    failed,
  );
}
