import { FeatureService, FeatureView, serviceId, viewId } from '../../../schemas/features/feature-view.js';
import type { FeatureRegistry } from './compile.js';

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Views and services by their name and version, their keys in one order. */
export const definitionsOf = ({ views, services }: FeatureRegistry): ReadonlyMap<string, object> =>
  new Map<string, object>([
    ...views.map((view) => [viewId(view), FeatureView.parse(view)] as const),
    ...services.map((service) => [serviceId(service), FeatureService.parse(service)] as const),
  ]);

/** What stands against what is declared, after what was released: a definition that changed and kept its version, and one that was never released. */
export function unreleased(declared: FeatureRegistry, released: FeatureRegistry): string[] {
  const before = definitionsOf(released);
  return [...definitionsOf(declared)].flatMap(([id, definition]) => {
    const was = before.get(id);
    if (was === undefined) return [`${id} is declared and was not released`];
    return same(was, definition) ? [] : [`${id} is not what was released: a changed one needs a new version`];
  });
}

/** What is declared and all that was released before: an old version stays readable. */
export function registryOf(declared: FeatureRegistry, released: FeatureRegistry): FeatureRegistry {
  const views = new Map([...released.views, ...declared.views].map((view) => [viewId(view), view]));
  const services = new Map(
    [...released.services, ...declared.services].map((service) => [serviceId(service), service]),
  );
  return { views: [...views.values()], services: [...services.values()] };
}
