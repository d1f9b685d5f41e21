import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  correctFromProvider,
  lockAccount,
  replanDay,
  spend,
} from '../../../adapters/postgres/budget-account.js';
import { budgetsLeft, readBudgetDay } from '../../../adapters/postgres/budget-report.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { decideSpend } from '../../../domain/budget/decide-spend.js';
import { byPriority, type ProviderBudget } from '../../../schemas/budgets.js';
import type { SpendRequest, SpendVerdict } from '../../../schemas/records/budget.js';
import { CalendarDate, instantFromIso } from '../../../schemas/values.js';
import { aBudget, aRequest, noReserve } from '../../support/budgets.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { spendInOwnProcess, type SpendTask } from '../../support/spend-process.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.roleUrls();
});
afterAll(() => postgres.stop());

/** Works on a database of its own with the rights of the writer, as collectors do. */
async function withAccounts(work: (database: OpenDatabase, url: string) => Promise<void>): Promise<void> {
  const url = await postgres.freshDatabase();
  const writer = new URL((await postgres.roleUrls()).writer);
  writer.pathname = new URL(url).pathname;
  const database = openDatabase(writer.href, { applicationName: 'test', max: 4 });
  try {
    await work(database, writer.href);
  } finally {
    await database.pool.end();
  }
}

const noon = '2026-11-28T12:00:00Z';
const budget = aBudget({ perDay: 20, perMinute: 5, reserve: noReserve });

const ask = (
  { pool }: OpenDatabase,
  at: string,
  request: SpendRequest = aRequest(),
  asked: ProviderBudget = budget,
): Promise<SpendVerdict> => spend(pool, { budget: asked, at: instantFromIso(at) }, request, decideSpend);

interface Account {
  readonly period: string;
  readonly limit: number;
  readonly ceiling: number | null;
  readonly spent: number;
}

const accounts = async ({ pool }: OpenDatabase, kind: 'day' | 'minute'): Promise<Account[]> =>
  (
    await pool.query<Account>(
      `select to_char(period_start, 'DD HH24:MI') as period, unit_limit as limit, unit_ceiling as ceiling, spent
       from provider_accounts where period_kind = $1 order by period_start`,
      [kind],
    )
  ).rows;

/** The accounts that do not tell the sum of the spends of their period. */
const wrongAccounts = async ({ pool }: OpenDatabase): Promise<unknown[]> =>
  (
    await pool.query<{ told: number }>(
      `select a.*, told.spent as told from provider_accounts a, lateral (
         select coalesce(sum(cost), 0)::integer as spent from provider_spends s
         where s.provider = a.provider and date_trunc(a.period_kind, s.spent_at, 'UTC') = a.period_start) as told
       where told.spent <> a.spent`,
    )
  ).rows;

describe('an account', () => {
  it('is spent at the time at which it is free, not at that at which somebody began to wait for it', async () => {
    await withAccounts(async ({ pool }) => {
      const holder = await pool.connect();
      const now = async (): Promise<number> =>
        (await holder.query<{ at: Date }>('select clock_timestamp() as at')).rows[0]?.at.getTime() ?? NaN;
      await holder.query('begin');
      await lockAccount(holder, { budget });
      const waiting = spend(pool, { budget }, aRequest(), decideSpend);
      const waits = async (): Promise<number> =>
        (await holder.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`)).rows
          .length;
      await expect.poll(waits, { timeout: 30_000 }).toBe(1);
      const freedAt = await now();
      await holder.query('commit');
      holder.release();
      const verdict = await waiting;
      expect(verdict).toMatchObject({ outcome: 'granted' });
      expect(verdict.outcome === 'granted' ? verdict.at : NaN).toBeGreaterThanOrEqual(freedAt);
    });
  });

  it('grants until its minute is spent, then until its day is, and records what it grants and skips', async () => {
    await withAccounts(async (database) => {
      const outcomes: string[] = [];
      for (const minute of ['12:00', '12:01', '12:02', '12:03', '12:04']) {
        for (let request = 0; request < 6; request += 1) {
          outcomes.push((await ask(database, `2026-11-28T${minute}:30Z`)).outcome);
        }
      }
      const inAMinute = [...Array.from({ length: 5 }, () => 'granted'), 'wait'];
      const whole = Array.from({ length: 3 }, () => inAMinute).flat();
      expect(outcomes.slice(0, 18)).toEqual(whole);
      expect(outcomes.slice(18, 23)).toEqual(inAMinute.slice(0, 5));
      expect(outcomes.slice(23)).toEqual(Array.from({ length: 7 }, () => 'skipped'));
      expect(await accounts(database, 'day')).toEqual([
        { period: '28 00:00', limit: 20, ceiling: null, spent: 20 },
      ]);
      expect((await accounts(database, 'minute')).map(({ spent }) => spent)).toEqual([5, 5, 5, 5, 0]);
      expect(await wrongAccounts(database)).toEqual([]);
      const { skipped } = await readBudgetDay(database.pool, CalendarDate.parse('2026-11-28'));
      expect(skipped).toMatchObject([
        {
          provider: 'api_football',
          priority: 'live',
          task: 'collectScores',
          reason: 'day_spent',
          requests: 7,
          units: 7,
        },
      ]);
    });
  });

  it('is by the clock of Postgres where no instant is given', async () => {
    await withAccounts(async ({ pool }) => {
      const verdict = await spend(pool, { budget }, aRequest(), decideSpend);
      const { rows } = await pool.query(
        `select s.spent_at between now() - interval '1 minute' and now() as now, a.period_start = date_trunc('day', s.spent_at, 'UTC') as today
         from provider_spends s, provider_accounts a where a.period_kind = 'day'`,
      );
      expect(verdict.outcome).toBe('granted');
      const untouched = aBudget({ perDay: 16 });
      const left = await budgetsLeft(pool, [budget, { ...untouched, provider: 'odds_api' }]);
      expect(left).toHaveLength(4);
      expect(left).toEqual(
        expect.arrayContaining([
          { provider: 'api_football', period: 'day', left: 19 },
          { provider: 'odds_api', period: 'day', left: 16 },
        ]),
      );
      expect(rows).toEqual([{ now: true, today: true }]);
    });
  });

  it('of the next day begins at midnight of UTC, and the spent one stays as it was', async () => {
    await withAccounts(async (database) => {
      const dear = () => aRequest({ cost: 5 });
      for (const time of ['23:56', '23:57', '23:58', '23:59']) {
        expect(await ask(database, `2026-11-28T${time}:59.999Z`, dear())).toMatchObject({
          outcome: 'granted',
        });
      }
      expect(await ask(database, '2026-11-28T23:59:59.999Z')).toMatchObject({ reason: 'day_spent' });
      expect(await ask(database, '2026-11-29T00:00:00Z')).toEqual({
        outcome: 'granted',
        at: instantFromIso('2026-11-29T00:00:00Z'),
      });
      expect(await accounts(database, 'day')).toMatchObject([
        { period: '28 00:00', spent: 20 },
        { period: '29 00:00', spent: 1 },
      ]);
      expect(await wrongAccounts(database)).toEqual([]);
    });
  });

  it('follows a limit that is changed, and never falls below what is spent', async () => {
    await withAccounts(async (database) => {
      const limited = (perDay: number) => ({ ...budget, perDay });
      for (const minute of ['12:00', '12:01']) {
        await ask(database, `2026-11-28T${minute}:00Z`, aRequest({ cost: 5 }));
      }
      expect(await ask(database, '2026-11-28T12:02:00Z', aRequest(), limited(4))).toMatchObject({
        reason: 'day_spent',
        left: 0,
      });
      expect(await accounts(database, 'day')).toMatchObject([{ limit: 10, spent: 10 }]);
      expect(await ask(database, '2026-11-28T12:03:00Z', aRequest(), limited(11))).toMatchObject({
        outcome: 'granted',
      });
      expect(await accounts(database, 'day')).toMatchObject([{ limit: 11, spent: 11 }]);
    });
  });

  it('cannot be overspent by any statement, and what was spent and skipped is not rewritten', async () => {
    await withAccounts(async (database) => {
      await ask(database, noon);
      await expect(database.pool.query('update provider_accounts set spent = 21')).rejects.toMatchObject({
        constraint: 'ck_provider_accounts_not_overspent',
      });
      await expect(database.pool.query('update provider_spends set cost = 0')).rejects.toMatchObject({
        code: '23T06',
      });
      await expect(database.pool.query('delete from provider_spends')).rejects.toMatchObject({
        code: '42501',
      });
    });
  });
});

describe('a request', () => {
  it('that is asked again by the same attempt is counted once', async () => {
    await withAccounts(async (database) => {
      const request = aRequest({ cost: 3 });
      const first = await ask(database, noon, request);
      // Its own answer stands, though the minute has no unit for it any more.
      await ask(database, noon, aRequest({ cost: 2 }));
      expect(await ask(database, '2026-11-28T12:00:40Z', request)).toEqual(first);
      expect(await accounts(database, 'day')).toMatchObject([{ spent: 5 }]);
      expect(await wrongAccounts(database)).toEqual([]);
    });
  });

  it('that costs nothing is kept with the others, and takes nothing', async () => {
    await withAccounts(async (database) => {
      expect(await ask(database, noon, aRequest({ cost: 0 }))).toMatchObject({ outcome: 'granted' });
      expect(await accounts(database, 'day')).toMatchObject([{ spent: 0 }]);
      expect(await wrongAccounts(database)).toEqual([]);
      const { rows } = await database.pool.query('select cost from provider_spends');
      expect(rows).toEqual([{ cost: 0 }]);
    });
  });

  it('of a later attempt is another one: the first may have been sent', async () => {
    await withAccounts(async (database) => {
      const request = aRequest();
      await ask(database, noon, request);
      await ask(database, noon, { ...request, key: { ...request.key, retryCount: 1 } });
      await ask(database, noon, { ...request, key: { ...request.key, requestNo: 1 } });
      expect(await accounts(database, 'day')).toMatchObject([{ spent: 3 }]);
    });
  });

  it('that is skipped is recorded once, with what was left and what it was kept for', async () => {
    await withAccounts(async (database) => {
      const planned = { wanted: 20, granted: 20, cut: 0 };
      const none = { wanted: 0, granted: 0, cut: 0 };
      await replanDay(database.pool, { budget, at: instantFromIso(noon) }, () => ({
        ...byPriority(() => none),
        live: planned,
      }));
      const request = aRequest({ priority: 'regular', cost: 2 });
      for (let time = 0; time < 2; time += 1) {
        expect(await ask(database, noon, request)).toMatchObject({ reason: 'kept_for_higher' });
      }
      const { rows } = await database.pool.query(
        'select reason, cost, priority, task_name, task_id, endpoint, units_left, units_kept from provider_skips',
      );
      expect(rows).toEqual([
        {
          ...{ reason: 'kept_for_higher', cost: 2, priority: 'regular', task_name: 'collectScores' },
          ...{ task_id: `${request.key.workflowId}/run`, endpoint: '/fixtures' },
          ...{ units_left: 20, units_kept: 20 },
        },
      ]);
    });
  });
});

describe('a plan', () => {
  const units = (live: number) => ({
    ...byPriority(() => ({ wanted: 0, granted: 0, cut: 0 })),
    live: { wanted: live, granted: live, cut: 0 },
  });

  it('keeps units for its priority until they are spent on it', async () => {
    await withAccounts(async (database) => {
      const at = instantFromIso(noon);
      const wide = { ...budget, perMinute: 20 };
      await replanDay(database.pool, { budget: wide, at }, () => units(6));
      const asked = (priority: 'live' | 'regular', cost: number) =>
        ask(database, noon, aRequest({ priority, cost }), wide);
      expect(await asked('regular', 15)).toMatchObject({ outcome: 'skipped', left: 20, kept: 6 });
      expect(await asked('regular', 14)).toMatchObject({ outcome: 'granted' });
      expect(await asked('live', 4)).toMatchObject({ outcome: 'granted' });
      const { use } = await readBudgetDay(database.pool, CalendarDate.parse('2026-11-28'));
      expect(use.find(({ priority }) => priority === 'live')).toMatchObject({
        granted: 6,
        planned: 2,
        spent: 4,
      });
      expect(await asked('regular', 1)).toMatchObject({ outcome: 'skipped', left: 2, kept: 2 });
    });
  });

  it('made anew is made of what is left, and takes the place of the one before', async () => {
    await withAccounts(async (database) => {
      await replanDay(database.pool, { budget, at: instantFromIso(noon) }, () => units(6));
      await ask(database, noon, aRequest({ cost: 5 }));
      const rest: unknown[] = [];
      const at = instantFromIso('2026-11-28T13:00:00Z');
      await replanDay(database.pool, { budget, at }, (left) => {
        rest.push(left);
        return units(3);
      });
      expect(rest).toEqual([{ from: at, unitsLeft: 15 }]);
      const { use } = await readBudgetDay(database.pool, CalendarDate.parse('2026-11-28'));
      expect(use.find(({ priority }) => priority === 'live')).toMatchObject({
        granted: 3,
        planned: 3,
        spent: 5,
        plannedAt: new Date(at),
      });
    });
  });
});

describe('the provider’s own count', () => {
  const spentAt = instantFromIso(noon);
  const correct = (
    { pool }: OpenDatabase,
    remainingToday: number | null,
    remainingThisMinute: number | null = null,
    at = spentAt,
  ) =>
    correctFromProvider(
      pool,
      { provider: 'api_football', spentAt: at },
      { remainingToday, remainingThisMinute },
    );

  it('of less than we think is followed, of more is not believed before the next day', async () => {
    await withAccounts(async (database) => {
      await ask(database, noon, aRequest({ cost: 2 }));
      await correct(database, 5_000_000_000);
      expect(await accounts(database, 'day')).toMatchObject([{ ceiling: null, spent: 2 }]);
      await correct(database, 3);
      await correct(database, 10);
      await correct(database, null);
      expect(await accounts(database, 'day')).toMatchObject([{ ceiling: 5, spent: 2 }]);
      expect(await ask(database, noon, aRequest({ cost: 3 }))).toMatchObject({ outcome: 'granted' });
      expect(await ask(database, '2026-11-28T12:01:00Z')).toMatchObject({ reason: 'day_spent', left: 0 });
      expect(await ask(database, '2026-11-29T12:01:00Z')).toMatchObject({ outcome: 'granted' });
      expect(await wrongAccounts(database)).toEqual([]);
    });
  });

  it('that is late, and of before what others have spent since, takes nothing away', async () => {
    await withAccounts(async (database) => {
      await ask(database, noon);
      await ask(database, noon);
      await ask(database, noon);
      // The answers to the three, in the order in which they came.
      await correct(database, 18);
      await correct(database, 17);
      await correct(database, 19);
      expect(await accounts(database, 'day')).toMatchObject([{ ceiling: null, spent: 3 }]);
    });
  });

  it('of a minute makes the next request wait, and the day stays', async () => {
    await withAccounts(async (database) => {
      await ask(database, noon);
      await correct(database, null, 0);
      expect(await ask(database, '2026-11-28T12:00:59Z')).toEqual({
        outcome: 'wait',
        until: instantFromIso('2026-11-28T12:01:00Z'),
      });
      expect(await ask(database, '2026-11-28T12:01:00Z')).toMatchObject({ outcome: 'granted' });
    });
  });

  it('is of the day of the request, and not followed while the provider may still count the day before', async () => {
    await withAccounts(async (database) => {
      await ask(database, '2026-11-28T23:59:59Z');
      await ask(database, '2026-11-29T00:00:02Z');
      await correct(database, 0, null, instantFromIso('2026-11-28T23:59:59Z'));
      await correct(database, 0, null, instantFromIso('2026-11-29T00:00:02Z'));
      expect(await accounts(database, 'day')).toMatchObject([
        { period: '28 00:00', ceiling: 1 },
        { period: '29 00:00', ceiling: null },
      ]);
      await correct(database, 0, null, instantFromIso('2026-11-29T00:05:00Z'));
      expect(await accounts(database, 'day')).toMatchObject([{}, { ceiling: 1 }]);
    });
  });
});

describe('processes that race for one account', () => {
  const task = (url: string, name: string, change: Partial<SpendTask> = {}): SpendTask => ({
    ...{ url, name, requests: 125, priority: 'live', perDay: 200, perMinute: 15 },
    at: instantFromIso(noon),
    ...change,
  });
  const granted = (ended: readonly { readonly told: readonly { readonly outcome: string }[] }[]): number =>
    ended.flatMap(({ told }) => told).filter(({ outcome }) => outcome === 'granted').length;

  it('four with 500 requests are granted the 200 units of its day, no minute more than its own, and the account is the sum', async () => {
    await withAccounts(async (database, url) => {
      const ended = await Promise.all(['a', 'b', 'c', 'd'].map((name) => spendInOwnProcess(task(url, name))));
      expect(ended.flatMap(({ told }) => told)).toHaveLength(500);
      expect(granted(ended)).toBe(200);
      expect(await accounts(database, 'day')).toMatchObject([{ limit: 200, spent: 200 }]);
      const minutes = (await accounts(database, 'minute')).map(({ spent }) => spent);
      expect(Math.max(...minutes)).toBeLessThanOrEqual(15);
      expect(minutes.reduce((sum, spent) => sum + spent, 0)).toBe(200);
      expect(await wrongAccounts(database)).toEqual([]);
      const { rows } = await database.pool.query('select count(*)::integer as skips from provider_skips');
      expect(rows).toEqual([{ skips: 300 }]);
    });
  });

  it('leave what is planned for live scores, also where all of them ask for regular work at once', async () => {
    await withAccounts(async (database, url) => {
      const at = instantFromIso(noon);
      await replanDay(
        database.pool,
        { budget: aBudget({ perDay: 200, perMinute: 200, reserve: noReserve }), at },
        () => ({
          ...byPriority(() => ({ wanted: 0, granted: 0, cut: 0 })),
          live: { wanted: 50, granted: 50, cut: 0 },
        }),
      );
      const wide = { perMinute: 200 };
      const ended = await Promise.all([
        ...['a', 'b', 'c'].map((name) =>
          spendInOwnProcess(task(url, name, { ...wide, priority: 'regular' })),
        ),
        spendInOwnProcess(task(url, 'live', { ...wide, requests: 50 })),
      ]);
      expect(granted(ended.slice(0, 3))).toBe(150);
      expect(granted(ended.slice(3))).toBe(50);
      expect(await accounts(database, 'day')).toMatchObject([{ spent: 200 }]);
    });
  });

  it('one that is killed loses nothing of what it was granted, and the others overspend nothing', async () => {
    await withAccounts(async (database, url) => {
      const killedAfter = { killed1: 7, killed2: 40 };
      const [survivors, killed] = await Promise.all([
        Promise.all(['e', 'f'].map((name) => spendInOwnProcess(task(url, name, { requests: 200 })))),
        Promise.all(
          Object.entries(killedAfter).map(([name, after]) => spendInOwnProcess(task(url, name), after)),
        ),
      ]);
      expect(killed.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL']);
      expect(survivors.map(({ told }) => told.length)).toEqual([200, 200]);
      const { rows } = await database.pool.query<{ name: string; spends: number }>(
        `select split_part(task_id, '/', 1) as name, count(*)::integer as spends from provider_spends group by 1`,
      );
      const spends = new Map(rows.map((row) => [row.name, row.spends]));
      killed.forEach(({ told }, index) => {
        // It may have been killed between a spend and its word of it: then the unit is gone, not lost to the account.
        expect(spends.get(`killed${index + 1}`)).toBeGreaterThanOrEqual(granted([{ told }]));
      });
      expect((spends.get('killed1') ?? 0) + (spends.get('killed2') ?? 0) + granted(survivors)).toBe(200);
      expect(await accounts(database, 'day')).toMatchObject([{ limit: 200, spent: 200 }]);
      expect(await wrongAccounts(database)).toEqual([]);
    });
  });
});
