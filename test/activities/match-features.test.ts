import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { readMatchFeatures } from '../../activities/match-features.js';
import { throughWriter } from '../../adapters/online/vector-source.js';
import type { MatchFeatures } from '../../schemas/features/match-features.js';
import { instant, instantFromIso, toIso, type Instant } from '../../schemas/values.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { keepGoldFresh } from '../support/online.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const hour = 3_600_000;
const now = instantFromIso('2026-11-24T10:00:00Z');
const league = testLeague();
const Described = z.looseObject({
  match_id: z.number(),
  at: z.string().transform((text) => instantFromIso(text)),
  home_team_id: z.number(),
  away_team_id: z.number(),
});
type Described = z.infer<typeof Described>;

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, league, 'features/1', toIso(now));
  await lake.publish('features/2');
  await lake.buildGold('features/3');
  await keepGoldFresh(lake.house.pool);
});
afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

/** A match of gold, whole. */
const described = async (which: string): Promise<Described> => {
  const [row] = await lake.lake.query(
    `select *, match_time as at from gold.match_features where ${which} order by match_time, match_id limit 1`,
  );
  return Described.parse(row);
};
const ask = (matchId: number, about: { readonly asOf?: Instant } = {}): Promise<MatchFeatures | undefined> =>
  readMatchFeatures(
    { pool: lake.house.pools.reader.pool, source: throughWriter(lake.lake) },
    { matchId, now, ...about },
  );
/** What gold says under the names of a part, `home_` before those of a team. */
const goldOf = (row: Described, part: object, before = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(part).flatMap((name) =>
      name.includes('5_') || name.startsWith('h2h_') || /odds|implied|book|market/.test(name)
        ? [[name, row[`${before}${name}`]]]
        : [],
    ),
  );

it('a match ahead is told as gold has it, as of now, home first, then away', async () => {
  const match = await described(
    `match_status = 'scheduled' and match_time > '${toIso(instant(now + hour))}'`,
  );
  const told = await ask(match.match_id);
  if (told === undefined) throw new Error('Nobody knows it');
  const { team_features, h2h_features, odds_features } = told.features;
  const [home, away] = team_features;
  expect(told.status).toBe('computed');
  expect(told.match_info).toMatchObject({ match_time: toIso(match.at), match_status: 'scheduled' });
  expect([home.team_id, away.team_id]).toEqual([match.home_team_id, match.away_team_id]);
  expect(home).toMatchObject(goldOf(match, home, 'home_'));
  expect(away).toMatchObject(goldOf(match, away, 'away_'));
  expect(h2h_features).toMatchObject(goldOf(match, h2h_features));
  expect(odds_features).toMatchObject(goldOf(match, odds_features));
  for (const part of [home, away, h2h_features, odds_features])
    expect(part.calculation_date).toBe(toIso(now));
});

it('a match that was played is told as of an hour before its kick-off, whenever it is asked for later, and before that hour not at all', async () => {
  const match = await described(
    `match_status = 'completed' and match_time > '${toIso(instant(now - 30 * 24 * hour))}'`,
  );
  const cutoff = instant(match.at - hour);
  const told = await ask(match.match_id);
  expect(told?.features.h2h_features.calculation_date).toBe(toIso(cutoff));
  expect(told?.features.team_features[0]).toMatchObject(
    goldOf(match, told?.features.team_features[0] ?? {}, 'home_'),
  );
  expect((await ask(match.match_id, { asOf: cutoff }))?.features).toEqual(told?.features);
  const before = await ask(match.match_id, { asOf: instant(cutoff - 1) });
  expect(before).toMatchObject({ status: 'unknown', match_info: { match_status: 'scheduled' } });
  expect(before?.features.team_features[0].recent_5_wins).toBeNull();
  expect(before?.features.odds_features).toMatchObject({
    ...{ home_odds_avg: null, calculation_date: toIso(instant(cutoff - 1)) },
  });
});

it('a match that has moved since gold was built is told without features, and one that nobody knew by then not at all', async () => {
  const match = await described(
    `match_status = 'scheduled' and match_time > '${toIso(instant(now + hour))}'`,
  );
  await lake.house.pool.query(
    `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status)
     select match_id, data_source, $2::timestamptz - interval '1 minute', 'observed', raw_id, match_time + interval '1 day', kickoff_precision, match_status
     from latest_revisions(array[$1::bigint], 'infinity')`,
    [match.match_id, toIso(now)],
  );
  const moved = await ask(match.match_id);
  expect(moved).toMatchObject({
    status: 'moved',
    match_info: { match_time: toIso(instant(match.at + 24 * hour)) },
  });
  expect(moved?.features.odds_features.home_odds_avg).toBeNull();
  expect(await ask(7_777_777)).toBeUndefined();
  expect(await ask(match.match_id, { asOf: instantFromIso('1999-01-01T00:00:00Z') })).toBeUndefined();
});
