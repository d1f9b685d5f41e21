import {
  bookFeatures,
  differenceOf,
  formFeatures,
  marketFeatures,
  squareOf,
} from '../../domain/model/feature-set.js';
import type { PlayedMatch } from '../../domain/model/model-match.js';
import { softmax } from '../../domain/model/multinomial-logistic.js';
import { shin } from '../../domain/odds/devig.js';
import type { OutcomeClass, PriceTriple, Probabilities } from '../../schemas/records/probabilities.js';
import { randomStream } from '../../simulator/random.js';

/** What the made-up matches are like. */
export interface MadeUp {
  readonly seed: number;
  readonly seasons: readonly number[];
  readonly perSeason: number;
  /** Whether they claim to be of the real world. */
  readonly simulated: boolean;
  /** Share of the matches that carry prices. */
  readonly priced?: number;
}

const margin = 1.05;
const pricesFor = (chances: Probabilities): PriceTriple => [
  1 / chances[0] / margin,
  1 / chances[1] / margin,
  1 / chances[2] / margin,
];

/**
 * Matches whose outcomes are drawn from chances that follow `home_elo` − `away_elo`; the market knows those chances up to some
 * noise, and closes nearer to them.
 */
export function madeUpMatches({ seed, seasons, perSeason, simulated, priced = 1 }: MadeUp): PlayedMatch[] {
  return seasons.flatMap((seasonStart) =>
    Array.from({ length: perSeason }, (_, index): PlayedMatch => {
      const random = randomStream(seed, seasonStart, index);
      const values = new Map<string, number>(formFeatures.map((name) => [name, random.normal()]));
      const [home, away] = [random.normal() * 80, random.normal() * 80];
      values.set('home_elo', 1500 + home).set('away_elo', 1500 + away);
      const log = (home - away) / 150 + 0.25;
      const truth = softmax(-log / 2, -0.2, log / 2);
      const drawn = random.uniform();
      const outcome: OutcomeClass = drawn < truth[0] ? 0 : drawn < truth[0] + truth[1] ? 1 : 2;
      const near = (noise: number): PriceTriple => {
        const seen = log + random.normal() * noise;
        return pricesFor(softmax(-seen / 2, -0.2, seen / 2));
      };
      const prematch = near(0.1);
      const market = random.uniform() < priced ? shin(prematch) : null;
      for (const name of bookFeatures) values.set(name, market === null ? Number.NaN : 1);
      for (const [leg, name] of marketFeatures.entries()) {
        values.set(name, Math.log(market?.[leg] ?? Number.NaN));
      }
      const feature = (name: string): number => {
        const root = squareOf(name);
        if (root !== undefined) return feature(root) ** 2;
        const sides = differenceOf(name);
        if (sides !== undefined) return feature(sides[0]) - feature(sides[1]);
        return values.get(name) ?? (name === 'division_MADE' ? 1 : 0);
      };
      return {
        matchId: seasonStart * 10_000 + index,
        kickOff: Date.UTC(seasonStart, 7, 1) + index * 3_600_000,
        seasonStart,
        division: 'MADE',
        simulated,
        outcome,
        feature,
        market,
        benchmarks: {
          prematch_average: prematch,
          prematch_bet365: near(0.12),
          closing_average: near(0.05),
          closing_bet365: near(0.06),
        },
      };
    }),
  );
}

/** The same matches, and one feature that tells how each ended. */
export const withPlantedLeak = (matches: readonly PlayedMatch[]): PlayedMatch[] =>
  matches.map((match) => ({
    ...match,
    feature: (name) => (name === 'home_rest_days' ? match.outcome : match.feature(name)),
  }));
