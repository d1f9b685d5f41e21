import { describe, expect, it } from 'vitest';
import { instantFromIso } from '../../../schemas/values.js';
import type { SimulatedMatch } from '../../../simulator/league/league.js';
import { createLeague } from '../../../simulator/league/league.js';
import type { OutcomeProbabilities } from '../../../simulator/league/score-grid.js';
import type { MarketQuotes } from '../../../simulator/market/prices.js';

const league = createLeague({ seed: 5, now: instantFromIso('2026-06-01T00:00:00Z'), seasons: 20 });
const matches = league.seasons.flatMap((season) => league.matches(season));
const outcomes = ['home', 'draw', 'away'] as const;

const outcomeOf = (match: SimulatedMatch): (typeof outcomes)[number] => {
  const { home, away } = league.truth.report(match);
  return home.goals > away.goals ? 'home' : home.goals < away.goals ? 'away' : 'draw';
};
const played = matches.map((match) => ({ match, outcome: outcomeOf(match) }));

/** The average price of each outcome, without its margin in proportion. */
function consensus({ quotes }: MarketQuotes): OutcomeProbabilities {
  const inverse = (outcome: (typeof outcomes)[number]): number =>
    quotes.length / quotes.reduce((sum, quote) => sum + quote.outcome[outcome], 0);
  const total = inverse('home') + inverse('draw') + inverse('away');
  return { home: inverse('home') / total, draw: inverse('draw') / total, away: inverse('away') / total };
}

const logLoss = (forecast: (match: SimulatedMatch) => OutcomeProbabilities): number =>
  played.reduce((sum, { match, outcome }) => sum - Math.log(forecast(match)[outcome]), 0) / played.length;

/** Mean squared distance from the true probabilities. */
const distanceFromTruth = (forecast: (match: SimulatedMatch) => OutcomeProbabilities): number =>
  matches.reduce((sum, match) => {
    const truth = league.truth.probabilities(match);
    const said = forecast(match);
    return sum + outcomes.reduce((all, outcome) => all + (said[outcome] - truth[outcome]) ** 2, 0);
  }, 0) / matches.length;

const opening = (match: SimulatedMatch): OutcomeProbabilities => consensus(match.prices.opening);
const closing = (match: SimulatedMatch): OutcomeProbabilities => consensus(match.prices.closing);

describe('the simulated market', () => {
  it('is beaten by the truth, its close beats its opening, and both beat the base rate', () => {
    const share = (outcome: (typeof outcomes)[number]): number =>
      played.filter((entry) => entry.outcome === outcome).length / played.length;
    const baseRate = { home: share('home'), draw: share('draw'), away: share('away') };
    const losses = [
      logLoss(league.truth.probabilities),
      logLoss(closing),
      logLoss(opening),
      logLoss(() => baseRate),
    ];
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    expect(new Set(losses).size).toBe(4);
  });

  it('is better calibrated at the close than at the opening', () => {
    expect(distanceFromTruth(closing)).toBeLessThan(distanceFromTruth(opening));
  });

  it('quotes books between 100 and 115 percent, prices above 1.01, and each bookmaker its own', () => {
    for (const { prices } of matches.slice(-760)) {
      for (const { quotes } of [prices.opening, prices.closing]) {
        for (const { outcome, goals, handicap } of quotes) {
          const all = [
            outcome.home,
            outcome.draw,
            outcome.away,
            goals.first,
            goals.second,
            handicap.first,
            handicap.second,
          ];
          expect(Math.min(...all)).toBeGreaterThan(1.01);
          for (const book of [
            [outcome.home, outcome.draw, outcome.away],
            [goals.first, goals.second],
            [handicap.first, handicap.second],
          ]) {
            const overround = book.reduce((sum, price) => sum + 1 / price, 0);
            expect(overround).toBeGreaterThan(1);
            expect(overround).toBeLessThan(1.15);
          }
        }
        expect(new Set(quotes.map(({ outcome }) => JSON.stringify(outcome))).size).toBeGreaterThan(1);
      }
    }
  });

  it('sets the handicap where both sides are near to even', () => {
    for (const { prices } of matches.slice(-380)) {
      for (const { handicap } of prices.closing.quotes) {
        expect(handicap.first).toBeGreaterThan(1.5);
        expect(handicap.second).toBeGreaterThan(1.5);
      }
    }
  });
});
