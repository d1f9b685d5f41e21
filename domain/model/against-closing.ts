import { pooled, type JudgedModel } from '../../schemas/jobs/evaluate-model.js';
import {
  reportedModels,
  type AgainstClosing,
  type ReportedModel,
} from '../../schemas/records/model-report.js';
import type { OutcomeClass, PriceTriple, Probabilities } from '../../schemas/records/probabilities.js';
import { seasonOfStartYear } from '../../schemas/values.js';
import type { Verdicts } from './judge.js';
import { pairedDifference } from './paired-difference.js';
import { logLoss, meanOf } from './scores.js';

const closing = 'market-closing-average-shin' satisfies JudgedModel;

/** What a price taken before the match is worth by the chance of the close: nothing gained or lost is 0. */
export const valueAtClose = (taken: number, closed: number): number => taken * closed - 1;

const classes = [0, 1, 2] as const;

/** The values at the close of a match: of the outcomes that a model would have backed at the price before it, and of all three. */
export function valuesOf(
  said: Probabilities,
  taken: PriceTriple,
  closed: Probabilities,
): { readonly backed: number[]; readonly all: number[] } {
  const values = (chosen: readonly OutcomeClass[]): number[] =>
    chosen.map((c) => valueAtClose(taken[c], closed[c]));
  return { all: values(classes), backed: values(classes.filter((c) => said[c] * taken[c] > 1)) };
}

/** The standard error of a mean; 0 of fewer than two. */
function errorOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values, (value) => value);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

function rowOf(
  verdicts: readonly Verdicts[],
  model: ReportedModel,
  about: { readonly season: string; readonly division: string },
): AgainstClosing[] {
  const both = verdicts.flatMap(({ match, said }) => {
    const [own, closed, taken] = [said[model], said[closing], match.benchmarks.prematch_average];
    return own === undefined || closed === undefined || taken == null
      ? []
      : [{ outcome: match.outcome, own, closed, values: valuesOf(own, taken, closed) }];
  });
  if (both.length === 0) return [];
  const { n, mean, standardError } = pairedDifference(
    both.map(({ own, outcome }) => logLoss({ chances: own, outcome })),
    both.map(({ closed, outcome }) => logLoss({ chances: closed, outcome })),
  );
  const backed = both.flatMap(({ values }) => values.backed);
  return [
    {
      ...{ model, ...about, n, delta: mean, deltaSe: standardError, bets: backed.length },
      value: backed.length === 0 ? null : meanOf(backed, (value) => value),
      valueSe: backed.length === 0 ? null : errorOf(backed),
      blind: meanOf(
        both.flatMap(({ values }) => values.all),
        (value) => value,
      ),
    },
  ];
}

/**
 * Our models beside the average closing price, and what backing them at the average price before the match is worth by it: for every season and division, and over
 * all of either.
 */
export function againstClosing(verdicts: readonly Verdicts[]): AgainstClosing[] {
  const seasonOf = ({ match }: Verdicts): string => seasonOfStartYear(match.seasonStart);
  const seasons = [...new Set(verdicts.map(seasonOf))].sort();
  const divisions = [...new Set(verdicts.map(({ match }) => match.division))].sort();
  return [...seasons, pooled].flatMap((season) =>
    [...divisions, pooled].flatMap((division) => {
      const chosen = verdicts.filter(
        (verdict) =>
          (season === pooled || seasonOf(verdict) === season) &&
          (division === pooled || verdict.match.division === division),
      );
      return reportedModels.flatMap((model) => rowOf(chosen, model, { season, division }));
    }),
  );
}
