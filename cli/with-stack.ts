import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { openStack, type RunningStack } from '../adapters/embedded/stack.js';
import { readStatus, type StackStatus } from '../adapters/embedded/stack/status.js';
import { connectToTemporal } from '../adapters/temporal/connect.js';
import { DependencyAway } from '../schemas/errors.js';
import type { CommandContext } from './command.js';
import { stackPlan } from './stack-plan.js';

/** What a command works with. */
export interface Stack {
  readonly status: StackStatus;
  readonly client: Client;
}

const lookEveryMs = 300;

/**
 * Hands the work the stack of the home: the one that runs (touchline up), else one that is started for the length of the
 * work. A home that another command has started is waited for; one of lifetime `up` is shared with other commands.
 */
export async function withStack<T>(
  context: CommandContext,
  work: (stack: Stack) => Promise<T>,
  lifetime: StackStatus['lifetime'] = 'command',
): Promise<T> {
  const reached = await reachStack(context, lifetime);
  try {
    const { address, namespace } = reached.status.temporal;
    const temporal = await connectToTemporal({ address, namespace });
    try {
      return await work({ status: reached.status, client: temporal.client });
    } finally {
      await temporal.close();
    }
  } finally {
    await reached.close();
  }
}

async function reachStack(
  { config, output, interrupted }: CommandContext,
  lifetime: StackStatus['lifetime'],
): Promise<Pick<RunningStack, 'status' | 'close'>> {
  let said = false;
  const isInterrupted = (): boolean => interrupted.aborted;
  while (!isInterrupted()) {
    const running = await readStatus(config.home);
    if (running?.lifetime === 'up') return { status: running, close: () => Promise.resolve() };
    const opened = await openStack(
      stackPlan(config, {
        lifetime,
        schedules: undefined,
        report: (line) => {
          output.note(line);
        },
      }),
    );
    if (opened.kind === 'running') return opened;
    if (!said) output.note(`Another command (process ${opened.holder.pid}) has this home: waiting for it.`);
    said = true;
    await sleep(lookEveryMs, undefined, { signal: interrupted }).catch(() => undefined);
  }
  throw new DependencyAway('Interrupted while waiting for the stack', {
    advice: 'Give the command again.',
  });
}
