import { expect, it } from 'vitest';
import type { FeatureRegistry } from '../../../../domain/features/registry/compile.js';
import { onlineService } from '../../../../domain/features/registry/online-service.js';
import type { FeatureService } from '../../../../schemas/features/feature-view.js';
import { featureServices } from '../../../../schemas/features/services.js';
import { featureViews } from '../../../../schemas/features/views.js';

const registry: FeatureRegistry = { views: featureViews, services: featureServices };
const named = (name: string): FeatureService => {
  const found = featureServices.find((service) => service.name === name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
};
const match = named('match_prediction');

it('a service is as old as the shortest-lived of its views allows, and tells its columns in its order', () => {
  const { id, ttlHours, columns } = onlineService(registry, match);
  expect({ id, ttlHours, first: columns[0], last: columns.at(-1) }).toEqual({
    ...{ id: 'match_prediction_v1', ttlHours: 6 },
    first: { name: 'home_recent_5_wins', type: 'int64' },
    last: { name: 'bookmaker_count', type: 'int64' },
  });
  expect(onlineService(registry, named('goals_prediction')).ttlHours).toBe(7 * 24);
});

it('whatever changes what its values mean changes its hash: two versions are told apart', () => {
  const changedView = (change: object): FeatureRegistry => ({
    ...registry,
    views: featureViews.map((view) => (view.name === 'odds_features' ? { ...view, ...change } : view)),
  });
  const [first, ...others] = match.references;
  const services = [
    onlineService(registry, match),
    onlineService(registry, { ...match, version: 2 }),
    onlineService(registry, { ...match, references: [...others, ...(first === undefined ? [] : [first])] }),
    onlineService(changedView({ ttlHours: 5 }), match),
    onlineService(
      changedView({
        source: { table: 'gold.match_features', key: 'match_id', knownAt: 'cutoff', lastBy: [] },
      }),
      match,
    ),
  ];
  expect(new Set(services.map(({ hash }) => hash)).size).toBe(services.length);
  expect(onlineService(registry, { ...match, description: 'Said otherwise.' })).toEqual(services[0]);
});

it('a service that is asked in play is not served online', () => {
  expect(() => onlineService(registry, named('live_prediction'))).toThrow(/asked after kick-off/);
});
