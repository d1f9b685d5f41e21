import { describe, expect, it } from 'vitest';
import { answers, chooseOn, type Fold, type FoldMatch } from '../../../domain/model/fold.js';
import type { PlayedMatch } from '../../../domain/model/model-match.js';
import type { Probabilities } from '../../../schemas/records/probabilities.js';
import { madeUpMatches } from '../../support/model-matches.js';

const blind: Probabilities = [1 / 3, 1 / 3, 1 / 3];
const matches = madeUpMatches({ seed: 9, seasons: [2021], perSeason: 300, simulated: true, priced: 0.5 });

const knowing = ({ outcome }: PlayedMatch, chance: number): Probabilities => {
  const rest = (1 - chance) / 2;
  return [outcome === 0 ? chance : rest, outcome === 1 ? chance : rest, outcome === 2 ? chance : rest];
};
/** A booster that knows most after its second chunk. */
const seen = (match: PlayedMatch): FoldMatch => {
  const chunks = [knowing(match, 0.4), knowing(match, 0.6), knowing(match, 0.35)];
  return {
    match,
    booster: { withoutPrices: chunks, withPrices: match.market === null ? null : chunks },
    partner: { withoutPrices: blind, withPrices: match.market },
  };
};
const fold: Fold = { seasonStart: 2021, baseRate: blind, matches: matches.map(seen) };

describe('what earlier seasons choose', () => {
  const choices = chooseOn([fold]);

  it('is the number of rounds after which the booster knew most', () => {
    expect(choices.withoutPrices?.chunk).toBe(1);
    expect(choices.withPrices?.chunk).toBe(1);
  });

  it('lets the variant without prices stand in where a match carries none', () => {
    for (const one of fold.matches) {
      const said = answers(one, choices);
      expect(said).not.toBeNull();
      if (one.match.market === null) expect(said?.withPrices).toEqual(said?.withoutPrices);
      else expect(said?.withPrices).not.toEqual(said?.withoutPrices);
    }
  });

  it('says nothing of prices where no season had any', () => {
    const unpriced = fold.matches.map((one) => ({
      ...one,
      partner: { ...one.partner, withPrices: null },
      booster: { ...one.booster, withPrices: null },
    }));
    expect(chooseOn([{ ...fold, matches: unpriced }]).withPrices).toBeNull();
  });
});
