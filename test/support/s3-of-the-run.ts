import type { TestProject } from 'vitest/node';
import type { S3Access } from '../../adapters/lake/s3-access.js';
import { startTestS3 } from './s3.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The store that every lake of the run is in; absent where lakes are in folders. */
    s3: S3Access;
  }
}

/** One object store for the whole run: every lake that a test opens is in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const store = await startTestS3();
  project.provide('s3', store.access);
  return () => store.stop();
}
