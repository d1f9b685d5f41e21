import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { sealedSuffix } from '../../schemas/backup.js';
import { BackupUnsound, BadInput } from '../../schemas/errors.js';
import { fileMode } from './place.js';

/** Whom backups are encrypted for. */
export interface Recipients {
  /** Public keys, `age1…`. Empty: nothing is encrypted. */
  readonly keys: readonly string[];
  /** What metadata names them by. */
  readonly fingerprints: readonly string[];
}

/** What opens encrypted backups. */
export interface Identities {
  /** Secret keys: in no log. */
  readonly keys: readonly string[];
  /** Of the public keys that belong to them. */
  readonly fingerprints: readonly string[];
}

/** Sixteen hexadecimal digits of the sum of a public key. */
export const fingerprintOf = (recipient: string): string =>
  createHash('sha256').update(recipient).digest('hex').slice(0, 16);

/** Reads public keys; none where there is no file to read. Throws {@link BadInput} where one is none, or the file has none. */
export async function readRecipients(file: string | undefined): Promise<Recipients> {
  if (file === undefined) return { keys: [], fingerprints: [] };
  const keys = await keysIn(file, 'BACKUP_RECIPIENTS_FILE', /^age1[0-9a-z]+$/, 'a public key (age1…)');
  for (const key of keys) {
    try {
      new Encrypter().addRecipient(key);
    } catch (error) {
      throw new BadInput(
        `${key} is no public key of age`,
        { file, setting: 'BACKUP_RECIPIENTS_FILE' },
        error,
      );
    }
  }
  return { keys, fingerprints: keys.map(fingerprintOf) };
}

/** Reads secret keys; none where there is no file to read. Throws {@link BadInput} without repeating what it read. */
export async function readIdentities(file: string | undefined): Promise<Identities> {
  if (file === undefined) return { keys: [], fingerprints: [] };
  const keys = await keysIn(
    file,
    'BACKUP_IDENTITY_FILE',
    /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/,
    'a secret key (AGE-SECRET-KEY-1…)',
  );
  try {
    const fingerprints = await Promise.all(
      keys.map(async (key) => fingerprintOf(await identityToRecipient(key))),
    );
    return { keys, fingerprints };
  } catch {
    throw new BadInput('The file holds a secret key that cannot be used', {
      file,
      setting: 'BACKUP_IDENTITY_FILE',
    });
  }
}

async function keysIn(file: string, setting: string, pattern: RegExp, what: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new BadInput(`The file with ${what} cannot be read`, { file, setting }, error);
  });
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const row = lines.findIndex((line) => line !== '' && !line.startsWith('#') && !pattern.test(line)) + 1;
  if (keys.length > 0 && row === 0) return keys;
  throw new BadInput(`The file does not hold ${what} in each line`, {
    file,
    setting,
    ...(row > 0 ? { row } : {}),
  });
}

/** What was written. */
export interface Sealed {
  readonly size: number;
  readonly sha256: string;
  /** Of what went in. */
  readonly plainSha256: string;
}

/**
 * Writes a stream to a new file, encrypted where there are recipients, and synced to disk. `compression`: as it comes, or by gzip. What cannot be written whole
 * is removed.
 */
export async function sealTo(
  target: string,
  source: Readable,
  { recipients, compression }: { readonly recipients: Recipients; readonly compression: 'none' | 'gzip' },
): Promise<Sealed> {
  const [plain, written] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  let bytes: AsyncIterable<Uint8Array> = noting(source, plain);
  if (compression === 'gzip') bytes = through(bytes, createGzip({ level: 6 }));
  if (recipients.keys.length > 0) bytes = encrypted(bytes, recipients);
  const handle = await open(target, 'wx', fileMode);
  try {
    let unsynced = 0;
    for await (const chunk of bytes) {
      written.update(chunk);
      size += chunk.length;
      await writeAll(handle, chunk);
      unsynced += chunk.length;
      if (unsynced < syncEveryBytes) continue;
      await handle.datasync();
      unsynced = 0;
    }
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(target, { force: true });
    throw error;
  }
  await handle.close();
  return { size, sha256: written.digest('hex'), plainSha256: plain.digest('hex') };
}

/** Much at once keeps the server's own syncs of the same disk waiting. */
const syncEveryBytes = 4 * 1024 * 1024;

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length;) {
    from += (await handle.write(chunk, from)).bytesWritten;
  }
}

async function* noting(source: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* encrypted(
  source: AsyncIterable<Uint8Array>,
  { keys }: Recipients,
): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter();
  for (const key of keys) encrypter.addRecipient(key);
  yield* chunksOf(await encrypter.encrypt(webStream(source)));
}

/** What a transformation of Node's makes of it. */
async function* through(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  const whole = pipeline(source, transform);
  // Told by what is thrown where the stream is read.
  whole.catch(() => undefined);
  const made: AsyncIterable<Uint8Array> = transform;
  yield* made;
  await whole;
}

/** What a sealed file holds, as it was before: `.age` is opened, then `.gz`, as its name says. */
export interface Opening {
  readonly identities: Identities;
  /** Fingerprints of whom it was sealed for, as its metadata says. */
  readonly sealedFor: readonly string[];
}

/**
 * Opens a sealed file. Throws {@link BackupUnsound}: `key` where no secret key of ours belongs to it, `corrupt`, while it is read, where a
 * byte of it is not as it was written, `missing` where it is not there.
 */
export function unseal(file: string, opening: Opening): Readable {
  return Readable.from(unsealed(file, opening), { objectMode: false });
}

async function* unsealed(file: string, { identities, sealedFor }: Opening): AsyncGenerator<Uint8Array> {
  let bytes: AsyncIterable<Uint8Array> = createReadStream(file, { highWaterMark: 256 * 1024 });
  try {
    let name = file;
    if (name.endsWith(sealedSuffix)) {
      name = name.slice(0, -sealedSuffix.length);
      bytes = await decrypted(bytes, file, identities, sealedFor);
    }
    if (name.endsWith('.gz')) bytes = through(bytes, createGunzip());
    yield* bytes;
  } catch (error) {
    if (error instanceof BackupUnsound) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new BackupUnsound('missing', 'A file of a backup is not there', { file }, error);
    }
    throw new BackupUnsound(
      'corrupt',
      `A file of a backup cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`,
      {
        file,
        advice: 'Take another backup or the copy of this one; touchline backup verify tells which are whole.',
      },
      error,
    );
  }
}

async function decrypted(
  source: AsyncIterable<Uint8Array>,
  file: string,
  identities: Identities,
  sealedFor: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  if (!identities.fingerprints.some((one) => sealedFor.includes(one))) {
    const ours = identities.fingerprints.join(', ');
    throw new BackupUnsound(
      'key',
      `A file was encrypted for ${sealedFor.join(', ')}; ${ours === '' ? 'there is no secret key here' : `the secret keys here belong to ${ours}`}`,
      {
        file,
        setting: 'BACKUP_IDENTITY_FILE',
        advice: 'Add the secret key that was in use then, also one that has been retired since.',
      },
    );
  }
  const decrypter = new Decrypter();
  for (const key of identities.keys) decrypter.addIdentity(key);
  return chunksOf(await decrypter.decrypt(webStream(source)));
}

/** Node's and the web's streams are typed apart: their readers are the same. */
function webStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
