import { afterAll, beforeAll, expect, it } from 'vitest';
import { budgetHooks } from '../../activities/spend-budget.js';
import { instantFromIso } from '../../schemas/values.js';
import { aBudget } from '../support/budgets.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { stoppedAt } from '../support/score-house.js';

let postgres: TestPostgres;
let house: TestHouse;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(await postgres.freshDatabase());
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
});

it('an attempt that asks several questions spends for each request of each', async () => {
  const deps = { pool: house.pools.writer.pool, budgets: [aBudget()] };
  const clock = stoppedAt(instantFromIso('2026-09-12T14:20:00Z'));
  const request = { path: '/fixtures', parameters: {}, cost: 1 };
  await asActivity(async () => {
    for (const requests of [2, 1]) {
      const hooks = budgetHooks(deps, { provider: 'api_football', priority: 'live', clock });
      for (let made = 0; made < requests; made += 1) await hooks.beforeRequest?.(request);
    }
  });
  const { rows } = await house.pool.query<{ spent: number }>(
    'select sum(cost)::integer as spent from provider_spends',
  );
  expect(rows).toEqual([{ spent: 3 }]);
});
