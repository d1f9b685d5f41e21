import { bucketOf, isInStore } from './lake-place.js';
import type { ObjectStore } from './object-store.js';

/** The buckets of LAKE-11, and the prefix under which MLflow keeps artefacts. */
export const lakeBuckets = ['football-lake-bronze', 'football-lake-silver', 'football-lake-gold'] as const;
export const modelBucket = 'football-models';
export const artefactPrefix = 'mlflow-artifacts';

/** What was done for a bucket. */
export interface InitialisedBucket {
  readonly bucket: string;
  readonly was: 'made' | 'there';
}

/** Nobody removes the bucket of a lake in passing; its objects are guarded by the keys alone. */
const policyOf = (bucket: string): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'KeepTheBucket',
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:DeleteBucket'],
      Resource: [`arn:aws:s3:::${bucket}`],
    },
  ],
});

/**
 * Makes the buckets of the lake's places, of the layers and of the models, with their policies. Done again it changes nothing.
 * @param places where the lake is; folders are left out
 */
export async function initialiseStore(
  store: ObjectStore,
  places: readonly string[],
): Promise<InitialisedBucket[]> {
  const buckets = new Set([...places.filter(isInStore).map(bucketOf), ...lakeBuckets, modelBucket]);
  const done: InitialisedBucket[] = [];
  for (const bucket of buckets) {
    done.push({ bucket, was: await store.makeBucket(bucket) });
    await store.setPolicy(bucket, policyOf(bucket));
  }
  await store.touch(`s3://${modelBucket}/${artefactPrefix}/`);
  return done;
}
