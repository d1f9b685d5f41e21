import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { InvariantBroken } from '../../schemas/errors.js';

const script = fileURLToPath(new URL('./spend-requests.ts', import.meta.url));

/** What a process of its own asks of an account: so many requests of one unit, at the instants of a clock that stands still while it works. */
export const SpendTask = z.object({
  url: z.string(),
  /** Distinguishes its requests from those of other processes. */
  name: z.string(),
  requests: z.int(),
  priority: z.enum(['live', 'regular']),
  /** Epoch milliseconds of its first request; a wait sets its clock on. */
  at: z.int(),
  perDay: z.int(),
  perMinute: z.int(),
});
export type SpendTask = z.infer<typeof SpendTask>;

/** What became of a request, told before the next one is asked. */
const Told = z.object({ requestNo: z.int(), outcome: z.enum(['granted', 'skipped']), waits: z.int() });
export type Told = z.infer<typeof Told>;

/** How a process ended, and what it had told. */
export interface SpendProcess {
  readonly told: readonly Told[];
  readonly signal: NodeJS.Signals | null;
}

/** Spends in a process of its own. With `killAfter` it is killed with -9 as soon as it has told of so many requests. */
export async function spendInOwnProcess(task: SpendTask, killAfter = Infinity): Promise<SpendProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const told: Told[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(Told.parse(JSON.parse(line)));
    if (told.length >= killAfter && child.pid !== undefined) child.kill('SIGKILL');
  }
  await closed;
  if (child.exitCode !== null && child.exitCode !== 0) {
    throw new InvariantBroken(`A process that spends ended with ${child.exitCode}`, { object: task.name });
  }
  return { told, signal: child.signalCode };
}
