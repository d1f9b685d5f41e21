import {
  compileReferences,
  compileService,
  findService,
  type FeatureRegistry,
} from '../domain/features/registry/compile.js';
import { viewId, serviceId } from '../schemas/features/feature-view.js';
import type { FeatureValue, OnlineRow, OnlineService, VectorStatus } from '../schemas/features/online.js';
import { BadInput } from '../schemas/errors.js';
import { instant, type Instant } from '../schemas/values.js';
import type { FeaturesNamed } from './asked-features.js';

/** From whose vectors features are told: the columns in the order asked for, each with the service that has it and its place there. */
export interface OnlinePlan {
  readonly services: readonly OnlineService[];
  readonly columns: readonly { readonly name: string; readonly of: number; readonly place: number }[];
}

/** What was planned before is planned once; past so many it is forgotten. */
const remembered = 500;

/** Plans online reads of the services that are served. */
export function onlinePlans(
  registry: FeatureRegistry,
  services: readonly OnlineService[],
): (asked: FeaturesNamed) => OnlinePlan {
  const plans = new Map<string, OnlinePlan>();
  /** Of each service the places of its columns, by `view@version:feature`; a feature of a team is one of a side, and has no such name. */
  const placesOf = services.map((service) => {
    const compiled = compileService(registry, findService(registry, service.id));
    const names = compiled.references.flatMap(({ view, role, features }) =>
      features.map(({ feature, name }) => ({
        name,
        reference: role === null ? `${viewId(view)}:${feature.name}` : null,
      })),
    );
    return new Map(
      names.flatMap(({ name, reference }) =>
        reference === null
          ? []
          : [[reference, service.columns.findIndex((column) => column.name === name)] as const],
      ),
    );
  });

  const ofService = (name: string): OnlinePlan => {
    const id = serviceId(findService(registry, name));
    const service = services.find((one) => one.id === id);
    if (service === undefined) {
      throw new BadInput(`${id} is not served online`, {
        ...{
          field: 'service',
          advice: `Choose from ${services.map((one) => one.id).join(', ')}, or ask for a frame.`,
        },
      });
    }
    return {
      services: [service],
      columns: service.columns.map(({ name: column }, place) => ({ name: column, of: 0, place })),
    };
  };

  const ofReferences = (features: readonly string[]): OnlinePlan => {
    const wanted = compileReferences(registry, features).references.flatMap(({ view, features: those }) =>
      those.map(({ feature, name }) => ({ name, reference: `${viewId(view)}:${feature.name}` })),
    );
    const hasAll = placesOf.findIndex((places) => wanted.every(({ reference }) => places.has(reference)));
    const chosen: number[] = hasAll < 0 ? [] : [hasAll];
    const columns = wanted.map(({ name, reference }) => {
      const has = (service: number) => placesOf[service]?.has(reference) === true;
      const service = chosen.find(has) ?? placesOf.findIndex((places) => places.has(reference));
      const place = placesOf[service]?.get(reference);
      if (place === undefined) {
        throw new BadInput(`${reference} is in no service that is served online`, {
          ...{
            field: 'features',
            advice: 'Ask for a service, which names the side of a team, or for a frame.',
          },
        });
      }
      if (!chosen.includes(service)) chosen.push(service);
      return { name, of: chosen.indexOf(service), place };
    });
    return { services: chosen.flatMap((service) => services[service] ?? []), columns };
  };

  return ({ service, features = [] }) => {
    const key = service ?? features.join(',');
    const before = plans.get(key);
    if (before !== undefined) return before;
    const plan = service === undefined ? ofReferences(features) : ofService(service);
    if (plans.size >= remembered) plans.clear();
    plans.set(key, plan);
    return plan;
  };
}

/** Worst first: a row that takes from several vectors says the worst of them. */
const order: readonly VectorStatus[] = ['unknown', 'foreign', 'moved', 'stale', 'computed', 'online'];

/** A match as an online read tells it. */
export interface PlannedRow {
  readonly matchId: number;
  readonly status: VectorStatus;
  readonly asOf: Instant | null;
  readonly values: FeatureValue[];
}

/** Puts the rows that services told of the same matches beside each other. */
export function joinRows(plan: OnlinePlan, told: readonly (readonly OnlineRow[])[]): PlannedRow[] {
  const [first = [], ...others] = told;
  return first.map((row, place) => {
    const { matchId } = row;
    if (others.length === 0) {
      const values = plan.columns.map((column) => row.values[column.place] ?? null);
      return { matchId, status: row.status, asOf: row.asOf, values };
    }
    const parts = told.flatMap((rows) => rows[place] ?? []);
    const statuses = parts.map(({ status }) => status);
    const ages = parts.flatMap(({ asOf }) => asOf ?? []);
    return {
      matchId,
      status: order.find((status) => statuses.includes(status)) ?? 'unknown',
      asOf: ages.length === 0 ? null : instant(Math.min(...ages)),
      values: plan.columns.map((column) => parts[column.of]?.values[column.place] ?? null),
    };
  });
}
