import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import {
  SignedMetadata,
  SignedWalDay,
  type BackupFile,
  type BackupMetadata,
  type WalDay,
} from '../../schemas/backup.js';
import { BackupUnsound } from '../../schemas/errors.js';
import { isAbsent } from './absent.js';
import { writeWhole } from './place.js';

/** The sum over the lines `<sha256>  <name>` of files. */
export function sumOfFiles(files: readonly BackupFile[]): string {
  const lines = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** The sum over a document: its fields by name, at every depth. */
export const sumOfDocument = (document: object): string =>
  createHash('sha256')
    .update(JSON.stringify(inOrder(document)))
    .digest('hex');

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(
    fields.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, field]) => [name, inOrder(field)]),
  );
}

/** Writes metadata, which is what makes a backup of the files it names: they have to be on disk. Returns the sum over it. */
export async function writeMetadata(file: string, metadata: BackupMetadata | WalDay): Promise<string> {
  const own = sumOfDocument(metadata);
  await writeWhole(file, textOf({ ...metadata, own_sha256: own }));
  return own;
}

const textOf = (document: unknown): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** Reads a backup's metadata. Throws {@link BackupUnsound}: `missing` where there is none, `corrupt` where it is not as it was written. */
export const readMetadata = (file: string): Promise<SignedMetadata> => readSigned(file, SignedMetadata);

/** Reads the list of a day's WAL; undefined where nothing of that day was sealed. Throws {@link BackupUnsound} where it is not as it was written. */
export async function readWalDay(file: string): Promise<SignedWalDay | undefined> {
  try {
    return await readSigned(file, SignedWalDay);
  } catch (error) {
    if (error instanceof BackupUnsound && error.fault === 'missing') return undefined;
    throw error;
  }
}

async function readSigned<T extends { readonly own_sha256: string }>(
  file: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    throw new BackupUnsound('missing', 'The metadata of a backup is not there', { file }, error);
  });
  const document = parsedJson(text);
  const parsed = schema.safeParse(document);
  const advice = 'Take another backup, or the copy of this one.';
  if (!parsed.success) {
    throw new BackupUnsound(
      'corrupt',
      'The metadata of a backup cannot be read',
      { file, advice },
      parsed.error,
    );
  }
  const { own_sha256: own, ...rest } = parsed.data;
  // To the last byte: a file that lost its end may still say all that it said.
  if (sumOfDocument(rest) === own && textOf(document) === text) return parsed.data;
  throw new BackupUnsound('corrupt', 'The metadata of a backup is not as it was written', { file, advice });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a file holds. */
export const bytesOf = (file: string): AsyncIterable<Buffer> =>
  createReadStream(file, { highWaterMark: 1024 * 1024 });

/** Size and sum of a file as it lies on disk. */
export const measureFile = (file: string): Promise<{ size: number; sha256: string }> =>
  measureBytes(bytesOf(file));

/** The same of what comes of it. */
export async function measureBytes(bytes: AsyncIterable<Buffer>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** What is wrong with the files that metadata names, in the folder of the metadata: none is missing, longer, shorter or changed. */
export async function faultsOfFiles(
  metadataFile: string,
  files: readonly BackupFile[],
): Promise<BackupUnsound[]> {
  const faults: BackupUnsound[] = [];
  for (const { name, size, sha256 } of files) {
    const file = path.join(path.dirname(metadataFile), name);
    try {
      const found = await measureFile(file);
      if (found.size === size && found.sha256 === sha256) continue;
      faults.push(new BackupUnsound('corrupt', 'A file of a backup is not as it was written', { file }));
    } catch (error) {
      if (!isAbsent(error)) throw error;
      faults.push(new BackupUnsound('missing', 'A file of a backup is not there', { file }, error));
    }
  }
  return faults;
}
