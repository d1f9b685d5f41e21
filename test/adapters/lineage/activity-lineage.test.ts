import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobLineage } from '../../../activities/lineage.js';
import type { JobActivities } from '../../../activities/job-activities.js';
import { startPostgres, type PostgresServer } from '../../../adapters/embedded/postgres.js';
import { activityLineage } from '../../../adapters/lineage/activity-lineage.js';
import { lineageOutbox } from '../../../adapters/lineage/outbox.js';
import { postgresSink } from '../../../adapters/lineage/postgres-sink.js';
import { readRun, type ToldEvent } from '../../../adapters/lineage/read-lineage.js';
import { migrate } from '../../../adapters/postgres/migrate.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { redactor } from '../../../adapters/redaction/redactor.js';
import type { WorkerPlan } from '../../../adapters/temporal/workers.js';
import { BadInput, DependencyAway, InvariantBroken } from '../../../schemas/errors.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../../scripts/histories/stand-ins.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';

let folder: TestFolder;
let server: PostgresServer;
let database: OpenDatabase;
let temporal: LocalTemporal;

beforeAll(async () => {
  folder = await makeTestFolder();
  server = await startPostgres({ home: folder.path });
  await migrate(server.url);
  database = openDatabase(server.url, { applicationName: 'test', max: 4 });
  temporal = await startLocalTemporal();
});
afterAll(async () => {
  await temporal.stop();
  await database.db.destroy();
  await server.stop();
  await folder.remove();
});

const warnings: string[] = [];
const log = { warn: (message: string): void => void warnings.push(message) };
const start = (workflowId: string) =>
  temporal.client.workflow.start('publish', { workflowId, taskQueue: 'default', args: [{}] });
type Handle = Awaited<ReturnType<typeof start>>;

interface TracedRun {
  readonly outcome: 'completed' | 'failed';
  readonly events: readonly ToldEvent[];
}

/** Runs the job publish over this activity, to the end and until its events have been sent. */
async function publish(
  workflowId: string,
  publishSilver: JobActivities['publishSilver'],
  meanwhile: (handle: Handle) => Promise<void> = () => Promise.resolve(),
): Promise<TracedRun> {
  const outbox = lineageOutbox({ sink: postgresSink(database.pool), log, retryMs: 50 });
  return await temporal.withActivities(
    standInActivities({ publishSilver }),
    async () => {
      const handle = await start(workflowId);
      const ended = handle.result().then(
        () => 'completed' as const,
        () => 'failed' as const,
      );
      await meanwhile(handle);
      const outcome = await ended;
      await outbox.close();
      return { outcome, events: await readRun(database.pool, handle.firstExecutionRunId) };
    },
    { outbox },
  );
}

const published = { snapshot: 7, tables: [{ table: 'matches', months: 2, rows: 760 }] };
const told = (events: readonly ToldEvent[]) => events.map(({ event, attempt }) => `${event} ${attempt}`);

describe('an attempt', () => {
  it('that ends well tells what it read and wrote, and how many rows', async () => {
    const { events } = await publish('told', () => Promise.resolve(published));
    expect(told(events)).toEqual(['START 1', 'COMPLETE 1']);
    expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
    expect(events[1]).toMatchObject({
      job: 'publishSilver',
      inputs: expect.arrayContaining([{ namespace: 'football_db.silver', name: 'odds' }]) as unknown,
      outputs: expect.arrayContaining([{ namespace: 'football_db.silver', name: 'lake.odds' }]) as unknown,
      rows: { 'football_db.silver/lake.matches': 760 },
      error: null,
    });
    const { rows } = await database.pool.query(
      "select facets #> '{run,parent,job}' as parent, facets #> '{job,tags,tags}' as tags from lineage_events where run_id = $1",
      [events[0]?.runId],
    );
    expect(rows).toEqual(
      Array(2).fill({
        parent: { namespace: 'touchline', name: 'publish' },
        tags: [{ key: 'does', value: 'publish', source: 'TOUCHLINE' }],
      }),
    );
  });

  it('that fails tells why; the one after it is a run of its own', async () => {
    let attempts = 0;
    const { events } = await publish('retried', () => {
      attempts += 1;
      if (attempts < 3) throw new DependencyAway('The lake is away');
      return Promise.resolve(published);
    });
    expect(told(events)).toEqual(['START 1', 'FAIL 1', 'START 2', 'FAIL 2', 'START 3', 'COMPLETE 3']);
    expect(new Set(events.map(({ runId }) => runId)).size).toBe(3);
    expect(events[1]?.error).toBe('DependencyAway: The lake is away');
  });

  it('that is cancelled tells of no failure', async () => {
    await publish(
      'cancelled',
      async () => {
        // Temporal says so in answer to a heartbeat.
        const pulse = setInterval(() => {
          Context.current().heartbeat();
        }, 50);
        await Context.current().cancelled.finally(() => {
          clearInterval(pulse);
        });
        return published;
      },
      async (handle) => {
        const tells = async () => told(await readRun(database.pool, handle.firstExecutionRunId));
        await expect.poll(tells, { timeout: 20_000 }).toEqual(['START 1']);
        await handle.cancel();
        // The job does not wait for its activity.
        await expect.poll(tells, { timeout: 20_000 }).toEqual(['START 1', 'ABORT 1']);
      },
    );
  });

  it('tells no secret', async () => {
    const secret = 'q7Xv-hidden-92kd';
    const { events } = await publish(`secret apiKey=${secret}`, () => {
      throw new BadInput(`GET https://me:${secret}@api.example/?apiKey=${secret}`);
    });
    expect(events[1]?.error).toBe('BadInput: GET https://me:***@api.example/?apiKey=***');
    const { rows } = await database.pool.query('select facets::text from lineage_events where run_id = $1', [
      events[1]?.runId,
    ]);
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('of which something cannot be told is done as ever; a warning says so, once', async () => {
    const lines: string[] = [];
    const put = () => {
      throw new InvariantBroken('No room');
    };
    const { interceptor } = activityLineage(jobLineage, {
      ...{ outbox: { put }, redactor, log: { warn: (line: string) => void lines.push(line) } },
    });
    const attempt = new MockActivityEnvironment(
      { activityType: 'publishSilver' },
      { interceptors: [interceptor] },
    );
    expect(await attempt.run(() => Promise.resolve(published))).toEqual(published);
    expect(lines).toEqual(['No lineage of publishSilver: InvariantBroken: No room']);
  });
});

describe('a worker that is killed', () => {
  it('leaves a run that never ended; the next attempt is another', async () => {
    const { place } = temporal;
    const script = fileURLToPath(new URL('../../support/hanging-worker.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', script, 'publishSilver', place.address, place.namespace, server.url],
      { stdio: 'inherit' },
    );
    const closed = once(child, 'close');
    const handle = await start('killed');
    const eventsOfRun = () => readRun(database.pool, handle.firstExecutionRunId);
    await expect.poll(async () => told(await eventsOfRun()), { timeout: 60_000 }).toEqual(['START 1']);
    child.kill('SIGKILL');
    await closed;
    const outbox = lineageOutbox({ sink: postgresSink(database.pool), log });
    await temporal.withActivities(
      standInActivities({ publishSilver: () => Promise.resolve(published) }),
      () => handle.result(),
      { outbox },
    );
    await outbox.close();
    const events = await eventsOfRun();
    expect(told(events)).toEqual(['START 1', 'START 2', 'COMPLETE 2']);
    expect(events[1]?.runId).toBe(events[2]?.runId);
    expect(events[1]?.runId).not.toBe(events[0]?.runId);
  });
});

describe('while Postgres is away', () => {
  it('jobs end as ever, and the events follow in their order once it is back', async () => {
    const { port } = server;
    let attempts = 0;
    const { outcome, events } = await publish(
      'sink-away',
      async () => {
        attempts += 1;
        if (attempts === 1) await server.stop();
        if (attempts < 3) throw new DependencyAway('The lake is away');
        return published;
      },
      async (handle) => {
        await handle.result();
        server = await startPostgres({ home: folder.path, port });
      },
    );
    expect(outcome).toBe('completed');
    expect(told(events)).toEqual(['START 1', 'FAIL 1', 'START 2', 'FAIL 2', 'START 3', 'COMPLETE 3']);
    expect(warnings.some((line) => line.startsWith('Some lineage events wait'))).toBe(true);
  });
});

it('an activity that declares nothing is refused by the compiler, and so is a declaration of no activity', () => {
  const deps = { outbox: { put: () => undefined }, redactor, log };
  const { publishSilver, clearLake } = jobLineage;
  const plan = (lineage: WorkerPlan<Pick<JobActivities, 'publishSilver' | 'clearLake'>>['lineage']) =>
    lineage;
  plan(activityLineage({ publishSilver, clearLake }, deps));
  // @ts-expect-error clearLake is missing.
  plan(activityLineage({ publishSilver }, deps));
});
