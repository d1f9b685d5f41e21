import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBacklogs } from '../../../adapters/temporal/queue-backlogs.js';
import { BadInput, DependencyAway, PrerequisiteMissing, QuotaExhausted } from '../../../schemas/errors.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { standInActivities, type JobActivities } from '../../../scripts/histories/stand-ins.js';

let temporal: LocalTemporal;
beforeAll(async () => {
  temporal = await startLocalTemporal();
});
afterAll(() => temporal.stop());

let runs = 0;
const start = () =>
  temporal.client.workflow.start('publish', {
    workflowId: `metered-${(runs += 1)}`,
    taskQueue: 'default',
    args: [{}],
  });

/** Runs the job publish over this activity, and returns what is shown of it. */
async function publish(
  publishSilver: JobActivities['publishSilver'],
): Promise<(series: string) => number | undefined> {
  await temporal.withActivities(standInActivities({ publishSilver }), async () => {
    const handle = await start();
    await handle.result().catch(() => undefined);
  });
  const { text } = await temporal.meters.exposition();
  return (series) => {
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };
}

describe('the attempts of an activity', () => {
  it('count as one task that succeeded, with its retries, and one that failed for good, by its class', async () => {
    let attempts = 0;
    const afterSuccess = await publish(() => {
      attempts += 1;
      if (attempts < 3) throw new DependencyAway('The lake is away');
      return Promise.resolve({ snapshot: 7, tables: [] });
    });
    const task = 'task_name="publish_silver"';
    expect(afterSuccess(`football_tasks_total{${task},status="succeeded"}`)).toBe(1);
    expect(afterSuccess(`football_tasks_total{${task},status="failed"}`)).toBe(0);
    expect(afterSuccess(`football_task_retries_total{${task},retry_count="1"}`)).toBe(1);
    expect(afterSuccess(`football_task_retries_total{${task},retry_count="2"}`)).toBe(1);
    expect(afterSuccess(`football_task_error_rate{${task}}`)).toBeCloseTo(2 / 3);
    expect(afterSuccess(`football_task_duration_seconds_count{${task}}`)).toBe(3);
    expect(afterSuccess(`football_active_tasks{${task}}`)).toBe(0);
    expect(afterSuccess(`football_scheduler_task_delay_seconds{${task}}`)).toBeGreaterThanOrEqual(0);

    const afterFailure = await publish(() => {
      throw new BadInput('A month holds no match');
    });
    expect(afterFailure(`football_tasks_total{${task},status="succeeded"}`)).toBe(1);
    expect(afterFailure(`football_tasks_total{${task},status="failed"}`)).toBe(1);
    expect(afterFailure(`football_scheduler_task_failures_total{${task},failure_reason="BadInput"}`)).toBe(1);
    expect(afterFailure(`football_task_error_rate{${task}}`)).toBeCloseTo(3 / 4);
  });

  it.each([
    ['its prerequisite', () => new PrerequisiteMissing('There is no silver')],
    ['requests', () => new QuotaExhausted('odds_api is not asked', {}, Date.now() + 86_400_000)],
  ])('count as skipped, and as no failure, for want of %s', async (_, missing) => {
    const shown = async (): Promise<(series: string) => number> => {
      const series = await publish(() => Promise.reject(missing()));
      return (name) => series(`football_tasks_total{task_name="publish_silver",status="${name}"}`) ?? 0;
    };
    const before = await shown();
    const after = await shown();
    expect(after('skipped')).toBe(before('skipped') + 1);
    expect(after('failed')).toBe(before('failed'));
  });
});

describe('the backlog of a task queue', () => {
  it('is what waits while no worker polls, and how long the first of it has', async () => {
    const backlogs = () =>
      queueBacklogs(temporal.client.connection, temporal.client.options.namespace, ['default', 'model']);
    const waiting = await start();
    // Temporal brings its estimate up to date by itself, a moment later.
    await expect.poll(backlogs, { timeout: 20_000 }).toMatchObject([
      { queue: 'default', tasks: 1 },
      { queue: 'model', tasks: 0, oldestSeconds: 0 },
    ]);
    const [first] = await backlogs();
    await expect
      .poll(async () => (await backlogs())[0]?.oldestSeconds, { timeout: 20_000 })
      .toBeGreaterThan(first?.oldestSeconds ?? 0);
    await waiting.terminate();
  });
});
