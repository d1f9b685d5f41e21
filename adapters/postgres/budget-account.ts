import type pg from 'pg';
import { z } from 'zod';
import { byPriority, type ByPriority, type ProviderBudget } from '../../schemas/budgets.js';
import type {
  AccountState,
  DayPlan,
  PeriodAccount,
  RequestKey,
  RestOfDay,
  SpendRequest,
  SpendVerdict,
} from '../../schemas/records/budget.js';
import { instant, type Instant } from '../../schemas/values.js';
import type { QuotaState } from '../providers/wire/endpoint.js';
import { reachingPostgres } from './away.js';
import { attemptKeyOf, taskIdOf } from './error-log.js';
import type { Computed, Row } from './row.js';
import { inTransaction } from './transaction.js';

/** Says what becomes of a request, of the state of the account alone. */
export type DecideSpend = (
  budget: ProviderBudget,
  state: AccountState,
  request: SpendRequest,
) => SpendVerdict;

/** Whose account is meant, and when; without an instant it is now, by the clock of Postgres. */
export interface AccountAt {
  readonly budget: ProviderBudget;
  readonly at?: Instant | undefined;
}

/**
 * Asks for the units of a request before it is sent. Granted, they are spent, whatever becomes of the request: who may have sent it and
 * died has to ask anew, with a key of its own. With a key that was granted already it is the same request, counted once, so
 * that a call whose answer was lost may be made again. What is skipped is recorded; a wait leaves nothing behind.
 *
 * One transaction that locks the provider's account: of several workers one decides after the other, each by the time at which it has the lock. Throws DependencyAway
 * where Postgres is away.
 */
export async function spend(
  pool: pg.Pool,
  { budget, at }: AccountAt,
  request: SpendRequest,
  decide: DecideSpend,
): Promise<SpendVerdict> {
  return await inTransaction(pool, async ({ client }) => {
    const lockedAt = await lockAccount(client, { budget, at });
    const day = await lockPeriod(client, budget, 'day', lockedAt);
    const minute = await lockPeriod(client, budget, 'minute', lockedAt);
    const { grantedAt, planned } = await readDay(client, budget, lockedAt, request.key);
    if (grantedAt !== null) return { outcome: 'granted', at: instant(grantedAt.getTime()) };
    const verdict = decide(budget, { at: lockedAt, day, minute, planned }, request);
    if (verdict.outcome === 'granted') await writeSpend(client, budget.provider, request, lockedAt);
    if (verdict.outcome === 'skipped') await writeSkip(client, budget.provider, request, lockedAt, verdict);
    return verdict;
  });
}

/**
 * Follows the provider's own count, told in the headers of a request that was granted at `spentAt`: where less is left than we think, the
 * account has so much less; more is not believed before the next period.
 */
export async function correctFromProvider(
  pool: pg.Pool,
  { provider, spentAt }: { readonly provider: string; readonly spentAt: Instant },
  { remainingToday, remainingThisMinute }: Pick<QuotaState, 'remainingToday' | 'remainingThisMinute'>,
): Promise<void> {
  // In the first minutes of a day the provider's clock may still have the day before, whose rest would be all of this one.
  if (remainingToday !== null && spentAt % dayMs >= clocksMayDifferMs) {
    await lowerCeiling(pool, provider, 'day', spentAt, remainingToday);
  }
  if (remainingThisMinute !== null) {
    await lowerCeiling(pool, provider, 'minute', spentAt, remainingThisMinute);
  }
}

/** Makes the plan for the rest of a provider's day of what is left of it, and puts it in the place of the one before. */
export async function replanDay(
  pool: pg.Pool,
  { budget, at }: AccountAt,
  plan: (rest: RestOfDay) => DayPlan,
): Promise<DayPlan> {
  return await inTransaction(pool, async ({ client }) => {
    const lockedAt = await lockAccount(client, { budget, at });
    const day = await lockPeriod(client, budget, 'day', lockedAt);
    const planned = plan({ from: lockedAt, unitsLeft: day.limit - day.spent });
    const rows = Object.entries(planned).map(([priority, { wanted, granted }]) => ({
      priority,
      wanted,
      granted,
    }));
    await client.query(
      `insert into provider_plans (provider, day, priority, wanted, granted, planned_at)
       select $1, $2::timestamptz::date, priority, wanted, granted, $2::timestamptz
       from jsonb_to_recordset($3) as planned (priority varchar, wanted integer, granted integer)
       on conflict (provider, day, priority) do update
         set wanted = excluded.wanted, granted = excluded.granted, planned_at = excluded.planned_at, spent = 0`,
      [budget.provider, new Date(lockedAt), JSON.stringify(rows)],
    );
    return planned;
  });
}

const dayMs = 24 * 3_600_000;
/** Past every limit, and still an integer of Postgres with what is spent. */
const mostUnits = 1_000_000_000;
const clocksMayDifferMs = 5 * 60_000;

type PeriodKind = 'day' | 'minute';

/**
 * Holds a provider's account until the transaction ends. Returns the time that counts, without an instant that at which it is held: whoever waited for it
 * across midnight spends of the new day.
 */
export async function lockAccount(client: pg.ClientBase, { budget, at }: AccountAt): Promise<Instant> {
  const { rows } = await client.query<Row<{ lockedAt: Computed<Date> }>>(
    `with held as materialized (select pg_advisory_xact_lock(hashtextextended($1, 3)))
     select clock_timestamp() as "lockedAt" from held`,
    [`budget/${budget.provider}`],
  );
  return at ?? instant(rows[0]?.lockedAt.getTime() ?? NaN);
}

const Locked = z.object({ limit: z.int(), spent: z.int() });

/** Opens the account of a period, or brings its limit to the declared one, and holds it until the transaction ends. */
async function lockPeriod(
  client: pg.ClientBase,
  { provider, perDay, perMinute }: ProviderBudget,
  kind: PeriodKind,
  at: Instant,
): Promise<PeriodAccount> {
  const { rows } = await client.query(
    `insert into provider_accounts as a (provider, period_kind, period_start, unit_limit)
     values ($1, $2::text, date_trunc($2::text, $3::timestamptz, 'UTC'), $4)
     on conflict (provider, period_kind, period_start) do update set unit_limit = greatest(excluded.unit_limit, a.spent)
     returning least(unit_limit, unit_ceiling) as limit, spent`,
    [provider, kind, new Date(at), kind === 'day' ? perDay : perMinute],
  );
  return Locked.parse(rows[0]);
}

const OfDay = z.object({
  grantedAt: z.date().nullable(),
  planned: z.record(z.string(), z.int()).nullable(),
});

/** When this very request was granted, if it was, and what is left of the day's plan. */
async function readDay(
  client: pg.ClientBase,
  { provider }: ProviderBudget,
  at: Instant,
  key: RequestKey,
): Promise<{ grantedAt: Date | null; planned: ByPriority<number> }> {
  const { rows } = await client.query(
    `select (select spent_at from provider_spends where request_id = $3) as "grantedAt",
       (select jsonb_object_agg(priority, greatest(granted - spent, 0)) from provider_plans
        where provider = $1 and day = $2::timestamptz::date) as planned`,
    [provider, new Date(at), requestIdOf(key)],
  );
  const { grantedAt, planned } = OfDay.parse(rows[0]);
  return { grantedAt, planned: byPriority((priority) => planned?.[priority] ?? 0) };
}

async function writeSpend(
  client: pg.ClientBase,
  provider: string,
  { priority, cost, key, endpoint }: SpendRequest,
  at: Instant,
): Promise<void> {
  await client.query(
    `with account as (
       update provider_accounts set spent = spent + $3
       where provider = $1 and (period_kind, period_start) in (
         ('day', date_trunc('day', $2::timestamptz, 'UTC')), ('minute', date_trunc('minute', $2::timestamptz, 'UTC')))
     ), plan as (
       update provider_plans set spent = spent + $3 where provider = $1 and day = $2::timestamptz::date and priority = $4
     )
     insert into provider_spends (provider, spent_at, cost, priority, task_name, task_id, endpoint, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [provider, new Date(at), cost, priority, ...nameOf(key), endpoint, requestIdOf(key)],
  );
}

async function writeSkip(
  client: pg.ClientBase,
  provider: string,
  { priority, cost, key, endpoint }: SpendRequest,
  at: Instant,
  { reason, left, kept }: Extract<SpendVerdict, { outcome: 'skipped' }>,
): Promise<void> {
  await client.query(
    `insert into provider_skips
       (provider, skipped_at, cost, priority, task_name, task_id, endpoint, request_id, reason, units_left, units_kept)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (request_id) do nothing`,
    [
      ...[provider, new Date(at), cost, priority, ...nameOf(key), endpoint, requestIdOf(key)],
      ...[reason, left, kept],
    ],
  );
}

const nameOf = (key: RequestKey): [taskName: string, taskId: string] => [
  key.taskName.slice(0, 100),
  taskIdOf(key),
];

const requestIdOf = (key: RequestKey): string => `${attemptKeyOf(key, key.retryCount)}/${key.requestNo}`;

async function lowerCeiling(
  pool: pg.Pool,
  provider: string,
  kind: PeriodKind,
  spentAt: Instant,
  remaining: number,
): Promise<void> {
  await reachingPostgres(() =>
    pool.query(
      `update provider_accounts set unit_ceiling = spent + $4
       where provider = $1 and period_kind = $2::text and period_start = date_trunc($2::text, $3::timestamptz, 'UTC')
         and spent + $4 < least(unit_limit, unit_ceiling)`,
      [provider, kind, new Date(spentAt), Math.floor(Math.min(Math.max(0, remaining), mostUnits))],
    ),
  );
}
