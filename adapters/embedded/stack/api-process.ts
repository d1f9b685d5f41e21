import { z } from 'zod';
import { startChild, type ChildCommand } from './child-process.js';
import type { ProcessMark } from '../processes.js';

/** A process of the HTTP API that listens. */
export interface ApiProcess {
  readonly mark: ProcessMark;
  /** Where it answers. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What the API says once it listens. */
const Ready = z.object({ ready: z.literal(true), url: z.url() });

/** Starts the HTTP API and waits until it listens. Its output goes to `logs/api.log`. */
export async function startApi(home: string, api: ChildCommand): Promise<ApiProcess> {
  const { said, ...child } = await startChild(home, { name: 'api', called: 'The API' }, api, Ready);
  return { ...child, url: said.url };
}
