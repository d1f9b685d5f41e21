import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { productionHistory } from '../../../domain/model/production-history.js';
import { fewestMatches, judgePromotion } from '../../../domain/model/promotion-gate.js';
import { precisionAndRecall } from '../../../domain/model/precision-recall.js';
import { isHit, meanOf, type Judged } from '../../../domain/model/scores.js';
import type { HeldOut } from '../../../schemas/records/held-out.js';

const ids = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
const said = (
  matchIds: number[],
  model: (id: number) => number,
  bookmakers: (id: number) => number | null,
): HeldOut => ({
  matchIds,
  model: matchIds.map(model),
  bookmakers: matchIds.map(bookmakers),
  baseRate: matchIds.map(() => 1.08),
});

describe('the gate', () => {
  it('compares on the matches that both spoke of alone', () => {
    // The candidate is better on what production never spoke of, and worse on the rest.
    const production = said(
      ids(0, 600),
      () => 1,
      () => 1,
    );
    const candidate = said(
      ids(200, 900),
      (id) => (id < 600 ? 1.001 : 0.5),
      () => 1,
    );
    const { figures, objections } = judgePromotion(candidate, { version: 7, heldOut: production });
    expect(figures.production).toMatchObject({ version: 7, matches: 400 });
    expect(figures.production?.delta).toBeCloseTo(0.001, 10);
    expect(objections).toEqual([expect.stringContaining('does not beat version 7')]);
  });

  it('sets the bookmakers beside it on the matches that had prices alone', () => {
    const candidate = said(
      ids(0, 800),
      (id) => (id % 2 === 0 ? 1 : 5),
      (id) => (id % 2 === 0 ? 1 : null),
    );
    const { figures, objections } = judgePromotion(candidate, null);
    expect(figures.baseline).toMatchObject({ of: 'bookmakers', matches: 400, logLoss: 1, theirs: 1 });
    expect(objections).toEqual([]);
  });

  it('takes the base rate where fewer had prices than decide anything, and lets no loss pass that is no number', () => {
    const few = said(
      ids(0, 800),
      () => 1,
      (id) => (id < fewestMatches - 1 ? 0.5 : null),
    );
    expect(judgePromotion(few, null).figures.baseline?.of).toBe('base-rate');
    const broken = said(
      ids(0, 800),
      () => Number.NaN,
      () => 1,
    );
    expect(judgePromotion(broken, null).objections).toHaveLength(1);
    expect(judgePromotion(null, null).objections).toHaveLength(1);
  });
});

describe('precision and recall, weighed by how often each result came', () => {
  it('are those of a table counted by hand', () => {
    const match = (saidResult: 0 | 1 | 2, outcome: 0 | 1 | 2): Judged => ({
      chances: [saidResult === 0 ? 0.8 : 0.1, saidResult === 1 ? 0.8 : 0.1, saidResult === 2 ? 0.8 : 0.1],
      outcome,
    });
    // Home: said 3 times, right twice, came 3 times. Away: said twice, right once, came twice. Draw: said once, right once.
    const matches = [match(2, 2), match(2, 2), match(2, 0), match(0, 0), match(0, 2), match(1, 1)];
    const { precision, recall } = precisionAndRecall(matches);
    expect(precision).toBeCloseTo((3 / 6) * (2 / 3) + (2 / 6) * (1 / 2) + (1 / 6) * 1, 12);
    expect(recall).toBeCloseTo(4 / 6, 12);
  });

  it('have a recall that is accuracy', () => {
    const chance = fc.double({ min: 0.01, max: 1, noNaN: true });
    const judged = fc.record({
      chances: fc.tuple(chance, chance, chance),
      outcome: fc.constantFrom(0, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(judged, { minLength: 1, maxLength: 40 }), (matches) => {
        expect(precisionAndRecall(matches).recall).toBeCloseTo(
          meanOf(matches, (one) => (isHit(one) ? 1 : 0)),
          12,
        );
      }),
    );
  });
});

describe('the history of production', () => {
  it('is what was promoted and not taken back', () => {
    expect(
      productionHistory([
        { action: 'promote', to: 1 },
        { action: 'promote', to: 3 },
        { action: 'split', to: 4 },
        { action: 'promote', to: 4 },
        { action: 'rollback', to: 3 },
        { action: 'found', to: 3 },
        { action: 'promote', to: 5 },
      ]),
    ).toEqual([1, 3, 5]);
  });
});
