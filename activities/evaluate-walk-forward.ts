import { answers, chooseOn, type Fold } from '../domain/model/fold.js';
import { isJudged, judge, marketSays, refuseLeaks, type Verdicts } from '../domain/model/judge.js';
import type { PlayedMatch } from '../domain/model/model-match.js';
import { BadInput, PrerequisiteMissing } from '../schemas/errors.js';
import type { JudgeRow } from '../schemas/jobs/evaluate-model.js';
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

function verdictsOf(fold: Fold, calibration: readonly Fold[]): Verdicts[] {
  const choices = chooseOn(calibration);
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

/**
 * Judges the model walking forward: for each test season it is fitted on the seasons before, with rounds, calibration and
 * pool weights chosen on those same seasons, and set beside the market on the matches that carry both pre-match
 * prices. `matches` are those of the divisions and seasons to learn from, in order of time.
 *
 * Throws BadInput or PrerequisiteMissing where a season cannot be judged, SuspectedLeak where the result is too good.
 */
export async function evaluateModels(
  matches: readonly PlayedMatch[],
  testSeasons: readonly number[],
  plan: FitPlan,
  onFold?: (seasonStart: number, of: number) => void,
): Promise<JudgeRow[]> {
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

  const verdicts = [...new Set(testSeasons)].flatMap((test) =>
    foldsOf([test]).flatMap((fold) => verdictsOf(fold, foldsOf(calibrating(test)))),
  );
  if (verdicts.length === 0) {
    throw new PrerequisiteMissing("No match of these seasons carries both Bet365's and the average price", {
      field: 'testSeasons',
      advice: 'Choose seasons with prices: football-data.co.uk has both from 2005-06 on.',
    });
  }
  refuseLeaks(verdicts);
  return judge(verdicts);
}
