import { once } from 'node:events';
import { z } from 'zod';
import { BadInput } from '../schemas/errors.js';
import { changedSchedules } from '../schemas/jobs/schedule.js';
import { schedules } from '../workflows/schedules.js';
import { command, type CommandContext } from './command.js';
import { publicStatus, statusText } from './status.js';

export const up = command({
  path: ['up'],
  summary: 'start Postgres, Temporal and the workers, and stay up until Ctrl-C',
  description: [
    'Starts what runs on a laptop: embedded Postgres, Temporal with its UI, and two workers, all of them below TOUCHLINE_HOME and',
    'on free ports of 127.0.0.1. What dies is started again. What a killed process left behind is adopted or cleared.',
    'Temporal gets the declared schedules, with what SCHEDULES changes of them: jobs run by the clock while it is up.',
    'Two homes run side by side. DATABASE_URL or TEMPORAL_ADDRESS name servers of your own instead.',
  ].join('\n'),
  options: [{ flags: '--detach', about: 'return when everything runs; touchline down ends it' }],
  examples: ['touchline up', 'touchline up --detach', 'TOUCHLINE_HOME=/data/second touchline up'],
  json: 'The document of touchline status, as soon as everything runs.',
  settings: z.object({ detach: z.literal(true).optional() }),
  async run({ detach }, context) {
    const { output, interrupted } = context;
    const scheduled = changedSchedules(schedules, context.config.scheduleChanges);
    if (detach === true) {
      const { upDetached } = await import('./up-detached.js');
      const status = await upDetached(context.config, interrupted);
      await output.result(publicStatus(status), () => statusText(status));
      return 0;
    }
    const { openStack } = await import('../adapters/embedded/stack.js');
    const { stackPlan } = await import('./stack-plan.js');
    const opened = await openStack(
      stackPlan(context.config, {
        lifetime: 'up',
        schedules: scheduled,
        report: (line) => {
          output.note(line);
        },
      }),
    );
    if (opened.kind === 'held elsewhere') throw heldElsewhere(context, opened.holder.pid);
    try {
      await output.result(publicStatus(opened.status), () => `${statusText(opened.status)}\nCtrl-C ends it.`);
      if (!interrupted.aborted) await once(interrupted, 'abort');
      output.note('Ending: workers, Temporal, Postgres.');
    } finally {
      await opened.close();
    }
    return 0;
  },
});

const heldElsewhere = ({ config }: CommandContext, pid: number): BadInput =>
  new BadInput('This home runs already', {
    object: `process ${pid}`,
    setting: `TOUCHLINE_HOME=${config.home}`,
    advice:
      'touchline status says where it answers, touchline down ends it; or set TOUCHLINE_HOME to another folder.',
  });
