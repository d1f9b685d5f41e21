import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder of this test's own. */
export interface TestFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes an empty folder that other users may pass through, as the account that runs Postgres for root has to. */
export async function makeTestFolder(): Promise<TestFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-test-'));
  await chmod(folder, 0o711);
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
