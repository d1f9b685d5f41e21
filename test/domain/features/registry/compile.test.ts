import { describe, expect, it } from 'vitest';
import {
  compileReferences,
  compileService,
  findService,
  findView,
  type FeatureRegistry,
} from '../../../../domain/features/registry/compile.js';
import { frameReferences } from '../../../../domain/features/registry/frame-references.js';
import { registryOf, unreleased } from '../../../../domain/features/registry/released.js';
import {
  serviceId,
  type FeatureService,
  type FeatureView,
} from '../../../../schemas/features/feature-view.js';
import { featureServices } from '../../../../schemas/features/services.js';
import { featureViews } from '../../../../schemas/features/views.js';

const declared: FeatureRegistry = { views: featureViews, services: featureServices };
const namesOf = (compiled: ReturnType<typeof compileService>): string[] =>
  compiled.references.flatMap(({ features }) => features.map(({ name }) => name));
const service = (
  askedAt: FeatureService['askedAt'],
  references: FeatureService['references'],
): FeatureService => ({ name: 'a', version: 1, description: 'A service.', askedAt, references });

describe('a service', () => {
  it.each(featureServices.map((one) => [serviceId(one), one] as const))(
    '%s compiles, also with full names',
    (_, one) => {
      const asked = one.references.reduce((sum, { features }) => sum + features.length, 0);
      expect(namesOf(compileService(declared, one))).toHaveLength(asked);
      expect(new Set(namesOf(compileService(declared, one, 'full'))).size).toBe(asked);
    },
  );

  it('tells the form of both sides under their names, each by the team of its side', () => {
    const { references } = compileService(declared, findService(declared, 'match_prediction_v1'));
    expect(
      references.slice(0, 2).map(({ entityColumn, features }) => [entityColumn, features[0]?.name]),
    ).toEqual([
      ['home_team_id', 'home_recent_5_wins'],
      ['away_team_id', 'away_recent_5_wins'],
    ]);
  });

  it.each([
    ['closing_prices', 'closing_home_odds', 'at kick-off'],
    ['half_time_scores', 'home_ht_score', 'at half-time'],
  ])('that is asked before kick-off may not have %s, which is known only later', (view, feature, when) => {
    const early = service('before_kickoff', [{ view, version: 1, features: [feature] }]);
    expect(() => compileService(declared, early)).toThrow(
      `a_v1 is asked before kick-off, and ${view}@1:${feature} is known only ${when}`,
    );
    expect(() => compileService(declared, { ...early, askedAt: 'full_time' })).not.toThrow();
  });

  it('names what is not there, with what is', () => {
    const asks = (references: FeatureService['references']) => () =>
      compileService(declared, service('full_time', references));
    expect(asks([{ view: 'odds_features', version: 7, features: ['home_odds_avg'] }])).toThrow(
      /no version 7/,
    );
    expect(asks([{ view: 'odds_features', version: 1, features: ['home_elo'] }])).toThrow(
      /no feature home_elo/,
    );
    expect(asks([{ view: 'ratings', version: 1, role: 'home', features: ['home_elo'] }])).toThrow(
      /has no side/,
    );
    expect(() => findService(declared, 'match_prediction_v9')).toThrow(
      /no feature service match_prediction_v9/,
    );
    const twice = { view: 'ratings', version: 1, features: ['home_elo'] };
    expect(asks([twice, twice])).toThrow(/Two features would be called home_elo/);
  });
});

describe('references', () => {
  it('are of the newest version unless they name one, and neighbours of one view are read at once', () => {
    const newer: FeatureView = { ...findView(declared, 'ratings'), version: 2 };
    const both = { ...declared, views: [...declared.views, newer] };
    const asked = ['ratings:home_elo', 'ratings:away_elo', 'ratings@1:home_goal_rating'];
    expect(
      compileReferences(both, asked).references.map(({ view, features }) => [view.version, features.length]),
    ).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  it('are read as they are written, or refused', () => {
    for (const text of ['ratings', 'ratings:', 'ratings@0:home_elo', 'Ratings:home_elo', ''])
      expect(() => compileReferences(declared, [text])).toThrow(/is no reference to a feature|no version/);
  });

  it('carry what a frame is joined by', () => {
    const [reference] = frameReferences(
      compileReferences(declared, ['closing_prices:closing_home_odds'], 'full'),
    );
    expect(reference).toMatchObject({
      ...{ entityColumn: 'match_id', ttlHours: null, source: { table: 'silver.odds' } },
      features: [{ expression: 'home_odds', as: 'closing_prices__closing_home_odds' }],
    });
  });
});

describe('a released definition', () => {
  const [view] = featureViews;
  if (view === undefined) throw new Error('No view is declared.');

  it('that changed needs a new version, and stays readable beside it', () => {
    const changed = { ...view, ttlHours: 1 };
    expect(unreleased({ views: [changed], services: [] }, declared)).toEqual([
      `${view.name}@1 is not what was released: a changed one needs a new version`,
    ]);
    const next = { ...changed, version: 2 };
    expect(unreleased({ views: [next], services: [] }, declared)).toEqual([
      `${view.name}@2 is declared and was not released`,
    ]);
    const known = registryOf({ views: [next], services: [] }, declared);
    expect(findView(known, view.name).ttlHours).toBe(1);
    expect(findView(known, view.name, 1).ttlHours).toBe(view.ttlHours);
  });
});
