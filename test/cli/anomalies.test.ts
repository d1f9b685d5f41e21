import { expect, it } from 'vitest';
import { z } from 'zod';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { testLeague } from '../support/lake.js';
import { useOwnStack } from '../support/own-stack.js';

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
