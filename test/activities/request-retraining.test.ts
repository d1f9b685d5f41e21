import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRequestRetrainingActivities } from '../../activities/request-retraining.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { connectToTemporal } from '../../adapters/temporal/connect.js';
import { instantFromIso } from '../../schemas/values.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { stoppedAt } from '../support/score-house.js';

let postgres: TestPostgres;
let temporal: LocalTemporal;
beforeAll(async () => {
  [postgres, temporal] = await Promise.all([startTestPostgres(), startLocalTemporal()]);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), temporal.stop()]);
});

let database: OpenDatabase;
beforeEach(async () => {
  database = openDatabase(await postgres.freshDatabase(), { applicationName: 'test-retraining', max: 4 });
});
afterEach(() => database.db.destroy());

const ask = async (runId: string, at: string) => {
  const activities = createRequestRetrainingActivities({
    pool: database.pool,
    connect: () => connectToTemporal(temporal.place),
  });
  return (await activities.requestRetraining({ runId, clock: stoppedAt(instantFromIso(at)) })).state;
};
const training = () => temporal.client.workflow.getHandle('train-model');
const trainingRun = async (): Promise<string> => (await training().describe()).runId;
/** Has what was started run to its end. */
const trained = () => temporal.withActivities(standInActivities(), () => training().result());

describe('a training for what has drifted', () => {
  it('is started once a week, however often and wherever something drifts', async () => {
    const asked = await Promise.all(
      ['predictions/1', 'matches/1', 'predictions/2'].map((runId) => ask(runId, '2026-11-24T08:00:00Z')),
    );
    expect(asked.toSorted()).toEqual(['not-due', 'not-due', 'started']);
    const first = await trainingRun();
    await trained();
    expect(await ask('predictions/3', '2026-11-29T23:59:00Z')).toBe('not-due');
    expect(await trainingRun()).toBe(first);
    expect(await ask('predictions/4', '2026-11-30T00:00:00Z')).toBe('started');
    expect(await trainingRun()).not.toBe(first);
    await trained();
  });

  it('never runs beside another one, such as a person started', async () => {
    await temporal.client.workflow.start('trainModel', {
      workflowId: 'train-model',
      taskQueue: 'default',
      args: [{ seed: 7 }],
    });
    const ofAPerson = await trainingRun();
    expect(await ask('predictions/1', '2026-12-08T08:00:00Z')).toBe('under-way');
    expect(await trainingRun()).toBe(ofAPerson);
    await trained();
  });

  it('is one where the answer to its start was lost, and the same run asks again', async () => {
    expect(await ask('predictions/1', '2026-12-15T08:00:00Z')).toBe('started');
    const first = await trainingRun();
    expect(await ask('predictions/1', '2026-12-15T08:00:00Z')).toBe('under-way');
    expect(await trainingRun()).toBe(first);
    await trained();
  });
});
