import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createErrorCleanupActivities } from '../../../activities/error-cleanup.js';
import {
  countErrors,
  listErrors,
  logApiFailure,
  logLostAttempts,
  logTaskError,
  type TaskError,
} from '../../../adapters/postgres/error-log.js';
import { closeLog, openLog } from '../../../adapters/postgres/collection-log.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import type { Row } from '../../../adapters/postgres/row.js';
import { redactor, redactorOf } from '../../../adapters/redaction/redactor.js';
import { asActivity } from '../../support/house.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let database: OpenDatabase;

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

const anHourAgo = (): Date => new Date(Date.now() - 3_600_000);
const everything = { since: new Date(0), task: undefined, type: undefined };
const linesOf = async (taskName: string) =>
  await listErrors(database.db, { ...everything, task: taskName, limit: 1_000 });

let tasks = 0;
/** An error of a task that no other test has. */
function anError(change: Partial<TaskError> = {}): TaskError {
  tasks += 1;
  return {
    taskName: `task${tasks}`,
    workflowId: 'import-history/abc',
    runId: randomUUID(),
    activityId: '1',
    retryCount: 0,
    errorType: 'DependencyAway',
    message: 'The lake cannot be reached',
    traceback: 'DependencyAway: The lake cannot be reached\n    at openLake',
    context: {},
    isFinal: false,
    ...change,
  };
}

describe('a failed attempt of a task', () => {
  it('is a line with its retry number, its run, its class and what it was about', async () => {
    const error = anError({
      retryCount: 3,
      isFinal: true,
      context: { remedy: 'retry-later', subject: { file: 'E0.csv' } },
    });
    await logTaskError(database.db, error, redactor);
    const [line, ...others] = await linesOf(error.taskName);
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      task_id: `import-history/abc/${error.runId}`,
      error_type: 'DependencyAway',
      error_message: 'The lake cannot be reached',
      traceback: error.traceback,
      retry_count: 3,
      is_final: true,
      context_data: {
        workflowId: 'import-history/abc',
        runId: error.runId,
        activityId: '1',
        remedy: 'retry-later',
        subject: { file: 'E0.csv' },
      },
    });
  });

  it('is one line however often it is written, and another line for each retry and each activity', async () => {
    const error = anError();
    await logTaskError(database.db, error, redactor);
    await logTaskError(database.db, error, redactor);
    await logTaskError(database.db, { ...error, retryCount: 1 }, redactor);
    await logTaskError(database.db, { ...error, activityId: '2' }, redactor);
    expect((await linesOf(error.taskName)).map(({ retry_count }) => retry_count).sort()).toEqual([0, 0, 1]);
  });

  it('keeps the run id whole where the workflow id is too long for its column', async () => {
    const error = anError({ workflowId: 'w'.repeat(250) });
    await logTaskError(database.db, error, redactor);
    const [line] = await linesOf(error.taskName);
    expect(line?.task_id).toHaveLength(100);
    expect(line?.task_id?.endsWith(`/${error.runId}`)).toBe(true);
    expect(line?.context_data).toMatchObject({ workflowId: 'w'.repeat(250) });
  });

  it('can be stored whatever its texts hold and however long they are, without the secrets', async () => {
    const odd = fc.string({ unit: 'binary', maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(odd, odd, fc.uuid(), fc.nat(40_000), async (one, other, secret, length) => {
        const error = anError({
          message: `${one}\0\ud800 password=${secret}`,
          traceback: `${other}${'x'.repeat(length)}`,
          context: {
            [one]: other,
            headers: { Authorization: secret },
            text: `${'y'.repeat(length)}${one}`,
            plain: secret,
          },
          errorType: `${one}\0${'E'.repeat(120)}`,
        });
        await logTaskError(database.db, error, redactorOf([secret]));
        const lines = await linesOf(error.taskName);
        expect(lines).toHaveLength(1);
        expect(JSON.stringify(lines)).not.toContain(secret);
      }),
      { numRuns: 60 },
    );
  });

  it('is kept where a text only speaks of what Postgres does not take: an escape that is spelt out is not one', async () => {
    const spelt = String.raw`\u0000 and \ud800 and \\udfff`;
    const error = anError({ context: { text: spelt, [spelt]: [spelt, '\0\ud800'] } });
    await logTaskError(database.db, error, redactor);
    const [line] = await linesOf(error.taskName);
    expect(line?.context_data).toMatchObject({ text: spelt, [spelt]: [spelt, '\ufffd\ufffd'] });
  });

  it('that ended without a word is noted by the attempt after it, and says what it was if it speaks late', async () => {
    const third = anError({ retryCount: 2 });
    await logTaskError(database.db, { ...third, retryCount: 0 }, redactor);
    await logLostAttempts(database.db, third);
    await logLostAttempts(database.db, third);
    const retries = async () =>
      (await linesOf(third.taskName)).map((line) => [line.retry_count, line.error_type]).sort();
    expect(await retries()).toEqual([
      [0, 'DependencyAway'],
      [1, 'AttemptLost'],
    ]);
    await logTaskError(database.db, { ...third, retryCount: 1, errorType: 'BadInput' }, redactor);
    expect(await retries()).toEqual([
      [0, 'DependencyAway'],
      [1, 'BadInput'],
    ]);
  });
});

it('a failed request is a line with endpoint, status and which request it was, without the key', async () => {
  const task = anError();
  const failure = {
    ...task,
    errorType: 'DependencyAway',
    message: 'The server answered 503',
    httpStatus: 503,
  };
  for (const requestNo of [0, 1]) {
    await logApiFailure(
      database.db,
      { ...failure, requestNo, endpoint: 'https://api.example/odds?apiKey=abc123&regions=eu' },
      redactor,
    );
  }
  const lines = await linesOf(task.taskName);
  expect(lines.map(({ retry_count }) => retry_count).sort()).toEqual([0, 1]);
  expect(lines[0]?.context_data).toMatchObject({
    endpoint: 'https://api.example/odds?apiKey=***&regions=eu',
    httpStatus: 503,
    attempt: 1,
  });
});

it('a collection that failed keeps its reason without secrets in its own log', async () => {
  const runId = 'import/with-secret';
  const startTime = new Date();
  await openLog(database.db, { runId, dataSource: 'football_data', collectionType: 'history', startTime });
  await closeLog(
    database.db,
    {
      ...{ runId, collected: 0, succeeded: 0, failed: 1, endTime: new Date() },
      errorMessage:
        'https://me:s3cret@files.example/q7Xv-hidden/E0.csv answered 401: no such key as q7Xv-hidden',
    },
    redactorOf(['q7Xv-hidden']),
  );
  const { rows } = await database.pool.query<Row<{ error_message: 'data_collection_logs.error_message' }>>(
    'select error_message from data_collection_logs where run_id = $1',
    [runId],
  );
  expect(rows).toEqual([
    { error_message: 'https://me:***@files.example/***/E0.csv answered 401: no such key as ***' },
  ]);
});

describe('what failed of late', () => {
  it('is counted by task and error type, and the view tells of the last hour', async () => {
    const url = await postgres.freshDatabase();
    const { db, pool } = openDatabase(url, { applicationName: 'test', max: 1 });
    const error = { ...anError(), taskName: 'collectFile' };
    for (let retryCount = 0; retryCount < 3; retryCount += 1) {
      await logTaskError(
        db,
        { ...error, retryCount, message: `try ${retryCount}`, isFinal: retryCount === 2 },
        redactor,
      );
    }
    await logTaskError(db, { ...error, activityId: '2', errorType: 'BadInput', isFinal: true }, redactor);
    await logTaskError(db, { ...error, activityId: '3', message: 'long ago' }, redactor);
    await pool.query(
      `update error_logs set created_at = now() - interval '61 minutes' where error_message = 'long ago'`,
    );

    const inTheLastHour = [
      {
        task_name: 'collectFile',
        error_type: 'DependencyAway',
        failures: 3,
        final_failures: 1,
        last_message: 'try 2',
      },
      { task_name: 'collectFile', error_type: 'BadInput', failures: 1, final_failures: 1 },
    ];
    expect(await countErrors(db, { ...everything, since: anHourAgo() })).toMatchObject(inTheLastHour);
    expect((await pool.query('select * from v_failures_last_hour')).rows).toMatchObject(inTheLastHour);
    expect(await countErrors(db, everything)).toMatchObject([{ failures: 4 }, { failures: 1 }]);
    expect(await countErrors(db, { ...everything, type: 'BadInput' })).toMatchObject([{ failures: 1 }]);
    expect(await countErrors(db, { ...everything, task: 'refineBatch' })).toEqual([]);
    expect(await listErrors(db, { ...everything, type: 'BadInput', limit: 9 })).toHaveLength(1);
    expect(await listErrors(db, { ...everything, limit: 2 })).toHaveLength(2);
    await db.destroy();
  });
});

describe('error-cleanup', () => {
  it('removes what is older than so many days, in batches, and nothing the second time', async () => {
    const url = await postgres.freshDatabase();
    const { db, pool } = openDatabase(url, { applicationName: 'test', max: 1 });
    await pool.query(`
      insert into error_logs (task_name, error_type, error_message, created_at)
      select 'old', 'BadInput', n::text, now() - interval '7 days 1 minute' - n * interval '1 second'
      from generate_series(1, 25000) n`);
    await pool.query(`
      insert into error_logs (task_name, error_type, created_at)
      values ('young', 'BadInput', now() - interval '6 days 23 hours'), ('new', 'BadInput', now())`);
    const activities = createErrorCleanupActivities({ db });
    expect(await asActivity(() => activities.removeOldErrors({ keepDays: 7 }))).toEqual({ removed: 25_000 });
    expect(await asActivity(() => activities.removeOldErrors({ keepDays: 7 }))).toEqual({ removed: 0 });
    expect(await asActivity(() => activities.removeOldErrors({ keepDays: 1 }))).toEqual({ removed: 1 });
    expect((await pool.query('select task_name from error_logs')).rows).toEqual([{ task_name: 'new' }]);
    await db.destroy();
  });
});
