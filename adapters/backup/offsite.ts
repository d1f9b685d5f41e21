import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { AwsClient } from 'aws4fetch';
import { BadInput, TouchlineError } from '../../schemas/errors.js';
import { timeLimit } from '../time-limit.js';
import type { S3Access } from '../lake/s3-access.js';
import { measureFile } from './metadata.js';
import { paced, type Pace } from './pace.js';

/** A copy did not arrive whole. The next run sends it again. */
export class UploadFailed extends TouchlineError {
  readonly remedy = 'retry-later';
}

/** Where copies go, and how. */
export interface OffsiteOptions {
  /** `s3://bucket/prefix` */
  readonly url: string;
  readonly access: S3Access;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

const silentForMs = 60_000;
/** What S3 takes in one request. */
const largestBytes = 5 * 1024 ** 3;

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** SHA-256 of what was answered, in hexadecimal, and its beginning. */
  readonly sha256: string;
  readonly text: string;
}

/** The store that copies go to. */
export interface Offsite {
  /**
   * Sends one file below the root under its name there, and reads it back: by the store's own SHA-256 of it where it tells one, else all of it. Throws
   * {@link UploadFailed} where it did not arrive, or arrived changed. Where the bucket offers it, the store lets nobody remove it before `keptUntil`, and is
   * asked whether it will.
   */
  put(root: string, name: string, keptUntil: Date): Promise<void>;
}

/** Opens it. Nothing is sent yet. */
export function openOffsite({ url, access, pace, signal }: OffsiteOptions): Offsite {
  const { endpoint, region, keyId: accessKeyId, secret: secretAccessKey } = access;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
  const root = endpoint?.replace(/\/+$/, '') ?? `https://s3.${region}.amazonaws.com`;
  const [bucket = '', ...prefix] = url.replace(/^s3:\/\//, '').split('/');
  const bucketAddress = `${root}/${encodeURIComponent(bucket)}`;
  const addressOf = (name: string): string =>
    [bucketAddress, ...[...prefix, ...name.split('/')].map(encodeURIComponent)].join('/');

  const ask = async (
    method: 'PUT' | 'HEAD' | 'GET',
    address: string,
    headers: Record<string, string>,
    body?: AsyncIterable<Buffer>,
  ): Promise<Answer> => {
    const signed = await client.sign(address, { method, headers });
    try {
      return await send(signed, { length: headers['content-length'], body, pace, signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw new UploadFailed(
        `The copy of a backup did not arrive: ${error instanceof Error ? error.message : String(error)}`,
        {
          object: address,
          setting: 'BACKUP_S3_URL',
          advice: 'The next backup sends it again, once the store is reached.',
        },
        error,
      );
    }
  };
  const refused = (address: string, said: string): UploadFailed =>
    new UploadFailed(`The store of the copies ${said}`, {
      ...{ object: address, setting: 'BACKUP_S3_URL' },
      advice: 'Look whether the bucket is there, and what the key may do; the next backup sends it again.',
    });

  let lock: Promise<boolean> | undefined;
  const offersLock = async (): Promise<boolean> => {
    const { status, text } = await ask('GET', `${bucketAddress}?object-lock`, {});
    if (status === 200) return text.includes('<ObjectLockEnabled>Enabled<');
    // It has none, or does not know what that is.
    if ([400, 404, 405, 501].includes(status) && !text.includes('NoSuchBucket')) return false;
    throw refused(
      bucketAddress,
      `does not tell whether it locks what is sent to it: it answers with ${status}: ${text}`,
    );
  };

  return {
    async put(folder, name, keptUntil) {
      const offers = await (lock ??= offersLock());
      // What should have gone by now is not locked.
      const locks = offers && keptUntil.getTime() > Date.now();
      const address = addressOf(name);
      const file = path.join(folder, name);
      const { size } = await stat(file);
      if (size > largestBytes) {
        throw new BadInput('A file of a backup is larger than the 5 GiB that a store takes at once', {
          file,
        });
      }
      const { sha256 } = await measureFile(file);
      const sum = Buffer.from(sha256, 'hex').toString('base64');
      const answer = await ask(
        'PUT',
        address,
        {
          'content-length': String(size),
          'x-amz-content-sha256': sha256,
          'x-amz-checksum-sha256': sum,
          ...(locks ? lockUntil(keptUntil) : {}),
        },
        createReadStream(file),
      );
      if (answer.status !== 200) throw refused(address, `answers with ${answer.status}: ${answer.text}`);
      const head = await ask('HEAD', address, { 'x-amz-checksum-mode': 'ENABLED' });
      const told = head.headers['x-amz-checksum-sha256'];
      if (head.status !== 200 || Number(head.headers['content-length']) !== size || told !== sum) {
        const whole = await ask('GET', address, {});
        if (whole.status !== 200 || whole.sha256 !== sha256)
          throw refused(address, `has something else than was sent to it (${whole.status})`);
      }
      if (locks && !isLocked(head.headers['x-amz-object-lock-retain-until-date'], keptUntil))
        throw refused(address, `offers to lock, and does not lock it until ${keptUntil.toISOString()}`);
    },
  };
}

/** GOVERNANCE: nobody removes it by the key that sends copies; who may bypass the lock is for the owner of the bucket. */
const lockUntil = (until: Date): Record<string, string> => ({
  'x-amz-object-lock-mode': 'GOVERNANCE',
  'x-amz-object-lock-retain-until-date': until.toISOString(),
});

/** To the second, which is how exactly stores keep it. */
function isLocked(told: string | string[] | undefined, until: Date): boolean {
  return typeof told === 'string' && Date.parse(told) >= Math.floor(until.getTime() / 1_000) * 1_000;
}

/** fetch sends a stream in chunks, which S3 does not take: its length goes first here. */
async function send(
  signed: Request,
  {
    length,
    body,
    pace,
    signal,
  }: {
    readonly length: string | undefined;
    readonly body: AsyncIterable<Buffer> | undefined;
    readonly pace: Pace;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  const { protocol } = new URL(signed.url);
  const headers = Object.fromEntries(signed.headers);
  const request = (protocol === 'https:' ? https : http).request(signed.url, {
    method: signed.method,
    headers: { ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
    timeout: silentForMs,
    signal: timeLimit(6 * 3_600_000, signal),
  });
  request.on('timeout', () => request.destroy(new Error(`Nothing was heard for ${silentForMs / 1_000} s`)));
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  // It may come while the body is still being sent.
  answered.catch(() => undefined);
  for await (const chunk of paced(body ?? [], pace, signal)) {
    if (request.destroyed) break;
    if (!request.write(chunk)) await Promise.race([new Promise((go) => request.once('drain', go)), answered]);
  }
  request.end();
  const response = await answered;
  const hash = createHash('sha256');
  let text = '';
  const chunks: AsyncIterable<Buffer> = response;
  for await (const chunk of paced(chunks, pace, signal)) {
    hash.update(chunk);
    if (text.length < 500) text += chunk.toString('utf8');
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    sha256: hash.digest('hex'),
    text: text.slice(0, 500),
  };
}
