import {
  qualityWindows,
  type QualityRow,
  type QualityWindow,
} from '../../schemas/records/prediction-quality.js';
import type { OutcomeClass, PriceTriple, Probabilities } from '../../schemas/records/probabilities.js';
import { outcomesInClassOrder, type Instant, type Outcome } from '../../schemas/values.js';
import { shin } from '../odds/devig.js';
import { closingLineValue } from './closing-line.js';
import { pairedDifference, type PairedDifference } from './paired-difference.js';
import { isHit, logLoss, meanOf, rankedProbabilityScore } from './scores.js';
import { looksLikeLeak } from './suspected-leak.js';

const day = 86_400_000;

/** A prediction that was verified. */
export interface Verified {
  readonly model: string;
  readonly version: string;
  readonly league: string;
  readonly isSimulated: boolean;
  readonly kickOff: Instant;
  readonly chances: Probabilities;
  readonly predicted: Outcome;
  readonly result: Outcome;
  readonly prices: PriceTriple | null;
  readonly closing: PriceTriple | null;
}

/** The class of a result, in class order. */
export const classOf = (outcome: Outcome): OutcomeClass =>
  outcome === outcomesInClassOrder[0] ? 0 : outcome === outcomesInClassOrder[1] ? 1 : 2;
const judged = (one: Verified) => ({ chances: one.chances, outcome: classOf(one.result) });

type Closed = Verified & { readonly closing: PriceTriple };
const isClosed = (one: Verified): one is Closed => one.closing !== null;
const closingLoss = ({ closing, result }: Closed): number =>
  logLoss({ chances: shin(closing), outcome: classOf(result) });

/** How the model's log loss compares with the closing line's, match by match. */
const againstClosing = (closed: readonly Closed[]): PairedDifference =>
  pairedDifference(
    closed.map((one) => logLoss(judged(one))),
    closed.map(closingLoss),
  );

function figuresOf(verified: readonly Verified[]) {
  const closed = verified.filter(isClosed);
  const { mean: delta, standardError: deltaSe } = againstClosing(closed);
  const values = closed.flatMap(({ predicted, prices, closing }) =>
    prices === null ? [] : [closingLineValue(classOf(predicted), prices, closing)],
  );
  return {
    matches: verified.length,
    accuracy: meanOf(verified, (one) => (isHit(judged(one)) ? 1 : 0)),
    logLoss: meanOf(verified, (one) => logLoss(judged(one))),
    rps: meanOf(verified, (one) => rankedProbabilityScore(judged(one))),
    closing:
      closed.length === 0
        ? null
        : { matches: closed.length, logLoss: meanOf(closed, closingLoss), delta, deltaSe },
    closingLineValue:
      values.length === 0 ? null : { matches: values.length, mean: meanOf(values, (value) => value) },
  };
}

function grouped<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

const byVersion = (verified: readonly Verified[]): readonly (readonly Verified[])[] => [
  ...grouped(verified, ({ model, version }) => JSON.stringify([model, version])).values(),
];

const isWindow = (name: string): name is QualityWindow => name in qualityWindows;

/** Every version over every window, in all leagues (null) and in each of them; what has no match is not there. */
export function judgePredictions(verified: readonly Verified[], now: Instant): QualityRow[] {
  return byVersion(verified).flatMap((ofVersion) =>
    Object.entries(qualityWindows).flatMap(([window, days]): QualityRow[] => {
      const within = ofVersion.filter(({ kickOff }) => kickOff > now - days * day && kickOff <= now);
      const [first] = within;
      if (first === undefined || !isWindow(window)) return [];
      const about = { model: first.model, version: first.version, window };
      return [
        { ...about, league: null, ...figuresOf(within) },
        ...[...grouped(within, ({ league }) => league)]
          .toSorted(([one], [other]) => one.localeCompare(other))
          .map(([league, matches]) => ({ ...about, league, ...figuresOf(matches) })),
      ];
    }),
  );
}

/** A version whose verified predictions are better than the closing line by more than can be. */
export interface PredictionLeak {
  readonly model: string;
  readonly version: string;
  readonly played: 'real' | 'simulated';
  readonly difference: PairedDifference;
}

/** The versions that must know more than was known (COR-27), by all that was verified of them: by the rule of {@link looksLikeLeak}, real matches and simulated ones apart. */
export function suspectedLeaks(verified: readonly Verified[]): PredictionLeak[] {
  return byVersion(verified).flatMap((ofVersion) =>
    (['real', 'simulated'] as const).flatMap((played): PredictionLeak[] => {
      const closed = ofVersion
        .filter(({ isSimulated }) => isSimulated === (played === 'simulated'))
        .filter(isClosed);
      const [first] = closed;
      if (first === undefined) return [];
      const difference = againstClosing(closed);
      return looksLikeLeak(difference, played)
        ? [{ model: first.model, version: first.version, played, difference }]
        : [];
    }),
  );
}
