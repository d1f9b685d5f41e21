import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCheckQualityActivities } from '../../activities/check-quality.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { readCheckpoint } from '../../adapters/postgres/checkpoints.js';
import { Season } from '../../schemas/values.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity } from '../support/house.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { decide } from '../support/review.js';
import { realFiles } from './real-files.js';

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  lake = await openTestLake(await postgres.freshDatabase(), folder.path);
});
afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

/** Whole ones, the first and the last of the files among them, and the two that were broken off or are cut short. */
const seasons = ['1993-94', '2000-01', '2008-09', '2019-20', '2020-21', '2022-23'].map((text) =>
  Season.parse(text),
);

/** Matches of teams that had just lost their players: prices of another match could not be told from theirs. */
const unlikeTheirTeams = ['Weymouth against Barrow (2009-03-29', 'Bolton against Ipswich (2019-08-24'];

it('real seasons are published as they are, once a person has looked at two matches; told of are wrong counts of shots, and seasons that lack matches', async () => {
  for (const file of await lake.house.list(realFiles, 'football_data', { seasons })) {
    await lake.house.collectFile({ file, runId: 'quality/1', reading: 'if-changed' });
  }
  await lake.house.refine({ sideBySide: 2 });
  const doubted = await lake.house.pool.query<{ id: number; says: string }>(
    `select id, error_message as says from data_quality_logs where error_type in ('doubted_row', 'doubted_edition') order by record_id`,
  );
  const named = doubted.rows.map(({ says }) => unlikeTheirTeams.find((match) => says.includes(match)));
  expect(named).toEqual(unlikeTheirTeams);
  await decide(
    lake.house.pool,
    'release',
    doubted.rows.map(({ id }) => id),
  );
  await lake.house.refine();
  expect((await lake.publish('publish/1')).snapshot).not.toBeNull();

  const quality = createCheckQualityActivities({
    ...{ pool: lake.house.pools.admin.pool, lake: lake.lake, meters: createMeters() },
  });
  const { checkpoint } = await asActivity(() => quality.checkQuality({ runId: 'check/1', rows: 'all' }));
  const kept = await readCheckpoint(lake.house.pool, checkpoint);
  const unmet = kept?.validations.filter(({ unexpected }) => unexpected > 0) ?? [];
  expect(new Set(unmet.map(({ says }) => says))).toEqual(
    new Set([
      'no side has more shots on target than shots',
      'a season that is over has as many matches as its teams play in its league',
    ]),
  );
  const odd = unmet.find(({ type }) => type === 'expect_seasons_to_have_their_matches')?.examples ?? [];
  expect(new Set(odd.map(({ season }) => season))).toEqual(new Set(['2019-20', '2020-21']));
  expect(odd.filter(({ matches, expected }) => Number(matches) >= Number(expected))).toEqual([]);
});
