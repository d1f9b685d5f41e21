import { describe, expect, it } from 'vitest';
import { instant } from '../../../schemas/values.js';
import type { MatchLife } from '../../../simulator/season/match-life.js';
import { priceHistory, pricesAt, type BookPrices } from '../../../simulator/season/price-path.js';
import { competitionOf, runningSeason, seasonOver } from '../../support/simulation.js';

const lives = competitionOf()
  .lives(runningSeason)
  .filter((_, index) => index % 4 === 0);
const kickedOff = (life: MatchLife) => life.events.find(({ kind }) => kind === 'kicked off')?.at;
const outcomes = ['home', 'draw', 'away'] as const;

const byBookmaker = (life: MatchLife): readonly (readonly BookPrices[])[] => {
  const history = priceHistory(life, seasonOver);
  return life.match.prices.opening.quotes.map(({ bookmaker }) =>
    history.filter((prices) => prices.bookmaker === bookmaker),
  );
};

describe('the prices of a match', () => {
  it('go from the opening quotes to the closing ones, each bookmaker at its own times', () => {
    for (const life of lives) {
      if (kickedOff(life) === undefined) continue;
      const { opening, closing } = life.match.prices;
      byBookmaker(life).forEach((path, book) => {
        const [first, last] = [path[0], path.at(-1)];
        expect(first).toMatchObject({ ...opening.quotes[book], handicapLine: opening.handicapLine });
        expect(last).toMatchObject({ ...closing.quotes[book], handicapLine: closing.handicapLine });
        expect(path.length).toBeGreaterThan(4);
      });
    }
  });

  it('come nearer to the close with every update, and never turn back', () => {
    for (const life of lives) {
      for (const path of byBookmaker(life)) {
        const last = path.at(-1);
        for (const outcome of outcomes) {
          const left = path.map((prices) =>
            Math.abs(prices.outcome[outcome] - (last?.outcome[outcome] ?? 0)),
          );
          expect(left).toEqual([...left].sort((a, b) => b - a));
        }
      }
    }
  });

  it('are books above 100 percent all the way', () => {
    for (const life of lives) {
      for (const { outcome, goals, handicap } of priceHistory(life, seasonOver)) {
        for (const book of [Object.values(outcome), Object.values(goals), Object.values(handicap)]) {
          expect(book.reduce((sum: number, price: number) => sum + 1 / price, 0)).toBeGreaterThan(1);
        }
      }
    }
  });

  it('are set before the match begins, and gone from then on', () => {
    for (const life of lives) {
      const at = kickedOff(life);
      if (at === undefined) continue;
      for (const prices of priceHistory(life, seasonOver)) expect(prices.at).toBeLessThan(at);
      expect(pricesAt(life, instant(at - 1))).toHaveLength(6);
      expect(pricesAt(life, at)).toEqual([]);
    }
  });

  it('are not shown while a match is put off', () => {
    for (const life of lives) {
      const postponed = life.events.find(({ kind }) => kind === 'postponed');
      if (postponed === undefined) continue;
      expect(pricesAt(life, instant(postponed.at - 1))).toHaveLength(6);
      expect(pricesAt(life, postponed.at)).toEqual([]);
    }
  });
});
