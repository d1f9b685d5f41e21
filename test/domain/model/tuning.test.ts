import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed } from '../../../cli/model-tune.js';
import { chooseRecipe } from '../../../domain/model/choose-recipe.js';
import { drawRecipe } from '../../../domain/model/draw-recipe.js';
import { recipe } from '../../../domain/model/recipe.js';
import { InvariantBroken } from '../../../schemas/errors.js';
import type { Trial } from '../../../schemas/jobs/tune-model.js';
import { Recipe } from '../../../schemas/records/recipe.js';

describe('the recipe of a trial', () => {
  it('is the present one at first, and then one that a booster can be grown by', () => {
    expect(drawRecipe(recipe, 1, 0)).toEqual(recipe);
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 300 }), (seed, trial) => {
        const drawn = drawRecipe(recipe, seed, trial);
        expect(Recipe.parse(drawn)).toEqual(drawn);
        for (const { most, chunk } of Object.values(drawn.boosters)) expect(most % chunk).toBe(0);
      }),
    );
  });

  it('is the same for the same seed and trial, and mostly another for another', () => {
    expect(drawRecipe(recipe, 7, 3)).toEqual(drawRecipe(recipe, 7, 3));
    const many = Array.from({ length: 50 }, (_, trial) => JSON.stringify(drawRecipe(recipe, 7, trial)));
    expect(new Set(many).size).toBeGreaterThan(45);
    expect(drawRecipe(recipe, 8, 3)).not.toEqual(drawRecipe(recipe, 7, 3));
  });

  it('gives a booster that learns more slowly more rounds', () => {
    const drawn = Array.from({ length: 100 }, (_, trial) => drawRecipe(recipe, 1, trial).boosters.withPrices);
    const { most, parameters } = recipe.boosters.withPrices;
    for (const one of drawn) {
      if (one.parameters.eta < parameters.eta) expect(one.most).toBeGreaterThan(most);
      if (one.parameters.eta > parameters.eta) expect(one.most).toBeLessThan(most);
    }
  });

  it('is told by what it has other than the present one', () => {
    expect(changed(recipe, recipe)).toBe('present');
    expect(changed({ ...recipe, ridge: 30 }, recipe)).toBe('ridge 30');
  });
});

/** A trial that loses so much more than the present one on every match, and on every second match besides. */
const trialOf = (trial: number, more: number, everySecond = 0): Trial => {
  const losses = Array.from({ length: 400 }, (_, match) => 1 + more + (match % 2 === 0 ? everySecond : 0));
  return { trial, recipe, losses: { withoutPrices: losses, withPrices: losses } };
};

describe('of some recipes', () => {
  it('the best is chosen where its lead is more than its standard error', () => {
    const { rows, chosen } = chooseRecipe([trialOf(0, 0), trialOf(1, -0.01), trialOf(2, 0.02)]);
    expect(chosen).toBe(1);
    expect(rows.map(({ trial }) => trial)).toEqual([1, 0, 2]);
    expect(rows[0]).toMatchObject({ n: 400 });
    expect(rows[0]?.difference).toBeCloseTo(-0.01, 10);
  });

  it('the present one stays where the lead of the best may be chance', () => {
    // A lead of .001, with a deviation of .05 over 400 matches: a standard error of .0025.
    const { rows, chosen } = chooseRecipe([trialOf(0, 0), trialOf(1, 0.049, -0.1)]);
    expect(rows[0]?.trial).toBe(1);
    expect(chosen).toBe(0);
  });

  it('none is chosen without the present one to set it beside', () => {
    expect(() => chooseRecipe([trialOf(1, 0)])).toThrow(InvariantBroken);
  });
});
