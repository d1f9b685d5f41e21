import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { ScheduleRequest, ScheduleState, ScheduleStep } from '../adapters/temporal/schedules.js';
import { changedSchedules, type Schedule } from '../schemas/jobs/schedule.js';
import { schedules } from '../workflows/schedules.js';
import { command, type CommandContext, type Parameter } from './command.js';
import { grouped, textTable } from './table.js';

/** What a schedule may be called. */
export const declaredIds = schedules.map(({ id }) => id);
const idArgument: Parameter = { flags: '<id>', about: `one of ${declaredIds.join(', ')}` };

/** Works on the schedules of the stack's Temporal; the declared ones are those of this configuration. */
export async function withSchedules<T>(
  context: CommandContext,
  work: (client: Client, declared: readonly Schedule[]) => Promise<T>,
): Promise<T> {
  const declared = changedSchedules(schedules, context.config.scheduleChanges);
  const { withStack } = await import('./with-stack.js');
  return await withStack(context, ({ client }) => work(client, declared));
}

const stepLine = (step: ScheduleStep): string =>
  step.kind === 'update'
    ? `update     ${step.id} (${step.changes.join('; ')})`
    : `${step.kind.padEnd(11)}${step.id}`;
const isChange = ({ kind }: ScheduleStep): boolean => kind !== 'unchanged';
const counted = (steps: readonly ScheduleStep[], done: string): string => {
  const changes = steps.filter(isChange).length;
  return changes === 0 ? 'Temporal has the schedules as declared.' : `${changes} ${done}.`;
};

const stepsJson =
  'An array of {"kind": "create" | "update" | "unchanged" | "remove", "id", "changes"?: ["…"]}.';

export const schedulesPlan = command({
  path: ['schedules', 'plan'],
  summary: 'what applying the schedules would change',
  description:
    'Compares the declared schedules, with what SCHEDULES changes of them, with those that Temporal has. Changes nothing.',
  examples: [
    'touchline schedules plan',
    `SCHEDULES='{"bronze-to-silver": {"cron": "*/10 * * * *"}}' touchline schedules plan`,
  ],
  json: stepsJson,
  settings: z.object({}),
  async run(_, context) {
    const steps = await withSchedules(context, async (client, declared) => {
      const { planSchedules } = await import('../adapters/temporal/schedules.js');
      return await planSchedules(client, declared);
    });
    await context.output.result(steps, () =>
      [...steps.map(stepLine), counted(steps, 'to change: touchline schedules apply')].join('\n'),
    );
    return 0;
  },
});

export const schedulesApply = command({
  path: ['schedules', 'apply'],
  summary: 'bring the schedules of Temporal to the declaration',
  description: [
    'Creates, updates and removes schedules until Temporal has the declared ones; applied again it changes nothing. A paused',
    'schedule stays paused, and schedules of others in the namespace are let be.',
  ].join('\n'),
  examples: ['touchline schedules apply'],
  json: stepsJson,
  settings: z.object({}),
  async run(_, context) {
    const steps = await withSchedules(context, async (client, declared) => {
      const { applySchedules } = await import('../adapters/temporal/schedules.js');
      return await applySchedules(client, declared);
    });
    await context.output.result(steps, () => [...steps.map(stepLine), counted(steps, 'changed')].join('\n'));
    return 0;
  },
});

const minute = (at: Date | null | undefined): string =>
  at?.toISOString().slice(0, 16).replace('T', ' ') ?? '';

const statesText = (states: readonly ScheduleState[]): string =>
  states.length === 0
    ? 'Temporal has no schedule yet: touchline schedules apply.'
    : textTable(
        ['schedule', 'cron (UTC)', 'state', 'next', 'last', 'runs', 'skipped', 'missed'],
        states.map((state) => [
          state.id,
          state.cron,
          state.paused ? `paused: ${state.note ?? ''}` : 'active',
          state.paused ? '' : minute(state.nextAt),
          minute(state.recent.at(-1)?.at),
          grouped(state.runs),
          grouped(state.skippedOverlap),
          grouped(state.missedCatchUp),
        ]),
      );

/** The document of one schedule. */
export const stateJson =
  '{"id", "cron", "paused", "note", "nextAt", "runs", "recent": [{"at", "workflowId"}], "missedCatchUp", "skippedOverlap"}';

export const schedulesList = command({
  path: ['schedules', 'list'],
  summary: 'when each schedule runs next, and how it went',
  description:
    'Lists the schedules that Temporal has: skipped counts runs that were due while one was going, missed those too late to catch up.',
  examples: ['touchline schedules list', 'touchline schedules list --json'],
  json: `An array of ${stateJson}.`,
  settings: z.object({}),
  async run(_, context) {
    const states = await withSchedules(context, async (client, declared) => {
      const { listSchedules } = await import('../adapters/temporal/schedules.js');
      return await listSchedules(client, declared);
    });
    await context.output.result(states, () => statesText(states));
    return 0;
  },
});

async function ask(id: string, request: ScheduleRequest, context: CommandContext, said: string): Promise<0> {
  const state = await withSchedules(context, async (client) => {
    const { askSchedule } = await import('../adapters/temporal/schedules.js');
    return await askSchedule(client, id, request);
  });
  await context.output.result(state, () => said);
  return 0;
}

const Id = z.enum(declaredIds, { error: `Write one of ${declaredIds.join(', ')}` });

export const schedulesTrigger = command({
  path: ['schedules', 'trigger'],
  summary: 'start the job of a schedule now',
  description:
    'Starts the job of a schedule with its declared input, unless a run of it is going. touchline errors and the Temporal UI tell how it ends.',
  arguments: [idArgument],
  examples: ['touchline schedules trigger weekly-database-maintenance'],
  json: `${stateJson}.`,
  settings: z.object({ id: Id }),
  run: ({ id }, context) =>
    ask(id, { kind: 'trigger' }, context, `${id} was started, unless a run of it is going.`),
});

const At = z
  .string()
  .refine(
    (text) =>
      z.iso.datetime({ offset: true }).safeParse(text).success || z.iso.date().safeParse(text).success,
    {
      error: 'Write an instant, 2026-11-01T02:00:00Z, or a day in UTC, 2026-11-01',
    },
  )
  .transform((text) => new Date(text));

export const schedulesBackfill = command({
  path: ['schedules', 'backfill'],
  summary: 'make up the runs that were due in a past interval',
  description: 'Starts the runs that were due between two instants, one after the other.',
  arguments: [idArgument],
  options: [
    { flags: '--from <instant>', about: 'the beginning: 2026-11-01T02:00:00Z, or a day in UTC' },
    { flags: '--to <instant>', about: 'the end, itself included' },
  ],
  examples: ['touchline schedules backfill daily-error-cleanup --from 2026-11-01 --to 2026-11-03'],
  json: `${stateJson}.`,
  settings: z
    .object({ id: Id, from: At, to: At })
    .refine(({ from, to }) => from <= to, { error: '--to lies before --from', path: ['to'] }),
  run: ({ id, from, to }, context) =>
    ask(
      id,
      { kind: 'backfill', from, to },
      context,
      `The runs of ${id} from ${minute(from)} to ${minute(to)} were asked for.`,
    ),
});
