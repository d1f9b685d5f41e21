import { z } from 'zod';
import { reachingTemporal } from '../../adapters/temporal/away.js';
import { askSchedule, listSchedules, type ScheduleRequest } from '../../adapters/temporal/schedules.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { BackfillBody, PauseBody, ScheduleLine, SchedulePath } from '../../schemas/api/tasks.js';
import { BadInput } from '../../schemas/errors.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { NothingThere } from '../problems.js';
import { soon } from '../soon.js';
import { scheduleLine } from '../tasks/documents.js';
import { temporalLinks } from '../tasks/links.js';

const tags = ['tasks'];
const advice = 'GET /tasks/schedules lists them.';

/** SCH-13: what runs by the clock, and how a person steps in. */
export function scheduleRoutes(app: ApiServer, { temporal, temporalUi, schedules, now }: ApiDeps): void {
  const descriptionOf = (id: string): string | undefined =>
    schedules.find((schedule) => schedule.id === id)?.description;

  /** Asks something of one schedule, and tells how it stands then. */
  const ask = async (id: string, request: ScheduleRequest, said: string) => {
    // Others that the namespace may have are none of ours.
    if (descriptionOf(id) === undefined)
      throw new NothingThere('There is no schedule of that name', { advice });
    return reachingTemporal(temporal, async (client) => {
      const state = await askSchedule(client, id, request).catch((error: unknown) => {
        throw error instanceof BadInput
          ? new NothingThere(`Temporal has no schedule ${id} yet`, {
              advice: 'touchline schedules apply makes it.',
            })
          : error;
      });
      return told(scheduleLine(state, temporalLinks(temporalUi, client), descriptionOf(id)), said);
    });
  };
  const changing = (operationId: string, summary: string) => ({
    ...soon,
    config: { access: 'operator' } as const,
    schema: { tags, operationId, summary, params: SchedulePath, response: { 200: envelopeOf(ScheduleLine) } },
  });

  app.get(
    '/tasks/schedules',
    {
      ...soon,
      config: { access: 'reader' },
      schema: {
        tags,
        operationId: 'listSchedules',
        summary: 'When each schedule runs next, and how it went',
        response: { 200: envelopeOf(z.object({ schedules: z.array(ScheduleLine) })) },
      },
    },
    () =>
      reachingTemporal(temporal, async (client) => {
        const links = temporalLinks(temporalUi, client);
        const states = await listSchedules(client, schedules);
        return told({
          schedules: states.map((state) => scheduleLine(state, links, descriptionOf(state.id))),
        });
      }),
  );

  app.post(
    '/tasks/schedules/:id/trigger',
    changing('triggerSchedule', 'Start the job of a schedule now, unless a run of it goes on'),
    ({ params: { id } }) => ask(id, { kind: 'trigger' }, 'It was started, unless a run of it goes on.'),
  );

  for (const [verb, operationId, kind, summary] of [
    ['pause', 'pauseSchedule', 'pause', 'Let a schedule start nothing until it is unpaused'],
    ['unpause', 'unpauseSchedule', 'resume', 'Let a paused schedule go on from now'],
  ] as const) {
    const options = changing(operationId, summary);
    app.post(
      `/tasks/schedules/:id/${verb}`,
      { ...options, schema: { ...options.schema, body: PauseBody } },
      ({ params: { id }, body: { why }, caller }) => ask(id, { kind, note: `${why} (${caller.name})` }, ''),
    );
  }

  const backfilling = changing(
    'backfillSchedule',
    'Make up the runs that were due between two instants, one after the other',
  );
  app.post(
    '/tasks/schedules/:id/backfill',
    { ...backfilling, schema: { ...backfilling.schema, body: BackfillBody } },
    ({ params: { id }, body: { from, to } }) => {
      if (to.getTime() > now()) {
        throw new BadInput('Runs of days to come cannot be made up', {
          field: 'to',
          advice: 'End it by now.',
        });
      }
      return ask(id, { kind: 'backfill', from, to }, 'The runs were asked for.');
    },
  );
}
