import { expect, it } from 'vitest';
import { chancesByGoals } from '../../../domain/model/dixon-coles.js';

it('the chances by expected goals sum to one and favour who is expected to make more', () => {
  for (const [home, away] of [
    [1.4, 1.1],
    [0.2, 3.5],
    [2.6, 0.4],
  ] as const) {
    const chances = chancesByGoals(home, away);
    expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
    expect(chances[2] > chances[0]).toBe(home > away);
  }
});

it('two sides that exchange their expected goals exchange their chances', () => {
  const [away, draw, home] = chancesByGoals(1.7, 0.9);
  const turned = chancesByGoals(0.9, 1.7);
  expect(turned[0]).toBeCloseTo(home, 12);
  expect(turned[1]).toBeCloseTo(draw, 12);
  expect(turned[2]).toBeCloseTo(away, 12);
});

it('fewer goals make a draw likelier', () => {
  expect(chancesByGoals(0.8, 0.8)[1]).toBeGreaterThan(chancesByGoals(1.6, 1.6)[1]);
});

it('a draw is likelier than if both sides scored without heed of the other', () => {
  // Of two Poisson counts of mean 1: the sum over n of (e^-1 / n!)².
  expect(chancesByGoals(1, 1)[1]).toBeCloseTo(0.308508 + 2 * 0.06 * Math.exp(-2), 5);
});

it('goals that nobody expects give no chances', () => {
  expect(chancesByGoals(Number.NaN, 1)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
