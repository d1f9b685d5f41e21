import { answers, type Choices, type Fold } from '../domain/model/fold.js';
import { isJudged, marketSays, refuseLeaks } from '../domain/model/judge.js';
import type { PlayedMatch } from '../domain/model/model-match.js';
import { precisionAndRecall } from '../domain/model/precision-recall.js';
import type { Variant } from '../domain/model/recipe.js';
import { logLoss, scoreAll, type Judged } from '../domain/model/scores.js';
import type { HeldOut } from '../schemas/records/held-out.js';
import type { ModelMetrics, ModelVersion } from '../schemas/records/model.js';
import type { Probabilities } from '../schemas/records/probabilities.js';

/** What a fit said of the seasons it was calibrated on: as figures, and match by match. */
export interface Measured {
  readonly metrics: ModelVersion['metrics'];
  readonly heldOut: HeldOut;
}

interface Said {
  readonly match: PlayedMatch;
  readonly ours: Readonly<Record<Variant, Probabilities>>;
  readonly baseRate: Probabilities;
}

const metricsOf = (judged: readonly Judged[]): ModelMetrics => ({
  ...scoreAll(judged),
  ...precisionAndRecall(judged),
});

/** A millionth is far below what one match decides. */
const shortened = (loss: number): number => Number(loss.toFixed(6));

function heldOutOf(said: readonly Said[]): HeldOut {
  const column = (chances: (one: Said) => Probabilities): number[] =>
    said.map((one) => shortened(logLoss({ chances: chances(one), outcome: one.match.outcome })));
  return {
    matchIds: said.map(({ match }) => match.matchId),
    // As it serves: with prices where the match has them.
    model: column(({ ours }) => ours.withPrices),
    bookmakers: said.map(({ match: { market, outcome } }) =>
      market === null ? null : shortened(logLoss({ chances: market, outcome })),
    ),
    baseRate: column(({ baseRate }) => baseRate),
  };
}

/**
 * What both variants said of the seasons they were calibrated on, each predicted from those before it, and beside them the books' mean prices at the cutoff on
 * the same matches (MODEL-4). Throws SuspectedLeak where it is too good.
 */
export function measure(folds: readonly Fold[], choices: Choices): Measured {
  const said = folds.flatMap(({ matches, baseRate }) =>
    matches.flatMap((foldMatch): Said[] => {
      const ours = answers(foldMatch, choices);
      return ours === null ? [] : [{ match: foldMatch.match, ours, baseRate }];
    }),
  );
  refuseLeaks(
    said
      .filter(({ match }) => isJudged(match))
      .map(({ match, ours }) => ({
        match,
        said: {
          ...marketSays(match),
          'model-with-prices': ours.withPrices,
          'model-without-prices': ours.withoutPrices,
        },
      })),
  );
  const judged = (variant: Variant): Judged[] =>
    said.map(({ match, ours }) => ({ chances: ours[variant], outcome: match.outcome }));
  const priced = said.flatMap(({ match: { market, outcome }, ours }) =>
    market === null
      ? []
      : [{ model: { chances: ours.withPrices, outcome }, bookmakers: { chances: market, outcome } }],
  );
  return {
    metrics: {
      withoutPrices: metricsOf(judged('withoutPrices')),
      withPrices: choices.withPrices === null ? null : metricsOf(judged('withPrices')),
      besideBookmakers:
        priced.length === 0
          ? null
          : {
              model: metricsOf(priced.map(({ model }) => model)),
              bookmakers: metricsOf(priced.map(({ bookmakers }) => bookmakers)),
            },
    },
    heldOut: heldOutOf(said),
  };
}
