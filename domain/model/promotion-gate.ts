import type { HeldOut } from '../../schemas/records/held-out.js';
import type { GateFigures, LossesBeside } from '../../schemas/records/promotion.js';
import { pairedDifference } from './paired-difference.js';
import { meanOf } from './scores.js';

/**
 * How far above the bookmakers' log loss a version may lie. A quarter of what ratings without any price lose to them on the five top leagues (.019): more
 * than the standard error of four seasons of one division, less than any model that merely forgets its prices.
 */
export const bookmakerMargin = 0.005;

/** Fewer matches than a season of the smallest top division decide nothing. */
export const fewestMatches = 300;

/** The version that is in production, by what it said of matches it had not seen; null where its registration kept none. */
export interface Incumbent {
  readonly version: number;
  readonly heldOut: HeldOut | null;
}

/** What the gate says: it passes where there are no objections. */
export interface GateVerdict {
  readonly figures: GateFigures;
  /** Sentences with their figures. */
  readonly objections: readonly string[];
}

interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

function beside(pairs: readonly Pair[]): LossesBeside {
  const [ours, theirs] = [pairs.map((pair) => pair.ours), pairs.map((pair) => pair.theirs)];
  const { mean, standardError } = pairedDifference(ours, theirs);
  return {
    matches: pairs.length,
    logLoss: meanOf(ours, (loss) => loss),
    theirs: meanOf(theirs, (loss) => loss),
    delta: mean,
    deltaSe: standardError,
  };
}

const pairsWith = (
  { matchIds, model }: HeldOut,
  theirLoss: (matchId: number, row: number) => number | null | undefined,
): Pair[] =>
  matchIds.flatMap((matchId, row) => {
    const [ours, theirs] = [model[row], theirLoss(matchId, row)];
    return ours === undefined || theirs == null ? [] : [{ ours, theirs }];
  });

const shown = ({ logLoss, theirs, delta, deltaSe, matches }: LossesBeside): string =>
  `log loss ${logLoss.toFixed(4)} against ${theirs.toFixed(4)}, ${delta >= 0 ? '+' : ''}${delta.toFixed(4)} ± ${deltaSe.toFixed(4)} over ${matches} matches`;

function besideBaseline(candidate: HeldOut): NonNullable<GateFigures['baseline']> {
  const priced = pairsWith(candidate, (_, row) => candidate.bookmakers[row]);
  if (priced.length >= fewestMatches) {
    return { of: 'bookmakers', margin: bookmakerMargin, ...beside(priced) };
  }
  return { of: 'base-rate', margin: 0, ...beside(pairsWith(candidate, (_, row) => candidate.baseRate[row])) };
}

function besideProduction(candidate: HeldOut, production: HeldOut): LossesBeside {
  const theirs = new Map(
    production.matchIds.map((matchId, row) => [matchId, production.model[row]] as const),
  );
  return beside(pairsWith(candidate, (matchId) => theirs.get(matchId)));
}

/**
 * Whether a version may serve (MODEL-8), by its log loss on matches that its parts had not seen: not worse than the bookmakers by more than
 * {@link bookmakerMargin}, or, where hardly a match had prices, better than the shares of the results before; and better than the version in production
 * on the matches that both spoke of unseen.
 */
export function judgePromotion(candidate: HeldOut | null, incumbent: Incumbent | null): GateVerdict {
  if (candidate === null || candidate.matchIds.length < fewestMatches) {
    return {
      figures: { baseline: null, production: null },
      objections: [
        candidate === null
          ? 'the version kept nothing of what it said of matches it had not seen'
          : `the version was held against ${candidate.matchIds.length} matches it had not seen, and fewer than ${fewestMatches} decide nothing`,
      ],
    };
  }
  const objections: string[] = [];
  const baseline = besideBaseline(candidate);
  if (baseline.of === 'bookmakers' && !(baseline.delta <= baseline.margin)) {
    objections.push(
      `it is worse than the bookmakers by more than ${baseline.margin.toFixed(4)} (${shown(baseline)})`,
    );
  }
  if (baseline.of === 'base-rate' && !(baseline.delta < 0)) {
    objections.push(
      `hardly a match had prices, and it does not beat the shares of the results before (${shown(baseline)})`,
    );
  }
  if (incumbent === null) return { figures: { baseline, production: null }, objections };
  const { version, heldOut } = incumbent;
  const production = heldOut === null ? null : { version, ...besideProduction(candidate, heldOut) };
  if (production === null || production.matches < fewestMatches) {
    objections.push(
      `it cannot be compared with version ${version} in production: they spoke of ${production?.matches ?? 0} matches in common that neither had seen`,
    );
  } else if (!(production.delta < 0)) {
    objections.push(`it does not beat version ${version} in production (${shown(production)})`);
  }
  return { figures: { baseline, production }, objections };
}
