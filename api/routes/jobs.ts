import { z } from 'zod';
import { reachingTemporal } from '../../adapters/temporal/away.js';
import { mayAs } from '../../schemas/api/access.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { JobLine, JobPath, StartBody, StartedRun } from '../../schemas/api/tasks.js';
import { jobs } from '../../workflows/jobs.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { NotAllowed, NothingThere } from '../problems.js';
import { soon } from '../soon.js';
import { accessOf, jobLine } from '../tasks/documents.js';
import { temporalLinks } from '../tasks/links.js';
import { readJobInput, startJobNamed } from '../tasks/start-job.js';

const tags = ['tasks'];

/** SCH-4 over HTTP: the jobs by name, and how to start one. */
export function jobRoutes(app: ApiServer, { temporal, temporalUi }: ApiDeps): void {
  const lines = jobs.map(jobLine);

  app.get(
    '/tasks/jobs',
    {
      config: { access: 'reader' },
      schema: {
        tags,
        operationId: 'listJobs',
        summary: 'The jobs that can be started by name, and what each accepts',
        response: { 200: envelopeOf(z.object({ jobs: z.array(JobLine) })) },
      },
    },
    () => told({ jobs: lines }),
  );

  app.post(
    '/tasks/jobs/:name/start',
    {
      ...soon,
      config: { access: 'operator' },
      schema: {
        tags,
        operationId: 'startJob',
        summary: 'Start a job; nobody waits for its end',
        params: JobPath,
        body: StartBody,
        response: { 202: envelopeOf(StartedRun) },
      },
    },
    async ({ params: { name }, body: { input }, caller }, reply) => {
      const job = jobs.find((one) => one.name === name);
      if (job === undefined) {
        throw new NothingThere('There is no job of that name', { advice: 'GET /tasks/jobs lists them.' });
      }
      if (!mayAs(caller.role, accessOf(job))) {
        throw new NotAllowed(`The key ${caller.name} is one of a ${caller.role}`, {
          advice: `${name} reads whatever it is told, and needs the rights of ${accessOf(job)}.`,
        });
      }
      const read = readJobInput(job, input);
      const started = await reachingTemporal(temporal, async (client) => {
        const { workflowId, begun } = await startJobNamed(client, job, read);
        return { run: workflowId, begun, temporal_url: temporalLinks(temporalUi, client).run(workflowId) };
      });
      return reply.code(202).send(told(started));
    },
  );
}
