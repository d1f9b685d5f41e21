import { z } from 'zod';
import { TaskQueue } from '../schemas/jobs/task-queues.js';
import { schedules } from '../workflows/schedules.js';
import { command, type Command, type CommandContext, type CommandPage, type Parameter } from './command.js';
import { declaredIds, stateJson, withSchedules } from './schedules.js';

const pausableQueues = TaskQueue.options.filter((queue) =>
  schedules.some(({ worksOn }) => worksOn === queue),
);
const parameters: { readonly arguments: Parameter[]; readonly options: Parameter[] } = {
  arguments: [{ flags: '[id]', about: `one of ${declaredIds.join(', ')}` }],
  options: [
    { flags: '--queue <name>', about: `all whose work waits on this queue: ${pausableQueues.join(', ')}` },
    { flags: '--why <text>', about: 'the reason; it stands beside the schedule in Temporal' },
  ],
};

const Chosen = z
  .object({
    id: z.enum(declaredIds, { error: `Write one of ${declaredIds.join(', ')}` }).optional(),
    queue: z
      .enum(TaskQueue.options, { error: `Write one of ${pausableQueues.join(', ')}` })
      .refine((queue) => pausableQueues.includes(queue), {
        error: `Write one of ${pausableQueues.join(', ')}`,
      })
      .optional(),
    why: z.string('Say why: --why is kept').trim().min(1),
  })
  .refine(({ id, queue }) => (id === undefined) !== (queue === undefined), {
    error: 'Name one schedule, or the queue of several with --queue',
    path: ['id'],
  });

/** A command that asks the same of one schedule, or of all of a queue. */
const ofSome = (
  page: Pick<CommandPage, 'path' | 'summary' | 'description' | 'examples'>,
  { kind, said }: { readonly kind: 'pause' | 'resume'; readonly said: string },
): Command =>
  command({
    ...page,
    ...parameters,
    json: `An array of ${stateJson}.`,
    settings: Chosen,
    async run({ id, queue, why: note }, context: CommandContext) {
      const states = await withSchedules(context, async (client, declared) => {
        const { askSchedule } = await import('../adapters/temporal/schedules.js');
        const ids =
          id === undefined
            ? declared.filter(({ worksOn }) => worksOn === queue).map((schedule) => schedule.id)
            : [id];
        return await Promise.all(ids.map((each) => askSchedule(client, each, { kind, note })));
      });
      await context.output.result(states, () =>
        states.length === 0
          ? 'SCHEDULES leaves no schedule of that queue.'
          : states.map((state) => `${state.id} ${said}: ${note}`).join('\n'),
      );
      return 0;
    },
  });

export const schedulesPause = ofSome(
  {
    path: ['schedules', 'pause'],
    summary: 'let a schedule, or those of a queue, start nothing until resumed',
    description: 'Pauses a schedule. A run that is going goes on; applying the schedules leaves it paused.',
    examples: [
      'touchline schedules pause weekly-data-cleanup --why "moving the lake"',
      'touchline schedules pause --queue odds --why "a new key is on its way"',
    ],
  },
  { kind: 'pause', said: 'is paused' },
);

export const schedulesResume = ofSome(
  {
    path: ['schedules', 'resume'],
    summary: 'let a paused schedule, or those of a queue, go on',
    description:
      'Lets a paused schedule go on from now; what it left out meanwhile is made up by touchline schedules backfill.',
    examples: [
      'touchline schedules resume weekly-data-cleanup --why "the lake has moved"',
      'touchline schedules resume --queue odds --why "the new key is set"',
    ],
  },
  { kind: 'resume', said: 'goes on' },
);
