import type { ExpectedGoals, OutcomeProbabilities, ScoreGrid, Stake } from '../league/score-grid.js';
import { homeHandicapStake, outcomeProbabilities, overStake, scoreGrid } from '../league/score-grid.js';
import type { Random } from '../random.js';
import type { Bookmaker } from './bookmakers.js';
import { bookmakers, shownPrice } from './bookmakers.js';

/** The prices of the three outcomes. */
export type OutcomePrices = OutcomeProbabilities;

/** The prices of the two sides of a line: over and under, or home and away. */
export interface TwoWayPrices {
  readonly first: number;
  readonly second: number;
}

export interface BookmakerQuotes {
  readonly bookmaker: Bookmaker;
  readonly outcome: OutcomePrices;
  /** Over and under 2.5 goals. */
  readonly goals: TwoWayPrices;
  /** Home and away at the market's handicap. */
  readonly handicap: TwoWayPrices;
}

/** The market at one moment. */
export interface MarketQuotes {
  /** The Asian handicap given to the home side, in quarters of a goal. */
  readonly handicapLine: number;
  readonly quotes: readonly BookmakerQuotes[];
}

export interface MatchPrices {
  readonly opening: MarketQuotes;
  readonly closing: MarketQuotes;
}

export const goalsLine = 2.5;

/** What the market does not know when it opens, as standard deviations of logarithms: of the balance, and of the total. */
const openingBalanceError = 0.085;
const openingTotalError = 0.06;
/** The part of the opening error that is left at the close. */
const errorLeft = 0.5;

/** A bookmaker shifts a thin part of its margin to outsiders: the share that is spread evenly over the outcomes. */
const evenShareOfMargin = 0.35;

const believed = (truth: ExpectedGoals, balance: number, total: number): ExpectedGoals => ({
  home: truth.home * Math.exp(total + balance),
  away: truth.away * Math.exp(total - balance),
});

const withMargin = (probability: number, outcomes: number, { margin, ladder }: Bookmaker): number =>
  shownPrice(
    1 / (probability + margin * ((1 - evenShareOfMargin) * probability + evenShareOfMargin / outcomes)),
    ladder,
  );

function twoWayPrices(stake: Stake, bookmaker: Bookmaker): TwoWayPrices {
  const first = stake.won / (stake.won + stake.lost);
  return { first: withMargin(first, 2, bookmaker), second: withMargin(1 - first, 2, bookmaker) };
}

/** The quarter-goal line at which a stake on the home side is nearest to even. */
function evenHandicap(grid: ScoreGrid): number {
  const lines = Array.from({ length: 41 }, (_, index) => (index - 20) / 4);
  const unevenness = (line: number): number => {
    const { won, lost } = homeHandicapStake(grid, line);
    return Math.abs(won / (won + lost) - 0.5);
  };
  return lines.reduce((best, line) => (unevenness(line) < unevenness(best) ? line : best));
}

function quotesAround(opinion: ExpectedGoals, errorScale: number, random: Random): MarketQuotes {
  const handicapLine = evenHandicap(scoreGrid(opinion));
  const quotes = bookmakers.map((bookmaker): BookmakerQuotes => {
    const error = bookmaker.opinionError * errorScale;
    const grid = scoreGrid(believed(opinion, error * random.normal(), error * random.normal()));
    const fair = outcomeProbabilities(grid);
    return {
      bookmaker,
      outcome: {
        home: withMargin(fair.home, 3, bookmaker),
        draw: withMargin(fair.draw, 3, bookmaker),
        away: withMargin(fair.away, 3, bookmaker),
      },
      goals: twoWayPrices(overStake(grid, goalsLine), bookmaker),
      handicap: twoWayPrices(homeHandicapStake(grid, handicapLine), bookmaker),
    };
  });
  return { handicapLine, quotes };
}

/** Prices that follow the truth with an error that all bookmakers share and one of each; both shrink towards the close. */
export function priceMatch(random: Random, truth: ExpectedGoals): MatchPrices {
  const balance = openingBalanceError * random.normal();
  const total = openingTotalError * random.normal();
  return {
    opening: quotesAround(believed(truth, balance, total), 1, random),
    closing: quotesAround(believed(truth, errorLeft * balance, errorLeft * total), 0.6, random),
  };
}
