import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endedCollections } from '../../../adapters/postgres/collection-log.js';
import { openHouse, type TestHouse } from '../../support/house.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

describe("a run's line in data_collection_logs", () => {
  let postgres: TestPostgres;
  let house: TestHouse;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    house = openHouse(postgres.url);
  });
  afterAll(async () => {
    await house.close();
    await postgres.stop();
  });

  const lineOf = async (runId: string): Promise<Record<string, unknown> | undefined> =>
    (
      await house.pool.query<Record<string, unknown>>(
        `select data_source, collection_type, status, records_collected, success_count, error_count, error_message,
           end_time is not null as ended, end_time >= start_time as in_order
         from data_collection_logs where run_id = $1`,
        [runId],
      )
    ).rows[0];

  it('is written once when the run starts, however often the activity is tried', async () => {
    await house.openLog('log/1');
    await house.openLog('log/1');
    expect(await lineOf('log/1')).toMatchObject({
      data_source: 'football_data',
      collection_type: 'history',
      status: 'RUNNING',
      ended: false,
    });
    expect((await house.pool.query('select * from data_collection_logs')).rows).toHaveLength(1);
  });

  it.each([
    ['SUCCESS', { collected: 10, succeeded: 10, failed: 0 }],
    ['SUCCESS', { collected: 0, succeeded: 0, failed: 0 }],
    ['PARTIAL', { collected: 10, succeeded: 9, failed: 1, errorMessage: 'E0.csv is empty' }],
    ['FAILED', { collected: 0, succeeded: 0, failed: 3, errorMessage: 'E0.csv is empty' }],
  ])('ends as %s by its counts %o', async (status, counts) => {
    const runId = `log/${status}/${counts.collected}`;
    await house.openLog(runId);
    await house.closeLog({ runId, ...counts });
    expect(await lineOf(runId)).toMatchObject({
      status,
      records_collected: counts.collected,
      success_count: counts.succeeded,
      error_count: counts.failed,
      error_message: 'errorMessage' in counts ? counts.errorMessage : null,
      ended: true,
      in_order: true,
    });
  });

  it('is a success of nothing with its reason where the run was skipped, and weighs nothing in the share of failures', async () => {
    const anHourAgo = new Date(Date.now() - 3_600_000);
    const before = await endedCollections(house.pools.writer.db, anHourAgo);
    await house.openLog('log/skipped');
    const reason = 'odds_api is not asked: its requests of today are spent';
    await house.closeLog({
      runId: 'log/skipped',
      collected: 0,
      succeeded: 0,
      failed: 0,
      errorMessage: reason,
    });
    expect(await lineOf('log/skipped')).toMatchObject({ status: 'SUCCESS', error_message: reason });
    expect(await endedCollections(house.pools.writer.db, anHourAgo)).toEqual(before);
  });

  it('cannot be closed by a run that never opened one', async () => {
    await expect(
      house.closeLog({ runId: 'log/none', collected: 0, succeeded: 0, failed: 0 }),
    ).rejects.toMatchObject({ name: 'InvariantBroken' });
  });
});
