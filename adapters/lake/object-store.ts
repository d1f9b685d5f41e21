import { AwsClient } from 'aws4fetch';
import { DependencyAway } from '../../schemas/errors.js';
import type { S3Access } from './s3-access.js';
import { storeRefused } from './store-failure.js';
import { timeLimit } from '../time-limit.js';

/** What the lake asks of a store that DuckDB does not do. */
export interface ObjectStore {
  /** Says whether it was made, or was there. */
  makeBucket(bucket: string): Promise<'made' | 'there'>;
  /** Replaces the bucket's policy. */
  setPolicy(bucket: string, policy: object): Promise<void>;
  /** Whether there is an object. */
  has(address: string): Promise<boolean>;
  /** Makes an empty object. */
  touch(address: string): Promise<void>;
  /** Removes an object; one that is gone already is none the worse. */
  remove(address: string): Promise<void>;
}

/** So long an answer may take. */
const answerWithinMs = 30_000;

/** A client of an S3-compatible store. Throws {@link DependencyAway} where it is away, BadInput where it refuses. */
export function openObjectStore({ endpoint, region, keyId, secret }: S3Access): ObjectStore {
  const root = endpoint?.replace(/\/+$/, '') ?? `https://s3.${region}.amazonaws.com`;
  const client = new AwsClient({
    accessKeyId: keyId,
    secretAccessKey: secret,
    region,
    service: 's3',
    retries: 2,
  });

  const ask = async (
    method: string,
    address: string,
    { body, query = '', accepted = [] }: { body?: string; query?: string; accepted?: readonly number[] } = {},
  ): Promise<number> => {
    const key = address
      .replace(/^s3:\/\//, '')
      .split('/')
      .map(encodeURIComponent)
      .join('/');
    const away = (said: string, cause?: unknown) =>
      new DependencyAway(
        `The object store cannot be reached: ${said}`,
        { object: address, setting: 'S3_ENDPOINT', advice: 'Wait until the store is up, then try again.' },
        cause,
      );
    const response = await client
      .fetch(`${root}/${key}${query}`, {
        method,
        ...(body === undefined ? {} : { body }),
        signal: timeLimit(answerWithinMs),
      })
      .catch((error: unknown) => {
        throw away(error instanceof Error ? error.message : String(error), error);
      });
    const text = await response.text();
    if (response.ok || accepted.includes(response.status)) return response.status;
    throw (
      storeRefused(`HTTP ${response.status} ${text}`) ?? away(`${method} is answered with ${response.status}`)
    );
  };

  return {
    async makeBucket(bucket) {
      const address = `s3://${bucket}`;
      if ((await ask('HEAD', address, { accepted: [404] })) !== 404) return 'there';
      const body =
        endpoint === undefined && region !== 'us-east-1'
          ? `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
          : undefined;
      // Who made it at the same time has made the same.
      const status = await ask('PUT', address, { accepted: [409], ...(body === undefined ? {} : { body }) });
      return status === 409 ? 'there' : 'made';
    },
    async setPolicy(bucket, policy) {
      await ask('PUT', `s3://${bucket}`, { query: '?policy', body: JSON.stringify(policy) });
    },
    async has(address) {
      return (await ask('HEAD', address, { accepted: [404] })) !== 404;
    },
    async touch(address) {
      await ask('PUT', address, { body: '' });
    },
    async remove(address) {
      await ask('DELETE', address, { accepted: [404] });
    },
  };
}
