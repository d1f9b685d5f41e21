import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresSink } from '../../../adapters/lineage/postgres-sink.js';
import { readMakings } from '../../../adapters/lineage/read-lineage.js';
import { attemptRunId } from '../../../adapters/lineage/run-id.js';
import { openRolePools, type RolePools } from '../../../adapters/postgres/role-pools.js';
import type { Dataset, LineageEvent, LineageEventType } from '../../../schemas/lineage.js';
import { instantFromIso } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let pools: RolePools;
beforeAll(async () => {
  postgres = await startTestPostgres();
  pools = openRolePools(await postgres.roleUrls(), { processName: 'test', max: 1 });
});
afterAll(async () => {
  await pools.close();
  await postgres.stop();
});

const table = (name: string): Dataset => ({ namespace: 'football_db.silver', name });
const event = (
  attempt: number,
  eventType: LineageEventType,
  told: Partial<LineageEvent> = {},
): LineageEvent => ({
  ...{ eventTime: instantFromIso(`2024-03-0${attempt}T12:00:00Z`), eventType, parentRunId: null },
  runId: attemptRunId({
    ...{ taskName: 'a', workflowType: 'w', workflowId: 'w', runId: 'r', activityId: '1' },
    retryCount: attempt,
  }),
  ...{ job: { namespace: 'touchline', name: 'refineBatch' }, producer: 'urn:test' },
  ...{ inputs: [table('leagues')], outputs: [table('matches')] },
  facets: { run: {}, job: {}, outputs: {} },
  ...told,
});

it('the writer keeps events in their order; the same event written twice is one', async () => {
  const sink = postgresSink(pools.writer.pool);
  const events = [event(1, 'START'), event(1, 'COMPLETE'), event(2, 'START'), event(2, 'FAIL')];
  await sink.write(events.slice(0, 3));
  await sink.write([...events, event(3, 'COMPLETE')]);
  const { rows } = await pools.reader.pool.query('select event_type, run_id from lineage_events order by id');
  expect(rows).toEqual(
    [...events, event(3, 'COMPLETE')].map(({ eventType, runId }) => ({
      event_type: eventType,
      run_id: runId,
    })),
  );
  expect(await readMakings(pools.reader.pool)).toEqual([
    {
      ...{ job: 'refineBatch', runs: 2, lastAt: new Date('2024-03-03T12:00:00Z') },
      lastRunId: event(3, 'COMPLETE').runId,
      ...{ inputs: [table('leagues')], outputs: [table('matches')] },
    },
  ]);
});

it('what Postgres takes in no text is kept without it', async () => {
  const facets = { run: { errorMessage: { message: 'a\0b\ud800c' } }, job: {}, outputs: {} };
  const odd = event(4, 'FAIL', { facets });
  await postgresSink(pools.writer.pool).write([odd]);
  const { rows } = await pools.reader.pool.query(
    "select facets #>> '{run,errorMessage,message}' as message from lineage_events where run_id = $1",
    [odd.runId],
  );
  expect(rows).toEqual([{ message: 'a\ufffdb\ufffdc' }]);
});
