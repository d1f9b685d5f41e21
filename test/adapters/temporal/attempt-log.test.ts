import { setTimeout as sleep } from 'node:timers/promises';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { ContinueAsNew } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createJobFailureActivities } from '../../../activities/job-failure.js';
import { startPostgres, type PostgresServer } from '../../../adapters/embedded/postgres.js';
import { attemptRecorder } from '../../../adapters/postgres/attempt-recorder.js';
import { listErrors } from '../../../adapters/postgres/error-log.js';
import { migrate } from '../../../adapters/postgres/migrate.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { redactor, redactorOf } from '../../../adapters/redaction/redactor.js';
import type { AttemptRecorder } from '../../../adapters/temporal/attempt-log.js';
import { BadInput, DependencyAway, PrerequisiteMissing, QuotaExhausted } from '../../../schemas/errors.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { standInActivities, type JobActivities } from '../../../scripts/histories/stand-ins.js';
import { isKnown } from '../../../workflows/failure-log.js';
import { failureWith } from '../../../workflows/source-outcome.js';
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

interface PublishRun {
  readonly taskId: string;
  /** Everything that Temporal keeps of it. */
  readonly history: string;
  readonly outcome: 'completed' | 'failed';
}

/** Runs the job publish over this activity; `meanwhile` runs beside it. */
async function publish(
  workflowId: string,
  publishSilver: JobActivities['publishSilver'],
  {
    attempts = attemptRecorder(database.db, redactor),
    meanwhile = () => Promise.resolve(),
  }: { readonly attempts?: AttemptRecorder; readonly meanwhile?: () => Promise<void> } = {},
): Promise<PublishRun> {
  const work = async (): Promise<PublishRun> => {
    const handle = await temporal.client.workflow.start('publish', {
      workflowId,
      taskQueue: 'default',
      args: [{}],
    });
    const ended = handle.result().then(
      () => 'completed' as const,
      () => 'failed' as const,
    );
    await meanwhile();
    const outcome = await ended;
    const taskId = `${workflowId}/${handle.firstExecutionRunId}`;
    return { taskId, outcome, history: readable(await handle.fetchHistory()) };
  };
  return await temporal.withActivities(standInActivities({ publishSilver }), work, { attempts });
}

/** The payloads of a history are bytes. */
const readable = (history: unknown): string =>
  JSON.stringify(history, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );

const linesOf = async (taskId: string) => {
  const lines = await listErrors(database.db, {
    since: new Date(0),
    task: 'publishSilver',
    type: undefined,
    limit: 999,
  });
  return lines
    .filter((line) => line.task_id === taskId)
    .toSorted((one, other) => one.retry_count - other.retry_count);
};
const published = { snapshot: 7, tables: [] };

describe('a failed attempt', () => {
  it.each([
    ['is no final line where its request was not made for want of budget', undefined, false],
    ['is a final line where the provider refused for its quota', 429, true],
  ])('%s', async (_, httpStatus, isFinal) => {
    const run = await publish(`quota-${httpStatus ?? 'not-asked'}`, () => {
      const subject = { object: '/odds', ...(httpStatus === undefined ? {} : { httpStatus }) };
      throw new QuotaExhausted('The requests of today are spent', subject, Date.now() + 86_400_000);
    });
    expect(run.outcome).toBe('failed');
    const lines = await linesOf(run.taskId);
    expect(lines.map((line) => [line.error_type, line.is_final])).toEqual([['QuotaExhausted', isFinal]]);
  });

  it('is no final line where its prerequisite is missing: the step is skipped', async () => {
    const run = await publish('no-silver', () =>
      Promise.reject(new PrerequisiteMissing('There is no silver')),
    );
    const lines = await linesOf(run.taskId);
    expect(lines.map((line) => [line.error_type, line.is_final])).toEqual([['PrerequisiteMissing', false]]);
  });

  it('is a line with its retry number; the one after which nothing is tried is marked as final', async () => {
    let attempts = 0;
    const run = await publish('publish-fails', () => {
      attempts += 1;
      throw attempts < 3
        ? new DependencyAway('The lake is away', { object: 'the lake' })
        : new BadInput('A month holds no match', { file: 'matches', advice: 'Look into it.' });
    });
    expect(run.outcome).toBe('failed');
    const lines = await linesOf(run.taskId);
    expect(lines.map((line) => [line.retry_count, line.error_type, line.is_final])).toEqual([
      [0, 'DependencyAway', false],
      [1, 'DependencyAway', false],
      [2, 'BadInput', true],
    ]);
    expect(lines[2]).toMatchObject({
      error_message: 'A month holds no match',
      traceback: expect.stringContaining('attempt-log.test.ts') as unknown,
      context_data: {
        workflowType: 'publish',
        input: { runId: run.taskId },
        remedy: 'fix-input',
        subject: { file: 'matches', advice: 'Look into it.' },
      },
    });
  });

  it('is told while its step is pending, however long its stack and causes are, and kept whole in the log', async () => {
    const causes = (depth: number): Error =>
      new Error(`socket ${depth} ${'x'.repeat(900)}`, depth === 0 ? {} : { cause: causes(depth - 1) });
    let attempts = 0;
    let pending: string | undefined;
    const run = await publish(
      'publish-long-failure',
      () => {
        attempts += 1;
        if (attempts > 2) return Promise.resolve(published);
        const away = new DependencyAway('The lake is away', { object: 'the lake' }, causes(6));
        away.stack = `DependencyAway: The lake is away\n${'    at somewhere (deep.ts:1:1)\n'.repeat(400)}at the end`;
        throw away;
      },
      {
        async meanwhile() {
          const handle = temporal.client.workflow.getHandle('publish-long-failure');
          while (pending === undefined) {
            const { raw } = await handle.describe();
            pending = raw.pendingActivities?.[0]?.lastFailure?.message ?? undefined;
            await sleep(20);
          }
        },
      },
    );
    expect(run.outcome).toBe('completed');
    expect(pending).toBe('The lake is away');
    const [first] = await linesOf(run.taskId);
    expect(first?.traceback).toContain('at the end');
  });

  it('takes no secret into the log or into what Temporal keeps', async () => {
    const secret = 'q7Xv-hidden-92kd';
    const run = await publish('publish-secret', () => {
      const cause = new Error(`connect postgres://touchline:${secret}@127.0.0.1/football`);
      throw new BadInput(
        `GET https://api.example/?apiKey=${secret}`,
        { file: `https://me:${secret}@files.example/` },
        cause,
      );
    });
    const [line] = await linesOf(run.taskId);
    expect(line?.error_message).toBe('GET https://api.example/?apiKey=***');
    expect(line?.traceback).toContain(
      'Caused by: Error: connect postgres://touchline:***@127.0.0.1/football',
    );
    expect(JSON.stringify(line)).not.toContain(secret);
    expect(run.history).toContain('https://api.example/?apiKey=***');
    expect(run.history).not.toContain(secret);
  });

  it('is none where the activity succeeds at once', async () => {
    const run = await publish('publish-calm', () => Promise.resolve(published));
    expect(run.outcome).toBe('completed');
    expect(await linesOf(run.taskId)).toEqual([]);
  });

  it('ends as itself where its line never gets written', async () => {
    const attempts: AttemptRecorder = {
      recordFailure: () => new Promise(() => undefined),
      recordLost: () => Promise.reject(new Error('no log')),
    };
    const run = await publish(
      'publish-unlogged',
      () => Promise.reject(new BadInput('A month holds no match')),
      {
        attempts,
      },
    );
    expect(run.outcome).toBe('failed');
    expect(run.history).toContain('A month holds no match');
  });
});

const LogLine = z.object({
  ...{ task_name: z.string(), is_final: z.boolean() },
  ...{ error_type: z.string(), error_message: z.string() },
});

describe('a workflow that fails', () => {
  const failing = async (workflowId: string, input: object, activities: Partial<JobActivities> = {}) =>
    await temporal.withActivities(
      standInActivities({
        ...createJobFailureActivities({ db: database.db, redactor: redactorOf(['q7Xv-hidden']) }),
        ...activities,
      }),
      async () => {
        const options = { workflowId, taskQueue: 'default', args: [input] };
        const handle = await temporal.client.workflow.start('rebuild', options);
        await expect(handle.result()).rejects.toThrow();
        const { rows } = await database.pool.query(
          `select task_name, task_id, error_type, error_message, is_final, context_data -> 'subject' as subject
           from error_logs where task_id like $1 || '%'`,
          [workflowId],
        );
        return { taskId: `${workflowId}/${handle.firstExecutionRunId}`, lines: rows };
      },
      { attempts: attemptRecorder(database.db, redactor) },
    );

  it('by itself is one line, without secrets: no attempt of an activity says why', async () => {
    const { taskId, lines } = await failing('refused', { 'q7Xv-hidden': true });
    expect(lines).toEqual([
      {
        ...{ task_name: 'rebuild', task_id: taskId, error_type: 'BadInput', is_final: true, subject: {} },
        error_message: 'The input of the job cannot be used: Unrecognized key: "***"',
      },
    ]);
  });

  it('because an activity or a child did has the line of that activity alone', async () => {
    const { lines } = await failing(
      'child-fails',
      {},
      { publishSilver: () => Promise.reject(new BadInput('A month holds no match')) },
    );
    expect(lines).toMatchObject([{ task_name: 'publishSilver', error_type: 'BadInput', is_final: true }]);
  });

  it.each([
    ['a prerequisite', new PrerequisiteMissing('There is no silver')],
    ['requests', new QuotaExhausted('No requests are left', {}, Date.now() + 86_400_000)],
  ])(
    'for want of %s has a final line of its own: that of the step that was skipped is none',
    async (of, missing) => {
      const { lines } = await failing(`lacks ${of}`, {}, { publishSilver: () => Promise.reject(missing) });
      const told = lines.map((line) => LogLine.parse(line));
      expect(new Set(told.map((line) => `${line.task_name} ${line.is_final ? 'final' : 'skipped'}`))).toEqual(
        new Set(['publishSilver skipped', 'rebuild final']),
      );
      for (const line of told)
        expect(line).toMatchObject({ error_type: missing.name, error_message: missing.message });
    },
  );

  it('since a provider refused for its quota has the line of the step that asked alone', async () => {
    const refused = new QuotaExhausted('Too many requests', { httpStatus: 429 }, Date.now() + 86_400_000);
    const { lines } = await failing('asked-in-vain', {}, { publishSilver: () => Promise.reject(refused) });
    expect(lines).toMatchObject([{ task_name: 'publishSilver', is_final: true }]);
  });

  it('because a step or a child was never heard of again has a line; one that was cancelled or goes on has none', () => {
    const timeout = new TimeoutFailure('no heartbeat', undefined, 'HEARTBEAT');
    const ofStep = (cause: Error) =>
      new ActivityFailure('failed', 'publishSilver', '1', 'TIMEOUT', 'worker', cause);
    const ofChild = (cause: Error) =>
      new ChildWorkflowFailure('default', { workflowId: 'child' }, 'publish', 'TIMEOUT', cause);
    expect(
      [ofStep(timeout), ofChild(timeout), ofChild(new TerminatedFailure('by hand'))].map(isKnown),
    ).toEqual([false, false, false]);
    const died = { name: 'TimeoutFailure', message: 'no heartbeat', subject: {} };
    const refused = { name: 'KeyRefused', message: 'api_football refuses the key', subject: {} };
    expect(isKnown(failureWith('one died', [refused, died]))).toBe(false);
    expect(isKnown(failureWith('both sources refused', [refused, refused]))).toBe(true);
    const known = [ofChild(ofStep(ApplicationFailure.create({}))), new CancelledFailure('stop')];
    expect(known.map(isKnown)).toEqual([true, true]);
    expect(isKnown(new ContinueAsNew({}))).toBe(true);
  });
});

describe('while Postgres is killed and away', () => {
  it('an activity waits, is tried again and writes its rows once; then its attempts are all in the log', async () => {
    const { pool } = database;
    await pool.query('create table written (by_attempt integer not null)');
    let attempts = 0;
    const run = await publish(
      'publish-killed',
      async () => {
        attempts += 1;
        const attempt = attempts;
        await inTransaction(pool, async ({ client }) => {
          await client.query('insert into written values ($1)', [attempt]);
          if (attempt === 1) process.kill(server.pid, 'SIGKILL');
          await client.query('select pg_sleep(0.2)');
        });
        return published;
      },
      {
        async meanwhile() {
          // Long enough for attempts that find nobody there.
          while (attempts < 3) await sleep(20);
          server = await startPostgres({ home: folder.path, port: server.port });
        },
      },
    );
    expect(run.outcome).toBe('completed');
    expect((await pool.query('select by_attempt from written')).rows).toEqual([{ by_attempt: attempts }]);
    const lines = await linesOf(run.taskId);
    expect(lines.map(({ retry_count }) => retry_count)).toEqual(
      Array.from({ length: attempts - 1 }, (_, n) => n),
    );
    expect(lines.map(({ error_type }) => error_type)).toContain('AttemptLost');
    expect(
      z.array(z.enum(['AttemptLost', 'DependencyAway'])).parse(lines.map((line) => line.error_type)),
    ).toHaveLength(attempts - 1);
    expect(lines.every(({ is_final }) => !is_final)).toBe(true);
  });
});
