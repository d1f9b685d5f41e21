import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { TaskQueue } from '../../../schemas/jobs/task-queues.js';
import { holderOf } from './home-lock.js';

/** What runs for a home, and where it answers. */
export const StackStatus = z.object({
  /** Addresses with user and password, secrets: `url` is the owner's, who migrates; the others the roles'. */
  postgres: z.object({ url: z.string(), reader: z.string(), writer: z.string(), admin: z.string() }),
  temporal: z.object({ address: z.string(), ui: z.string().nullable(), namespace: z.string() }),
  workers: z.array(z.object({ queues: z.array(TaskQueue).readonly(), pid: z.number(), metrics: z.url() })),
  /** The HTTP API; null where this stack has none. */
  api: z.object({ url: z.url(), pid: z.number() }).nullable(),
  supervisor: z.object({ pid: z.number() }),
  /** `up`: until it is closed. `command`: as long as the command that started it. */
  lifetime: z.enum(['up', 'command']),
});
export type StackStatus = z.infer<typeof StackStatus>;

const statusFile = (home: string): string => path.join(home, 'run', 'status.json');

/** Writes the status whole or not at all, for its owner's eyes. */
export async function writeStatus(home: string, status: StackStatus): Promise<void> {
  const half = `${statusFile(home)}.${process.pid}`;
  await writeFile(half, `${JSON.stringify(status, undefined, 2)}\n`, { mode: 0o600 });
  await rename(half, statusFile(home));
}

export const removeStatus = (home: string): Promise<void> => rm(statusFile(home), { force: true });

/** Whether a supervisor of that home ended without closing what it had started. */
export async function wasCutOff(home: string): Promise<boolean> {
  const text = await readFile(statusFile(home), 'utf8').catch(() => undefined);
  return text !== undefined && (await holderOf(home)) === undefined;
}

/** The status of the stack that runs for a home; undefined where none does, or where it is only starting. */
export async function readStatus(home: string): Promise<StackStatus | undefined> {
  const holder = await holderOf(home);
  if (holder === undefined) return undefined;
  const text = await readFile(statusFile(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const status = StackStatus.safeParse(JSON.parse(text)).data;
  return status?.supervisor.pid === holder.pid ? status : undefined;
}
