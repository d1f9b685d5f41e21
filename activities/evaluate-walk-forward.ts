import { answers, chooseOn, type Choices, type Fold } from '../domain/model/fold.js';
import { isJudged, judge, marketSays, refuseLeaks, type Verdicts } from '../domain/model/judge.js';
import type { PlayedMatch } from '../domain/model/model-match.js';
import { BadInput, PrerequisiteMissing } from '../schemas/errors.js';
import type { EvaluationReport, PoolRow } from '../schemas/jobs/evaluate-model.js';
import { seasonOfStartYear } from '../schemas/values.js';
import { predictSeasons, type FitPlan } from './train-folds.js';

/** A season needs one before it to choose rounds and weights on, and that one a season to learn from. */
const seasonsBefore = 2;

function checkSeason(test: number, present: readonly number[]): void {
  const season = seasonOfStartYear(test);
  if (!present.includes(test)) {
    throw new BadInput(`No match of ${season} has been played in the divisions asked for`, {
      field: 'testSeasons',
      advice: `Choose from ${present.map(seasonOfStartYear).join(', ')}.`,
    });
  }
  const firstJudgeable = present[seasonsBefore];
  if (present.filter((year) => year < test).length < seasonsBefore) {
    throw new PrerequisiteMissing(`${season} cannot be judged: fewer than two seasons lie before it`, {
      field: 'testSeasons',
      advice: `Choose ${firstJudgeable === undefined ? 'other divisions' : `${seasonOfStartYear(firstJudgeable)} or later`}, or import earlier seasons.`,
    });
  }
}

/** The seasons that choose rounds and weights for a test season: the last ones before it that have one to learn from. */
export const calibrationSeasons = (before: readonly number[], most: number): number[] =>
  before.slice(1).slice(-most);

const modelOf = { withPrices: 'model-with-prices', withoutPrices: 'model-without-prices' } as const;
/** Standard errors on either side of a normal estimate that hold 95 % of it. */
const halfInterval = 1.96;

function poolsOf(seasonStart: number, choices: Choices): PoolRow[] {
  return (['withPrices', 'withoutPrices'] as const).flatMap((variant) => {
    const choice = choices[variant];
    if (choice === null) return [];
    const intervalOf = (who: 0 | 1) => {
      const [weight, error] = [choice.weights[who], choice.errors[who]];
      const high = weight + halfInterval * error;
      return {
        weight,
        low: Math.max(0, weight - halfInterval * error),
        high: Number.isFinite(high) ? high : null,
      };
    };
    return [
      {
        ...{ season: seasonOfStartYear(seasonStart), model: modelOf[variant], matches: choice.matches },
        ...{ booster: intervalOf(0), partner: intervalOf(1) },
      },
    ];
  });
}

function verdictsOf(fold: Fold, choices: Choices): Verdicts[] {
  return fold.matches
    .filter(({ match }) => isJudged(match))
    .map((foldMatch) => {
      const ours = answers(foldMatch, choices);
      return {
        match: foldMatch.match,
        said: {
          ...marketSays(foldMatch.match),
          ...(ours === null
            ? {}
            : { 'model-with-prices': ours.withPrices, 'model-without-prices': ours.withoutPrices }),
          'base-rate': fold.baseRate,
        },
      };
    });
}

/** A test season as the model saw it: from the seasons before it, with rounds and weights that were chosen on these. */
export interface TestedSeason {
  readonly fold: Fold;
  readonly choices: Choices;
  /** What everyone said of its matches that are judged. */
  readonly verdicts: readonly Verdicts[];
}

/**
 * Predicts test seasons walking forward: for each, the model is fitted on the seasons before, with rounds, calibration and
 * pool weights chosen on those same seasons. `matches` are those of the divisions and seasons to learn from, in order of time.
 *
 * Throws BadInput or PrerequisiteMissing where a season cannot be judged.
 */
export async function walkForward(
  matches: readonly PlayedMatch[],
  testSeasons: readonly number[],
  plan: FitPlan,
  onFold?: (seasonStart: number, of: number) => void,
): Promise<TestedSeason[]> {
  const present = [...new Set(matches.map(({ seasonStart }) => seasonStart))].sort((a, b) => a - b);
  for (const test of testSeasons) checkSeason(test, present);
  const calibrating = (test: number): number[] =>
    calibrationSeasons(
      present.filter((year) => year < test),
      plan.recipe.calibrationSeasons,
    );
  const needed = [...new Set(testSeasons.flatMap((test) => [...calibrating(test), test]))].sort(
    (a, b) => a - b,
  );
  const folds = await predictSeasons(matches, needed, plan, (season) => onFold?.(season, needed.length));
  const foldsOf = (seasons: readonly number[]): Fold[] =>
    folds.filter(({ seasonStart }) => seasons.includes(seasonStart));

  return [...new Set(testSeasons)].flatMap((test) => {
    const choices = chooseOn(foldsOf(calibrating(test)));
    return foldsOf([test]).map((fold) => ({ fold, choices, verdicts: verdictsOf(fold, choices) }));
  });
}

/** Test seasons, judged. */
export interface Judgement extends Pick<EvaluationReport, 'rows' | 'pools'> {
  readonly tested: readonly TestedSeason[];
}

/**
 * Sets the model, {@link walkForward}, beside the market on the matches of the test seasons that carry both pre-match prices, and says how much the booster counted.
 *
 * Throws BadInput or PrerequisiteMissing where a season cannot be judged, SuspectedLeak where the result is too good.
 */
export async function evaluateModels(
  matches: readonly PlayedMatch[],
  testSeasons: readonly number[],
  plan: FitPlan,
  onFold?: (seasonStart: number, of: number) => void,
): Promise<Judgement> {
  const tested = await walkForward(matches, testSeasons, plan, onFold);
  const verdicts = tested.flatMap((season) => season.verdicts);
  if (verdicts.length === 0) {
    throw new PrerequisiteMissing("No match of these seasons carries both Bet365's and the average price", {
      field: 'testSeasons',
      advice: 'Choose seasons with prices: football-data.co.uk has both from 2005-06 on.',
    });
  }
  refuseLeaks(verdicts);
  return {
    rows: judge(verdicts),
    pools: tested.flatMap(({ fold, choices }) => poolsOf(fold.seasonStart, choices)),
    tested,
  };
}
