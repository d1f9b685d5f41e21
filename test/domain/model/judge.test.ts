import { describe, expect, it } from 'vitest';
import { isJudged, judge, marketSays, refuseLeaks, type Verdicts } from '../../../domain/model/judge.js';
import type { PlayedMatch } from '../../../domain/model/model-match.js';
import { SuspectedLeak } from '../../../schemas/errors.js';
import type { Probabilities } from '../../../schemas/records/probabilities.js';
import { madeUpMatches } from '../../support/model-matches.js';

const matches = madeUpMatches({ seed: 1, seasons: [2021, 2022], perSeason: 600, simulated: false });
const knowing = ({ outcome }: PlayedMatch): Probabilities =>
  outcome === 0 ? [0.8, 0.1, 0.1] : outcome === 1 ? [0.1, 0.8, 0.1] : [0.1, 0.1, 0.8];
const verdicts = (ours: (match: PlayedMatch) => Probabilities): Verdicts[] =>
  matches.map((match) => ({
    match,
    said: { ...marketSays(match), 'model-with-prices': ours(match), 'base-rate': [0.3, 0.25, 0.45] },
  }));

describe('judging', () => {
  const rows = judge(verdicts(() => [0.3, 0.25, 0.45]));

  it('pools seasons and divisions under the name all', () => {
    const pooled = rows.find(
      ({ model, season, division }) => model === 'base-rate' && season === 'all' && division === 'all',
    );
    const parts = rows.filter(
      ({ model, season, division }) => model === 'base-rate' && season !== 'all' && division === 'all',
    );
    expect(parts.map(({ n }) => n)).toEqual([600, 600]);
    expect(pooled?.n).toBe(1_200);
    expect(pooled?.logLoss).toBeCloseTo(parts.reduce((sum, { logLoss }) => sum + logLoss, 0) / 2, 12);
  });

  it('takes the difference from the average pre-match price by Shin, match by match', () => {
    const of = (name: string) => rows.find((row) => row.model === name && row.season === 'all');
    expect(of('market-prematch-average-shin')).toMatchObject({ delta: 0, deltaSe: 0 });
    const base = of('base-rate');
    expect(base?.delta).toBeCloseTo(
      (base?.logLoss ?? 0) - (of('market-prematch-average-shin')?.logLoss ?? 0),
      12,
    );
    expect(base?.deltaSe).toBeGreaterThan(0);
  });

  it('leaves out matches that lack one of the pre-match prices, and the models that said nothing', () => {
    const [match] = matches;
    if (match === undefined) throw new Error('no match');
    expect(isJudged(match)).toBe(true);
    expect(isJudged({ ...match, benchmarks: { ...match.benchmarks, prematch_bet365: null } })).toBe(false);
    expect(rows.some(({ model }) => model === 'model-without-prices')).toBe(false);
  });
});

describe('a model that beats the closing price by far', () => {
  it('is refused on real data and on simulated data', () => {
    expect(() => {
      refuseLeaks(verdicts(knowing));
    }).toThrow(SuspectedLeak);
    expect(() => {
      refuseLeaks(
        verdicts(knowing).map((verdict) => ({ ...verdict, match: { ...verdict.match, simulated: true } })),
      );
    }).toThrow(SuspectedLeak);
  });

  it('is no suspect where it only follows the market', () => {
    const followed = (match: PlayedMatch): Probabilities =>
      marketSays(match)['market-prematch-average-shin'] ?? [0.3, 0.25, 0.45];
    expect(() => {
      refuseLeaks(verdicts(followed));
    }).not.toThrow();
  });
});
