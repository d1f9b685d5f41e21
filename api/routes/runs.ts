import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { reachingTemporal } from '../../adapters/temporal/away.js';
import { cancelRun } from '../../adapters/temporal/run-requests.js';
import { describeRun, findRun, listRuns, runName } from '../../adapters/temporal/runs.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { RunLine, RunPath, RunsQuery, RunTold } from '../../schemas/api/tasks.js';
import { BadInput } from '../../schemas/errors.js';
import { jobs } from '../../workflows/jobs.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { NothingThere, OutOfTurn } from '../problems.js';
import { soon } from '../soon.js';
import { namedRuns, runLine, runTold } from '../tasks/documents.js';
import { temporalLinks } from '../tasks/links.js';

const tags = ['tasks'];

/** The run of that name; one that there is not is not there, rather than badly named. */
async function runNamed(client: Client, name: string) {
  try {
    return (await findRun(client, name)).run;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    throw new NothingThere(`There is no run ${name}`, {
      advice: 'GET /tasks/runs lists them. Runs that ended are kept for days only.',
    });
  }
}

/** SCH-13: the runs of jobs, and how to end one. */
export function runRoutes(app: ApiServer, { temporal, temporalUi, redactor }: ApiDeps): void {
  app.get(
    '/tasks/runs',
    {
      ...soon,
      config: { access: 'reader' },
      schema: {
        tags,
        operationId: 'listRuns',
        summary: 'The runs of jobs: those that go on, then the last that ended',
        querystring: RunsQuery,
        response: { 200: envelopeOf(z.object({ runs: z.array(RunLine) })) },
      },
    },
    ({ query: { job, status, limit } }) => {
      const wanted = job === undefined ? jobs : namedRuns.filter(({ name }) => name === job);
      if (wanted.length === 0) {
        throw new NothingThere('There is no job of that name', { advice: 'GET /tasks/jobs lists them.' });
      }
      return reachingTemporal(temporal, async (client) => {
        const links = temporalLinks(temporalUi, client);
        const workflowTypes = wanted.map(({ workflowType }) => workflowType);
        const runs = await listRuns(client, { workflowTypes, status, limit });
        return told({ runs: runs.map((run) => runLine(run, links)) });
      });
    },
  );

  app.get(
    '/tasks/runs/:run',
    {
      ...soon,
      config: { access: 'reader' },
      schema: {
        tags,
        operationId: 'readRun',
        summary: 'One run: its input, what it is at, how it ended',
        params: RunPath,
        response: { 200: envelopeOf(RunTold) },
      },
    },
    ({ params: { run: name } }) =>
      reachingTemporal(temporal, async (client) => {
        const found = await runNamed(client, name);
        const details = await describeRun(client, runName(found));
        return told(runTold(details, temporalLinks(temporalUi, client), redactor));
      }),
  );

  app.post(
    '/tasks/runs/:run/cancel',
    {
      ...soon,
      config: { access: 'operator' },
      schema: {
        tags,
        operationId: 'cancelRun',
        summary: 'Ask a run to end: its steps are cancelled where they can be',
        params: RunPath,
        response: { 200: envelopeOf(RunLine) },
      },
    },
    ({ params: { run: name } }) =>
      reachingTemporal(temporal, async (client) => {
        const found = await runNamed(client, name);
        const hasEnded = (status: string): OutOfTurn =>
          new OutOfTurn(`The run ${runName(found)} has ended: it is ${status}`, {
            advice: 'GET /tasks/runs?status=running lists those that go on.',
          });
        if (found.status !== 'running') throw hasEnded(found.status);
        const run = await cancelRun(client, runName(found)).catch((error: unknown) => {
          throw error instanceof BadInput ? hasEnded('over') : error;
        });
        return told(runLine(run, temporalLinks(temporalUi, client)), 'It was asked to end.');
      }),
  );
}
