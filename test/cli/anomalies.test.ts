import { expect, it } from 'vitest';
import { z } from 'zod';
import { createDetectAnomaliesActivities } from '../../activities/detect-anomalies.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { asActivity } from '../support/house.js';
import { testLeague } from '../support/lake.js';
import { useOwnStack } from '../support/own-stack.js';
import { stoppedAt } from '../support/score-house.js';
import { quoteMatches, swapPrice, watchedLeague } from '../support/watched-tables.js';

const { ask, call, placeOf } = useOwnStack();

const Listed = z.object({
  detections: z.array(z.object({ id: z.number() })),
  quarantined: z.array(z.object({ table: z.string(), rows: z.number() })),
  quarantines: z.array(
    z.object({ id: z.number(), table: z.string(), quarantinedBy: z.string(), quarantinedWhy: z.string() }),
  ),
});
const Ids = z.array(z.object({ id: z.coerce.number() })).length(1);
const list = async () => Listed.parse(await ask('anomalies', 'list'));

it('a row that a person puts into quarantine is listed until somebody lets it go', async () => {
  const files = placeOf('files');
  await writeFootballData({ directory: files, leagues: [testLeague()] });
  await ask('import', 'football-data', files);
  const [price] = Ids.parse(await ask('lake', 'query', 'select id from silver.odds order by id limit 1'));

  const why = ['--why', 'one bookmaker alone'];
  const { quarantineId } = z
    .object({ quarantineId: z.number() })
    .parse(await ask('anomalies', 'quarantine', 'odds', String(price?.id), ...why));
  expect(await list()).toMatchObject({
    detections: [],
    quarantined: [{ table: 'odds', rows: 1 }],
    quarantines: [
      { id: quarantineId, table: 'odds', quarantinedBy: 'ada', quarantinedWhy: 'one bookmaker alone' },
    ],
  });
  const { stdout } = await call(['anomalies']);
  expect(stdout).toContain('No detection has found anything.');
  expect(stdout).toMatch(/1 row in quarantine[^]*one bookmaker alone/);

  expect(await ask('anomalies', 'release', String(quarantineId), '--why', 'it was right')).toEqual({
    released: 1,
  });
  expect(await list()).toMatchObject({ quarantined: [], quarantines: [] });
});

it('a detection that is not there is said to be none', async () => {
  for (const args of [
    ['show', '4711'],
    ['mark-false', '4711', '--why', 'it was right'],
  ]) {
    const { code, stdout, stderr } = await call(['anomalies', ...args]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('4711');
  }
});

it('how a table is watched is changed by what its table knows, and by nothing without a reason', async () => {
  const set = (change: string, ...said: readonly string[]) =>
    call(['anomalies', 'configure', 'odds', '--set', change, ...said, '--json']);
  const why = ['--why', 'a noisy feed'];
  for (const [change, said, message] of [
    ['{"thresholds":', why, '--set is no JSON'],
    ['{"threshold": {}}', why, '--set cannot be used'],
    ['{"mode": "incremental"}', [], '--why is kept'],
  ] as const) {
    const { code, stderr } = await set(change, ...said);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  }
  const foreign = await set('{"thresholds": {"probability_sum_tolerance": 0.1}}', ...why);
  expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('a threshold of predictions')]);

  const { code } = await set('{"thresholds": {"outlier_rate": 0.03}}', ...why);
  expect(code).toBe(0);
  expect(await ask('anomalies', 'configure', 'odds')).toMatchObject({
    configuration: { thresholds: { outlier_rate: 0.03, odds_range: [1.01, 100] } },
    changes: [{ change: { thresholds: { outlier_rate: 0.03 } }, by: 'ada', why: 'a noisy feed' }],
  });
});

/** Has a price found that says the opposite of what the other bookmakers say; returns its match. */
async function findSwappedPrice(): Promise<number> {
  const { postgres } = z.object({ postgres: z.object({ url: z.string() }) }).parse(await ask('status'));
  const { pool, db } = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
  try {
    const [hour, now] = [3_600_000, instantFromIso('2019-05-01T12:00:00Z')];
    const league = await watchedLeague(pool);
    const matches = await league.matches(20, instant(now + 48 * hour));
    await quoteMatches(pool, matches.slice(1), { at: instant(now - 48 * hour), seed: 1 });
    await quoteMatches(pool, matches.slice(0, 1), { at: instant(now - 2 * hour), seed: 2 });
    const [match = NaN] = matches;
    await swapPrice(pool, match, instant(now - hour));
    const detection = createDetectAnomaliesActivities({ pool, meters: createMeters() });
    await asActivity(() =>
      detection.detectAnomalies({ table: 'odds', runId: 'detect/1', clock: stoppedAt(now) }),
    );
    return match;
  } finally {
    await db.destroy();
  }
}

it('what was found is told with its value, unit, match and bookmaker, and why, to readers and to programs', async () => {
  const matchId = await findSwappedPrice();
  const Told = z.object({ detections: z.array(z.looseObject({ id: z.number(), method: z.string() })) });
  const { detections } = Told.parse(await ask('anomalies', 'list', '--table', 'odds'));
  const bySigma = detections.find(({ method }) => method === '3sigma');
  const why: unknown = expect.stringMatching(
    /^\w+_odds [\d.]+ implies a chance [\d.]+ (below|above) the median of the other bookmakers; usual is \S+ ± \S+ \(mean ± standard deviation\): deviations off [\d.]+, and more than 3 is outside\.$/,
  );
  const aTeam: unknown = expect.stringMatching(/^Team/);
  const record = {
    ...{ matchId, bookmaker: 'bwin', dataSource: 'football_data', unit: 'probability', limit: 3, why },
    match: { home: aTeam, away: aTeam, kickoff: '2019-05-03T12:00:00.000Z' },
    collectedAt: expect.stringContaining('2019-05-01T11:00:00') as unknown,
    baseline: expect.objectContaining({ count: 114 }) as unknown,
  };
  expect(bySigma).toMatchObject({ worst: record, found: why });
  expect(await ask('anomalies', 'show', String(bySigma?.id))).toMatchObject({
    records: [record],
    quarantines: [{ matchId, match: record.match, bookmaker: 'bwin' }],
  });
  const { stdout } = await call(['anomalies', 'show', String(bySigma?.id)]);
  expect(stdout).toMatch(/home_odds 6\.5 \(-0\.\d+ probability\)|away_odds 1\.5 \(0\.\d+ probability\)/);
  expect(stdout).toMatch(/Team \d+ \d+ – Team \d+ \d+ 2019-05-03 \(W\d+\) +bwin/);
});
