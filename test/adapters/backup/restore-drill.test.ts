import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recomputeGold } from '../../../activities/recompute-gold.js';
import { lakeFileExists } from '../../../adapters/backup/lake-files.js';
import { drillRestore, type DrillOptions } from '../../../adapters/backup/restore-drill.js';
import { seededRandom } from '../../../domain/anomaly/seeded-random.js';
import { startArchivedPostgres, type ArchivedPostgres } from '../../support/archived-postgres.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { importToSilver, openTestLake, testLeague } from '../../support/lake.js';
import { rowsOf } from '../../support/restoring.js';
import { s3OfTheRun } from '../../support/s3-of-the-run.js';

let postgres: ArchivedPostgres;
let folder: TestFolder;
beforeAll(async () => {
  folder = await makeTestFolder();
  postgres = await startArchivedPostgres({});
  await postgres.backUp('full');
});
afterAll(async () => {
  await postgres.stop();
  await folder.remove();
});

const options = (more: Partial<DrillOptions>): DrillOptions => ({
  ...{
    url: postgres.url,
    person: 'ada',
    means: postgres.means,
    rounds: 1,
    seed: 7,
    random: seededRandom(7),
    writeForMs: 1_500,
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

it('gold is computed anew from the restored catalogue and the files of the lake: as it was it passes, and not where it was tampered with', async () => {
  const home = await openTestLake(postgres.url, folder.path);
  const drill = () =>
    drillRestore(
      options({
        writeForMs: 300,
        lakeFileExists: lakeFileExists(s3OfTheRun()),
        lookAt: async (copy) => {
          const restored = await openTestLake(copy, folder.path);
          return recomputeGold(restored.lake).finally(() => restored.close());
        },
      }),
    );
  try {
    await importToSilver(home.house, folder.path, testLeague(), 'drill/1', '2026-11-24T10:00:00Z');
    await home.publish('drill/2');
    await home.buildGold('drill/3');
    expect(await drill()).toMatchObject({ passed: true, rounds: [{ findings: [] }] });
    await home.lake.write((connection) =>
      connection.run(
        'update gold.match_features set h2h_total_matches = 99 where match_id = (select min(match_id) from gold.match_features)',
      ),
    );
    expect(await drill()).toMatchObject({
      passed: false,
      rounds: [
        {
          findings: [
            expect.stringMatching(
              /^gold.match_features: not as its silver makes it in \d{4}-\d{2}$/,
            ) as string,
          ],
        },
      ],
    });
  } finally {
    await home.close();
  }
}, 300_000);
