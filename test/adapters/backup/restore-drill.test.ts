import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drillRestore, type DrillOptions } from '../../../adapters/backup/restore-drill.js';
import { seededRandom } from '../../../domain/anomaly/seeded-random.js';
import { startArchivedPostgres, type ArchivedPostgres } from '../../support/archived-postgres.js';
import { rowsOf } from '../../support/restoring.js';

let postgres: ArchivedPostgres;
beforeAll(async () => {
  postgres = await startArchivedPostgres({});
  await postgres.backUp('full');
});
afterAll(() => postgres.stop());

const options = (more: Partial<DrillOptions>): DrillOptions => ({
  ...{
    url: postgres.url,
    person: 'ada',
    means: postgres.means,
    rounds: 1,
    seed: 7,
    random: seededRandom(7),
    writeForMs: 2_500,
  },
  lakeFileExists: undefined,
  ...more,
});

/** Writes rows until it is told to stop, as the house does while a drill goes on. */
async function writeUntil(stop: AbortSignal): Promise<void> {
  for (let no = 0; !stop.aborted; no += 1) {
    await rowsOf(
      postgres.url,
      `insert into lineage_events (run_id, event_type, event_time, job_namespace, job_name, inputs, outputs, facets, producer)
       select gen_random_uuid(), 'START', now(), 'n', 'j', '[]', '[]', '{}', 'p' from generate_series(1, 200)`,
    );
    await sleep(20);
  }
}

it('drills under writes find every sentinel from before the instant and none from after it, and what they found is kept', async () => {
  const stop = new AbortController();
  const writing = writeUntil(stop.signal);
  const report = await drillRestore(options({ rounds: 2 })).finally(() => {
    stop.abort();
  });
  await writing;
  expect(report.rounds.map(({ findings }) => findings)).toEqual([[], []]);
  for (const { sentinelsBefore, sentinelsAfter } of report.rounds) {
    expect(sentinelsBefore).toBeGreaterThan(0);
    expect(sentinelsAfter).toBeGreaterThan(0);
  }
  expect(report.worstRpoSeconds).toBeLessThan(60);
  expect(
    await rowsOf(
      postgres.url,
      `select event, mode, details->>'passed' as passed, jsonb_array_length(details->'rounds') as rounds
       from restore_audits where request = '${report.drill}' order by happened_at`,
    ),
  ).toEqual([
    { event: 'began', mode: 'drill', passed: null, rounds: null },
    { event: 'succeeded', mode: 'drill', passed: 'true', rounds: 2 },
  ]);
});

it('a copy in which something is not as it was fails the drill', async () => {
  const report = await drillRestore(
    options({
      writeForMs: 300,
      lookAt: () => Promise.resolve(['gold.match_features: 3 rows differ']),
    }),
  );
  expect(report).toMatchObject({
    passed: false,
    rounds: [{ passed: false, findings: ['gold.match_features: 3 rows differ'] }],
  });
});
