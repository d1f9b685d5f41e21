import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { childEnvironment } from '../../config.js';
import { startTestS3 } from './s3.js';

/** The variable by which a run says where its store is, to the processes of its tests too. */
const variable = 'TEST_LAKE_S3';

const Access = z.object({ endpoint: z.string(), region: z.string(), keyId: z.string(), secret: z.string() });

/** The store that every lake of the run is in; undefined where lakes are in folders. */
export function s3OfTheRun(): z.output<typeof Access> | undefined {
  const told = childEnvironment({})[variable];
  return told === undefined ? undefined : Access.parse(JSON.parse(told));
}

/** One object store for the whole run. */
export default async function setUpStore({ config }: TestProject): Promise<() => Promise<void>> {
  const store = await startTestS3();
  config.env = { ...config.env, [variable]: JSON.stringify(store.access) };
  return () => store.stop();
}
