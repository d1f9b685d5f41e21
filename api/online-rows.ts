import type { OnlineAnswer } from '../schemas/api/features.js';
import type { FeatureValue, OnlineRow } from '../schemas/features/online.js';
import { toIso } from '../schemas/values.js';
import { joinRows, type OnlinePlan, type PlannedRow } from './online-plan.js';

const lineOf = ({ matchId, status, asOf, values }: PlannedRow): OnlineAnswer['rows'][number] => ({
  ...{ match_id: matchId, status, values },
  as_of: asOf === null ? null : toIso(asOf),
});

interface Written extends Pick<OnlineRow, 'status' | 'asOf'> {
  readonly plan: OnlinePlan;
  readonly text: string;
}

/** By the values of a vector, which are the same object for as long as it is told. */
const written = new WeakMap<readonly FeatureValue[], Written>();

/** The rows of an answer as JSON, in their order. What a vector comes to under a plan is written once for all times that it is told. */
export function rowTexts(plan: OnlinePlan, told: readonly (readonly OnlineRow[])[]): string[] {
  const [rows = [], ...others] = told;
  if (others.length > 0) return joinRows(plan, told).map((row) => JSON.stringify(lineOf(row)));
  return rows.map((row) => {
    const before = written.get(row.values);
    if (before?.plan === plan && before.status === row.status && before.asOf === row.asOf) return before.text;
    const text = joinRows(plan, [[row]])
      .map((joined) => JSON.stringify(lineOf(joined)))
      .join('');
    written.set(row.values, { plan, status: row.status, asOf: row.asOf, text });
    return text;
  });
}

/** The answer as JSON, around its rows. Within a text a quote is escaped, so the empty list of rows stands in one place alone. */
export const withRows = (answer: string, rows: readonly string[]): string =>
  answer.replace('"rows":[]', () => `"rows":[${rows.join(',')}]`);
