import { BadInput, DependencyAway } from '../../schemas/errors.js';

const silent =
  /(Could not connect to server|Could not resolve host|Connection error|Timeout was reached|Failed to (send|read|receive|write)|Server returned nothing|Couldn't resolve|SSL connect) ?(error)?.*(for HTTP|s3:\/\/|https?:\/\/)|HTTP code 5\d\d|\(HTTP 5\d\d|SlowDown/i;

/** The {@link DependencyAway} behind a failure of DuckDB to reach the object store, or undefined. */
export const storeAway = (message: string): DependencyAway | undefined =>
  silent.test(message)
    ? new DependencyAway(`The object store of the lake cannot be reached: ${message}`, {
        object: 'lake',
        setting: 'S3_ENDPOINT',
        advice: 'Wait until the store is up; the work goes on by itself.',
      })
    : undefined;

const refusals = [
  {
    pattern: /InvalidAccessKeyId/,
    setting: 'S3_ACCESS_KEY_ID',
    said: 'does not know the key',
    advice: 'Set the id of a key that the store knows.',
  },
  {
    pattern: /SignatureDoesNotMatch/,
    setting: 'S3_SECRET_ACCESS_KEY',
    said: 'refuses the key',
    advice: 'Set the secret that belongs to S3_ACCESS_KEY_ID.',
  },
  {
    pattern: /NoSuchBucket|InvalidBucketName/,
    setting: 'LAKE_URL',
    said: 'has no such bucket',
    advice: 'Make it with touchline lake init, or correct LAKE_URL or LAKE_COLD_URL.',
  },
  {
    pattern: /AccessDenied|HTTP (code )?403/,
    setting: 'S3_ACCESS_KEY_ID',
    said: 'does not let the key do this',
    advice: 'Give the key the right to read, write, list and delete in the buckets of the lake.',
  },
] as const;

/** The {@link BadInput} behind a refusal of the object store, naming the setting, or undefined. */
export function storeRefused(message: string): BadInput | undefined {
  const refusal = refusals.find(({ pattern }) => pattern.test(message));
  return refusal === undefined
    ? undefined
    : new BadInput(`The object store of the lake ${refusal.said}: ${message.split('\n')[0] ?? ''}`, {
        setting: refusal.setting,
        advice: refusal.advice,
      });
}
