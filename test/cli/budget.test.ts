import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { replanDay, spend } from '../../adapters/postgres/budget-account.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { decideSpend } from '../../domain/budget/decide-spend.js';
import { byPriority } from '../../schemas/budgets.js';
import { instantFromIso } from '../../schemas/values.js';
import { aBudget, aRequest } from '../support/budgets.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call } = useOwnStack();
let database: OpenDatabase;
beforeAll(async () => {
  const { postgres } = z.object({ postgres: z.object({ writer: z.string() }) }).parse(await ask('status'));
  database = openDatabase(postgres.writer, { applicationName: 'test', max: 1 });
});
afterAll(() => database.pool.end());

const at = instantFromIso('2021-11-27T12:00:00Z');
const day = ['--date', '2021-11-27'];
const budget = aBudget();

it('before anything is asked, every provider has its whole day', async () => {
  expect(await ask('budget')).toMatchObject([
    { provider: 'api_football', limit: 100, spent: 0, left: 100, plannedAt: null, skipped: [] },
    { provider: 'odds_api', limit: 16 },
    { provider: 'scores_api' },
    { provider: 'open_meteo' },
  ]);
  expect((await call(['budget'])).stdout).toContain('Nothing was skipped.');
  expect((await call(['budget', 'plan'])).stdout).toContain('No plan was made');
});

it('a day shows its limit, what was spent on what, what is reserved and what was skipped, for people and as JSON', async () => {
  const none = { wanted: 0, granted: 0, cut: 0 };
  await replanDay(database.pool, { budget, at }, () => ({
    ...byPriority(() => none),
    live: { wanted: 110, granted: 95, cut: 15 },
  }));
  const asked = (priority: 'live' | 'regular') =>
    spend(database.pool, { budget, at }, aRequest({ priority, cost: 5 }), decideSpend);
  expect(await asked('live')).toMatchObject({ outcome: 'granted' });
  expect(await asked('regular')).toMatchObject({ outcome: 'skipped' });

  const [shown] = z.array(z.looseObject({ provider: z.string() })).parse(await ask('budget', 'show', ...day));
  expect(shown).toMatchObject({
    ...{ provider: 'api_football', day: '2021-11-27', limit: 100, declaredPerDay: 100, perMinute: 10 },
    ...{ spent: 5, left: 95, plannedAt: '2021-11-27T12:00:00.000Z' },
    priorities: [
      {
        priority: 'live',
        wanted: 110,
        granted: 95,
        cut: 15,
        spent: 5,
        reserved: 90,
        available: 95,
      },
      { priority: 'closing', reserved: 0, available: 5 },
      { priority: 'lineups', available: 3 },
      { priority: 'fixtures', available: 3 },
      { priority: 'regular', available: 0 },
      { priority: 'backfill', available: 0 },
    ],
    skipped: [
      {
        priority: 'regular',
        task: 'collectScores',
        reason: 'kept_for_higher',
        requests: 1,
        units: 5,
        lastAt: '2021-11-27T12:00:00.000Z',
      },
    ],
  });
  const { stdout } = await call(['budget', ...day]);
  expect(stdout).toMatch(/api_football +2021-11-27 +100 +5 +95 +live 90 +live 5/);
  expect(stdout).toMatch(/api_football +regular +collectScores +kept for higher +1 +5/);
  expect((await call(['budget', 'plan', ...day])).stdout).toMatch(/live +110 +95 +15 +90/);
});

it('the rest of today is planned by hand, and a limit of a deployment is the one that is shown', async () => {
  const BUDGETS = '{"api_football": {"perDay": 7500}}';
  const { code, stdout } = await call(['budget', 'plan', '--make', '--json'], { BUDGETS });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      provider: 'api_football',
      left: 7500,
      plannedAt: expect.any(String) as unknown,
      priorities: expect.arrayContaining([
        expect.objectContaining({ priority: 'live', wanted: 0 }),
      ]) as unknown,
    },
    {},
    {},
    {},
  ]);
  const refused = await call(['budget', 'plan', '--make', ...day]);
  expect(`${refused.code} ${refused.stderr}`).toMatch(/^2 Only the rest of today is planned/);
});
