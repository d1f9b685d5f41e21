import { describe, expect, it } from 'vitest';
import { importanceOf, withoutFeatures } from '../../../domain/model/ablation.js';
import { againstClosing, valueAtClose, valuesOf } from '../../../domain/model/against-closing.js';
import { groupFeatures, groupOf } from '../../../domain/model/feature-groups.js';
import { withPricesFeatures } from '../../../domain/model/feature-set.js';
import { inputDrift } from '../../../domain/model/input-drift.js';
import { marketSays } from '../../../domain/model/judge.js';
import { finish } from '../../../domain/model/minimize.js';
import { madeUpMatches } from '../../support/model-matches.js';

const matches = madeUpMatches({ seed: 8, seasons: [2019, 2020, 2021], perSeason: 300, simulated: true });
const verdicts = (said: (match: (typeof matches)[number]) => readonly [number, number, number]) =>
  matches.map((match) => ({
    match,
    said: { ...marketSays(match), 'model-with-prices': said(match) },
  }));

describe('value at the close', () => {
  it('is nothing at the price of the close, and what was gained above it', () => {
    expect(valueAtClose(4, 0.25)).toBe(0);
    expect(valueAtClose(5, 0.25)).toBe(0.25);
  });

  it('counts the outcomes that the model thinks are worth more than their price', () => {
    const { backed, all } = valuesOf([0.2, 0.3, 0.5], [4, 4, 1.9], [0.25, 0.25, 0.5]);
    expect(all).toEqual([0, 0, expect.closeTo(-0.05)]);
    expect(backed).toEqual([0]);
  });

  it('of a model that says what the close will say is above that of prices taken blindly', () => {
    const rows = againstClosing(
      verdicts((match) => marketSays(match)['market-closing-average-shin'] ?? [1 / 3, 1 / 3, 1 / 3]),
    );
    const pooledRow = rows.find(({ season, division }) => season === 'all' && division === 'all');
    expect(pooledRow).toMatchObject({ n: 900, delta: 0, deltaSe: 0 });
    expect(pooledRow?.blind).toBeLessThan(0);
    expect(pooledRow?.value).toBeGreaterThan(0);
    expect(rows.map(({ season, division }) => `${season} ${division}`)).toEqual(
      ['2019-20', '2020-21', '2021-22', 'all'].flatMap((season) => [`${season} MADE`, `${season} all`]),
    );
  });

  it('of a model that would back nothing is not known', () => {
    const [row] = againstClosing(verdicts(() => [0.01, 0.01, 0.01]));
    expect(row).toMatchObject({ bets: 0, value: null, valueSe: null });
  });
});

describe('groups of features', () => {
  it('hold every feature of the model once, and none is left over', () => {
    const features = withPricesFeatures(['E0', 'D1']);
    const groups = groupFeatures(features);
    expect([...groups.values()].flat().sort()).toEqual([...features].sort());
    expect(groups.size).toBe(6);
    expect(groups.has('other')).toBe(false);
  });

  it('take a feature that nobody has put anywhere', () => {
    expect(groupOf('home_moon_phase')).toBe('other');
  });

  it('are missing of a match that is asked without them, and nothing else is', () => {
    const [match] = matches;
    if (match === undefined) throw new Error('There is no match');
    const without = withoutFeatures(match, new Set(['home_elo']));
    expect(without.feature('home_elo')).toBeNaN();
    expect(without.feature('away_elo')).toBe(match.feature('away_elo'));
  });

  it('are worth what is lost without them', () => {
    const about = { model: 'model-with-prices', group: 'ratings', features: 8 } as const;
    const sure = { outcome: 2, whole: [0.25, 0.25, 0.5], without: [0.375, 0.375, 0.25] } as const;
    const { loss, ...rest } = importanceOf(about, [sure, sure]);
    expect(loss).toBeCloseTo(Math.log(2), 12);
    expect(rest).toEqual({ ...about, n: 2, lossSe: 0 });
  });
});

describe('the drift of inputs', () => {
  it('of a season is against the seasons before it, the furthest first', () => {
    const moved = matches.map((match) => ({
      ...match,
      feature: (name: string) =>
        match.feature(name) + (name === 'home_elo' && match.seasonStart === 2021 ? 200 : 0),
    }));
    const drift = finish(inputDrift(moved, 2021, ['away_elo', 'home_elo', 'home_rest_days']));
    expect(drift.map(({ feature, verdict }) => [feature, verdict])[0]).toEqual(['home_elo', 'drift']);
    expect(drift.slice(1).map(({ verdict }) => verdict)).toEqual(['stable', 'stable']);
    expect(new Set(drift.map(({ season }) => season))).toEqual(new Set(['2021-22']));
  });

  it('of the first season there is cannot be told', () => {
    expect(finish(inputDrift(matches, 2019, ['home_elo']))).toMatchObject([
      { verdict: 'too_few', distance: 0, p: 1 },
    ]);
  });
});
