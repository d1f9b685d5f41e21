import { z } from 'zod';
import type { BudgetDay, SkippedRequests } from '../adapters/postgres/budget-report.js';
import { keptFor } from '../domain/budget/decide-spend.js';
import { byPriority, priorities, type ProviderBudget } from '../schemas/budgets.js';
import { CalendarDate } from '../schemas/values.js';
import { command } from './command.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

const DateOption = z.string().transform((text, context) => {
  const date = CalendarDate.safeParse(text);
  if (date.success) return date.data;
  context.addIssue({ code: 'custom', message: `${text} is not a day: write 2026-11-26` });
  return z.NEVER;
});
const dateOption = { flags: '--date <day>', about: 'a day of UTC, as 2026-11-26', otherwise: 'today' };

/** One provider's day: what it had, what became of it, and what each priority may still use. */
function providerDay(budget: ProviderBudget, { day, accounts, use, skipped }: BudgetDay) {
  const { provider, perDay, perMinute } = budget;
  const ofProvider = (row: { readonly provider: string }): boolean => row.provider === provider;
  const { limit, spent } = accounts.find(ofProvider) ?? { limit: perDay, spent: 0 };
  const left = limit - spent;
  const used = use.filter(ofProvider);
  const ofPriority = byPriority((priority) => used.find((row) => row.priority === priority));
  const planned = byPriority((priority) => ofPriority[priority]?.planned ?? 0);
  return {
    ...{ provider, day, limit, declaredPerDay: perDay, perMinute, spent, left },
    plannedAt: used.find(({ plannedAt }) => plannedAt !== null)?.plannedAt?.toISOString() ?? null,
    priorities: priorities.map((priority) => {
      const { wanted = 0, granted = 0, spent: spentOnIt = 0 } = ofPriority[priority] ?? {};
      return {
        priority,
        ...{ wanted, granted, cut: wanted - granted, spent: spentOnIt, reserved: planned[priority] },
        available: left - keptFor(budget, { limit, spent }, planned, priority),
      };
    }),
    skipped: skipped.filter(ofProvider).map(skippedDocument),
  };
}
type ProviderDay = ReturnType<typeof providerDay>;

const skippedDocument = ({ priority, task, reason, requests, units, firstAt, lastAt }: SkippedRequests) => ({
  ...{ priority, task, reason, requests, units },
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
});

const unitsText = (parts: readonly (readonly [name: string, units: number])[]): string =>
  parts
    .filter(([, units]) => units > 0)
    .map(([name, units]) => `${name} ${grouped(units)}`)
    .join(', ');

function daysText(days: readonly ProviderDay[]): string {
  const skips = days.flatMap(({ provider, skipped }) => skipped.map((skip) => ({ provider, ...skip })));
  return [
    textTable(
      ['provider', 'day', 'limit', 'spent', 'left', 'reserved', 'spent on'],
      days.map(({ provider, day, limit, spent, left, priorities: rows }) => [
        ...[provider, day, limit, spent, left],
        unitsText(rows.map(({ priority, reserved }) => [priority, reserved])),
        unitsText(rows.map(({ priority, spent: units }) => [priority, units])),
      ]),
    ),
    '',
    skips.length === 0
      ? 'Nothing was skipped.'
      : textTable(
          ['skipped', 'priority', 'task', 'reason', 'requests', 'units', 'last at'],
          skips.map(({ provider, priority, task, reason, requests, units, lastAt }) => [
            ...[provider, priority, task, reason.replaceAll('_', ' '), requests, units, lastAt],
          ]),
        ),
  ].join('\n');
}

export const budgetShow = command({
  path: ['budget', 'show'],
  isDefault: true,
  summary: 'what each provider lets us ask today, what is left, what was skipped',
  description: [
    'Shows for each provider the units of the day, those spent and left, those reserved by the plan for requests still ahead, and the',
    'requests that were not made for want of budget: day_spent, nothing is left; kept_for_higher, what is left is kept for higher',
    'priorities; above_limit, no day or minute has as many. A limit below the declared one is the provider’s own count.',
  ].join('\n'),
  options: [dateOption],
  examples: [
    'touchline budget',
    'touchline budget show --date 2026-11-25 --json',
    `BUDGETS='{"api_football": {"perDay": 7500, "perMinute": 300}}' touchline budget`,
  ],
  json: [
    'An array of {"provider", "day", "limit", "declaredPerDay", "perMinute", "spent", "left", "plannedAt", "priorities": [{"priority", "wanted",',
    '"granted", "cut", "spent", "reserved", "available"}], "skipped": [{"priority", "task", "reason", "requests", "units", "firstAt",',
    '"lastAt"}]}; available is what a request of that priority may still use.',
  ].join('\n'),
  settings: z.object({ date: DateOption.optional() }),
  async run({ date }, context) {
    const { readBudgetDay } = await import('../adapters/postgres/budget-report.js');
    const told = await withDatabase(context, { role: 'reader', name: 'budget' }, ({ pool }) =>
      readBudgetDay(pool, date),
    );
    const days = context.config.budgets.map((budget) => providerDay(budget, told));
    await context.output.result(days, () => daysText(days));
    return 0;
  },
});

function planText(plans: readonly ProviderDay[]): string {
  const rows = plans.flatMap(({ provider, plannedAt, priorities: all }) =>
    plannedAt === null ? [] : all.map((row) => ({ provider, plannedAt, ...row })),
  );
  if (rows.length === 0) return 'No plan was made for the day: touchline budget plan --make.';
  return textTable(
    ['provider', 'planned at', 'priority', 'wanted', 'granted', 'cut', 'still reserved'],
    rows
      .filter(({ wanted }) => wanted > 0)
      .map(({ provider, plannedAt, priority, wanted, granted, cut, reserved }) => [
        ...[provider, plannedAt, priority, wanted, granted, cut, reserved],
      ]),
  );
}

export const budgetPlan = command({
  path: ['budget', 'plan'],
  summary: 'what the day’s fixtures want of each provider; --make plans the rest of today',
  description: [
    'Shows the plan of a day: the units that its fixtures make each priority want, those that it gets, the highest first, and those cut.',
    '--make plans the rest of today anew, from the fixtures still ahead and what is left of each account.',
  ].join('\n'),
  options: [dateOption, { flags: '--make', about: 'plan the rest of today now' }],
  examples: ['touchline budget plan', 'touchline budget plan --make --json'],
  json: 'An array of {"provider", "day", "left", "plannedAt", "priorities": [{"priority", "wanted", "granted", "cut", "reserved"}]}.',
  settings: z
    .object({ date: DateOption.optional(), make: z.boolean().default(false) })
    .refine(({ date, make }) => date === undefined || !make, {
      path: ['date'],
      error: 'Only the rest of today is planned: give --date or --make',
    }),
  async run({ date, make }, context) {
    const { budgets } = context.config;
    const { readBudgetDay } = await import('../adapters/postgres/budget-report.js');
    const { planBudgets } = await import('../activities/plan-budgets.js');
    const told = await withDatabase(
      context,
      { role: make ? 'admin' : 'reader', name: 'budget' },
      async ({ pool }) => {
        if (make) await planBudgets({ pool, budgets });
        return await readBudgetDay(pool, date);
      },
    );
    const plans = budgets.map((budget) => providerDay(budget, told));
    await context.output.result(plans.map(planDocument), () => planText(plans));
    return 0;
  },
});

const planDocument = ({ provider, day, left, plannedAt, priorities: rows }: ProviderDay) => ({
  ...{ provider, day, left, plannedAt },
  priorities: rows.map(({ priority, wanted, granted, cut, reserved }) => ({
    ...{ priority, wanted, granted, cut, reserved },
  })),
});
