import type { BenchmarkName } from '../../schemas/records/benchmark.js';
import {
  benchmarkModel,
  judgedModels,
  pooled,
  type JudgedModel,
  type JudgeRow,
} from '../../schemas/jobs/evaluate-model.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';
import { seasonOfStartYear } from '../../schemas/values.js';
import { devig, devigMethods } from '../odds/devig.js';
import type { PlayedMatch } from './model-match.js';
import { pairedDifference } from './paired-difference.js';
import { logLoss, scoreAll, type Judged } from './scores.js';
import { refuseLeak } from './suspected-leak.js';

/** What was said of one match, by who said it. A model that could say nothing is not there. */
export interface Verdicts {
  readonly match: PlayedMatch;
  readonly said: Readonly<Partial<Record<JudgedModel, Probabilities>>>;
}

/** A match is judged where it carries both pre-match prices: every model on the same matches. */
export const isJudged = ({ benchmarks }: PlayedMatch): boolean =>
  benchmarks.prematch_average != null && benchmarks.prematch_bet365 != null;

const marketModels = (['prematch', 'closing'] as const).flatMap((phase) =>
  (['average', 'bet365'] as const).flatMap((source) =>
    devigMethods.map((method) => ({
      model: `market-${phase}-${source}-${method}` as const,
      prices: `${phase}_${source}` as const satisfies BenchmarkName,
      method,
    })),
  ),
);

/** What the market says of a match, in every phase, source and way there is of it. */
export const marketSays = ({ benchmarks }: PlayedMatch): Verdicts['said'] =>
  Object.fromEntries(
    marketModels.flatMap(({ model, prices, method }) => {
      const triple = benchmarks[prices];
      return triple == null ? [] : [[model, devig(method, triple)]];
    }),
  );

const saidBoth = (verdicts: readonly Verdicts[], ours: JudgedModel, theirs: JudgedModel) =>
  verdicts.flatMap(({ match: { outcome }, said }) => {
    const [own, other] = [said[ours], said[theirs]];
    return own === undefined || other === undefined
      ? []
      : [{ ours: { chances: own, outcome }, theirs: { chances: other, outcome } }];
  });

/** The paired difference in log loss over the matches that both spoke of. */
const differenceBetween = (verdicts: readonly Verdicts[], ours: JudgedModel, theirs: JudgedModel) => {
  const pairs = saidBoth(verdicts, ours, theirs);
  return pairedDifference(
    pairs.map((pair) => logLoss(pair.ours)),
    pairs.map((pair) => logLoss(pair.theirs)),
  );
};

function rowOf(
  verdicts: readonly Verdicts[],
  model: JudgedModel,
  about: { readonly season: string; readonly division: string },
): JudgeRow[] {
  const judged = verdicts.flatMap(({ match: { outcome }, said }): Judged[] => {
    const chances = said[model];
    return chances === undefined ? [] : [{ chances, outcome }];
  });
  if (judged.length === 0) return [];
  const { mean, standardError } = differenceBetween(verdicts, model, benchmarkModel);
  return [{ model, ...about, ...scoreAll(judged), delta: mean, deltaSe: standardError }];
}

/** Every model over every season and division, and over all of either: one row each. */
export function judge(verdicts: readonly Verdicts[]): JudgeRow[] {
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
      return judgedModels.flatMap((model) => rowOf(chosen, model, { season, division }));
    }),
  );
}

const ours = ['model-with-prices', 'model-without-prices'] as const;
const sharpest = 'market-closing-average-shin' satisfies JudgedModel;

/** Throws SuspectedLeak where one of our models beats the closing price by more than can be. */
export function refuseLeaks(verdicts: readonly Verdicts[]): void {
  const played = verdicts.every(({ match }) => match.simulated) ? 'simulated' : 'real';
  for (const model of ours) refuseLeak(model, differenceBetween(verdicts, model, sharpest), played);
}
