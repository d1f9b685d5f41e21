import { z } from 'zod';
import { BadInput } from './errors.js';

/** What a request is for, the most urgent first. `regular` is odds by their cadence, weather and injuries. */
export const Priority = z.enum(['live', 'closing', 'lineups', 'fixtures', 'regular', 'backfill']);
export type Priority = z.infer<typeof Priority>;

/** Every priority, the highest first. */
export const priorities: readonly Priority[] = Priority.options;

/** A value for each priority. */
export type ByPriority<T> = Readonly<Record<Priority, T>>;

/** A value for each priority, made by one function. */
export const byPriority = <T>(make: (priority: Priority) => T): ByPriority<T> => ({
  live: make('live'),
  closing: make('closing'),
  lineups: make('lineups'),
  fixtures: make('fixtures'),
  regular: make('regular'),
  backfill: make('backfill'),
});

/** The units that a day asks of a provider for one priority; they add up. */
export interface Cadence {
  readonly perDay: number;
  readonly perMatch: number;
  /** For each instant at which matches start: one request tells of all of them. */
  readonly perKickoff: number;
  /** One unit, for all matches together, every so many minutes while any is in play; null where none is asked then. */
  readonly everyMinutesInPlay: number | null;
}

/** What a provider lets us ask, and how we divide it. Units are the provider's: one a request, or more. */
export interface ProviderBudget {
  /** As in `data_source`. */
  readonly provider: string;
  /** Units of a day of UTC. */
  readonly perDay: number;
  /** Units of a minute. */
  readonly perMinute: number;
  /**
   * The share of a day's (and a minute's) units that a request of this priority leaves untouched for what nobody planned of the higher
   * ones: a match that moves, a poll more. What is planned for the higher ones is left beside it. No priority leaves more than one below it.
   */
  readonly reserve: ByPriority<number>;
  readonly cadence: ByPriority<Cadence>;
}

const nothing: Cadence = { perDay: 0, perMatch: 0, perKickoff: 0, everyMinutesInPlay: null };
const cadenceOf = (asked: Partial<Record<Priority, Partial<Cadence>>>): ByPriority<Cadence> =>
  byPriority((priority) => ({ ...nothing, ...asked[priority] }));

const reserve: ByPriority<number> = {
  live: 0,
  closing: 0,
  lineups: 0.02,
  fixtures: 0.02,
  regular: 0.1,
  backfill: 0.3,
};

/** The free plans. A plan by the month is declared as the share of a day: 500 credits are 16 in each of 31 days. */
const declared: readonly ProviderBudget[] = [
  {
    provider: 'api_football',
    perDay: 100,
    perMinute: 10,
    reserve,
    cadence: cadenceOf({
      live: { everyMinutesInPlay: 15 },
      // Two hours before kick-off, and in the last hour every quarter of one.
      lineups: { perMatch: 5 },
      fixtures: { perDay: 4 },
      regular: { perDay: 12 },
    }),
  },
  {
    provider: 'odds_api',
    perDay: 16,
    perMinute: 10,
    reserve,
    // A request for three markets in one region costs three.
    cadence: cadenceOf({ closing: { perKickoff: 3 }, regular: { perDay: 6 } }),
  },
  {
    provider: 'scores_api',
    perDay: 1_440,
    perMinute: 30,
    reserve,
    // Its list of today's matches is a request; The Odds API's lists cost nothing.
    cadence: cadenceOf({ live: { everyMinutesInPlay: 2 }, fixtures: { perDay: 1 } }),
  },
  {
    provider: 'open_meteo',
    perDay: 10_000,
    perMinute: 600,
    reserve,
    cadence: cadenceOf({ regular: { perMatch: 2 } }),
  },
];

const Units = z.int().min(0).max(1_000_000_000);
const CadenceChange = z.strictObject({
  perDay: Units.optional(),
  perMatch: Units.optional(),
  perKickoff: Units.optional(),
  everyMinutesInPlay: z.number().min(0.1).max(1_440).nullable().optional(),
});
const BudgetChange = z.strictObject({
  perDay: Units.optional(),
  perMinute: Units.optional(),
  reserve: z.partialRecord(Priority, z.number().min(0).max(1)).optional(),
  cadence: z.partialRecord(Priority, CadenceChange).optional(),
});
/** What a deployment changes of the declared budgets, by provider. */
export const BudgetChanges = z.record(z.string(), BudgetChange);
export type BudgetChanges = z.input<typeof BudgetChanges>;

const refused = (message: string, object: string, advice: string, cause?: unknown): BadInput =>
  new BadInput(message, { setting: 'BUDGETS', object, advice }, cause);

/**
 * The budget of every provider, with what a deployment changes. Throws {@link BadInput} on a provider that is not declared, and
 * where a priority would leave more untouched than one below it.
 */
export function budgetsWith(changes: BudgetChanges): readonly ProviderBudget[] {
  const unknown = Object.keys(changes).find((name) => !declared.some(({ provider }) => provider === name));
  if (unknown !== undefined) {
    throw refused(
      `There is no budget for ${unknown}`,
      unknown,
      `Name one of ${declared.map(({ provider }) => provider).join(', ')}.`,
    );
  }
  return declared.map((budget) => changed(budget, BudgetChange.parse(changes[budget.provider] ?? {})));
}

function changed(budget: ProviderBudget, change: z.output<typeof BudgetChange>): ProviderBudget {
  const shares = byPriority((priority) => change.reserve?.[priority] ?? budget.reserve[priority]);
  const tooMuch = priorities.find((priority, index) =>
    priorities.slice(index + 1).some((lower) => shares[priority] > shares[lower]),
  );
  if (tooMuch !== undefined) {
    throw refused(
      `${tooMuch} would leave more of ${budget.provider} untouched than a priority below it`,
      `${budget.provider}.reserve.${tooMuch}`,
      `Let the shares grow in the order ${priorities.join(', ')}.`,
    );
  }
  return {
    provider: budget.provider,
    perDay: change.perDay ?? budget.perDay,
    perMinute: change.perMinute ?? budget.perMinute,
    reserve: shares,
    cadence: byPriority((priority) => changedCadence(budget.cadence[priority], change.cadence?.[priority])),
  };
}

function changedCadence(cadence: Cadence, change: z.output<typeof CadenceChange> = {}): Cadence {
  const { everyMinutesInPlay } = change;
  return {
    perDay: change.perDay ?? cadence.perDay,
    perMatch: change.perMatch ?? cadence.perMatch,
    perKickoff: change.perKickoff ?? cadence.perKickoff,
    // Null is a value here: no polls in play.
    everyMinutesInPlay: everyMinutesInPlay === undefined ? cadence.everyMinutesInPlay : everyMinutesInPlay,
  };
}

/** Reads the text of BUDGETS: JSON, `{"api_football": {"perDay": 7500, "perMinute": 300}}`. Throws {@link BadInput}. */
export function readBudgets(text: string): readonly ProviderBudget[] {
  const example = 'Write JSON such as {"api_football": {"perDay": 7500, "perMinute": 300}}.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused('The budgets cannot be read: it is not JSON', text, example, error);
  }
  const parsed = BudgetChanges.safeParse(value);
  if (parsed.success) return budgetsWith(parsed.data);
  const issue = parsed.error.issues[0];
  throw refused(
    `The budgets cannot be read: ${issue?.message ?? 'unknown'}`,
    issue?.path.join('.') ?? '',
    example,
  );
}
