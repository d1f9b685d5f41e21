import { beforeAll, describe, expect, it } from 'vitest';
import { meanOf } from '../../domain/model/scores.js';
import { divergencesOf, playKnownTruth, seasonsOf, told, type Divergences } from '../support/known-truth.js';

// The aims over 20 seeds are those of bench/kl.ts: one league of one season says little.
describe('on a league whose true chances are known, after two seasons', () => {
  let found: Divergences;
  beforeAll(async () => {
    const played = await playKnownTruth(3, 3);
    expect(seasonsOf(played)).toEqual([2023, 2024, 2025]);
    found = await divergencesOf(played, 2025);
  }, 600_000);
  const mean = (model: (typeof told)[number]): number => meanOf(found[model], (value) => value);

  it('everyone has said something of every match, whose divergence is a number and not negative', () => {
    for (const model of told) {
      expect(found[model], model).toHaveLength(380);
      expect(
        found[model].every((value) => Number.isFinite(value) && value >= 0),
        model,
      ).toBe(true);
    }
  });

  it('the model is nearer to the truth than the base rate, with prices nearer than without', () => {
    expect(mean('model-without-prices')).toBeLessThan(mean('base-rate'));
    expect(mean('model-with-prices')).toBeLessThan(mean('model-without-prices'));
  });

  it('the market is nearer to it at the close than before', () => {
    expect(mean('market-closing-average-shin')).toBeLessThan(mean('market-prematch-average-shin'));
    expect(mean('market-prematch-average-shin')).toBeLessThan(mean('base-rate'));
  });
});
