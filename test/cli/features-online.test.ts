import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { MatchFeatures } from '../../schemas/features/match-features.js';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { useOwnStack } from '../support/own-stack.js';
import { startTestRedis } from '../support/redis.js';

const redis = await startTestRedis();
const { ask, call, placeOf } = useOwnStack({ REDIS_URL: redis.url });
afterAll(() => redis.stop());

const Served = z.object({
  features: z.array(z.string()),
  rows: z.array(
    z.object({
      matchId: z.number(),
      status: z.string(),
      asOf: z.string().nullable(),
      values: z.array(z.json()),
    }),
  ),
});

it('features of matches ahead are put online by command and by job, served from there, and held against the lake', async () => {
  const files = placeOf('files');
  const league = createLeague({ seed: 3, now: instant(Date.now()), seasons: 1 });
  await writeFootballData({ directory: files, leagues: [league] });
  await ask('import', 'football-data', files);
  const matches = z
    .array(z.object({ id: z.number() }))
    .parse(
      await ask(
        ...['lake', 'query'],
        "select match_id as id from gold.match_features where match_status = 'scheduled' and match_time > now() + interval 1 minute order by match_time desc limit 2",
      ),
    );
  const ids = matches.map(({ id }) => id);
  expect(ids).toHaveLength(2);
  const asked = [
    'features',
    'online',
    '--service',
    'match_prediction_v1',
    '--match',
    `7777777,${ids.join(',')}`,
  ];

  const put = await ask('features', 'materialise', '--match', ids.join(','));
  const services = ['goals_prediction_v1', 'match_prediction_v1', 'match_prediction_v2'].map((service) => ({
    ...{ service, outcome: 'materialised', vectors: 2 },
  }));
  expect(put).toEqual({ services });
  const served = Served.parse(await ask(...asked));
  expect(served.rows.map(({ matchId, status }) => [matchId, status])).toEqual([
    [7777777, 'unknown'],
    ...ids.map((id) => [id, 'online']),
  ]);
  expect(served.rows.map(({ values }) => values.length)).toEqual([28, 28, 28]);
  expect(served.features).toContain('home_recent_5_wins');
  const { stdout } = await call(asked);
  expect(stdout).toMatch(/^status +unknown +online +online/m);
  const [id = 0] = ids;
  const told = MatchFeatures.parse(await ask('features', 'match', String(id)));
  const valueOf = (name: string) => served.rows[1]?.values[served.features.indexOf(name)];
  expect(told).toMatchObject({ status: 'computed', match_info: { match_id: id } });
  const { team_features, h2h_features, odds_features } = told.features;
  for (const { team_type, recent_5_points } of team_features)
    expect(recent_5_points).toBe(valueOf(`${team_type}_recent_5_points`));
  expect(h2h_features.h2h_total_matches).toBe(valueOf('h2h_total_matches'));
  expect(odds_features.home_odds_avg).toBe(valueOf('home_odds_avg'));
  expect((await call(['features', 'match', String(id)])).stdout).toMatch(/^recent_5_points +\d/m);
  const early = await ask(
    'features',
    'match',
    String(id),
    '--as-of',
    new Date(Date.now() - 60_000).toISOString(),
  );
  expect(early).toMatchObject({ status: 'unknown', features: { odds_features: { home_odds_avg: null } } });
  const nobody = await call(['features', 'match', '7777777']);
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  expect(nobody.stderr).toContain('Nobody knew a match with the id 7777777');
  expect(
    await ask('run', 'materialise-features', '--input', JSON.stringify({ matchIds: ids })),
  ).toMatchObject({
    services,
  });
  expect(await ask('run', 'check-feature-skew')).toEqual({ compared: 4, notComparable: 0, mismatches: [] });

  await redis.kill();
  const computed = Served.parse(await ask(...asked));
  expect(computed.rows.map(({ status }) => status)).toEqual(['unknown', 'computed', 'computed']);
  expect(computed.rows.map(({ values }) => values)).toEqual(served.rows.map(({ values }) => values));
  const refused = await call(['features', 'materialise', '--match', ids.join(',')]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('Redis does not answer');
  expect(await ask('run', 'build-gold')).toMatchObject({ outcome: 'unchanged' });
});

it('nothing is put online where there is no Redis, and what is asked must be a service and ids', async () => {
  const without = await call(['features', 'materialise'], { REDIS_URL: '' });
  expect(without).toMatchObject({ code: 1, stdout: '' });
  expect(without.stderr).toContain('REDIS_URL');
  for (const words of [['--match', '7'], ['--service', 'match_prediction_v1', '--match', 'seven'], []]) {
    expect((await call(['features', 'online', ...words])).code).toBe(2);
  }
  for (const words of [[], ['seven'], ['7', '--as-of', 'yesterday']])
    expect((await call(['features', 'match', ...words])).code).toBe(2);
});
