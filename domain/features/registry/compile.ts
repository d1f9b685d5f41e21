import { BadInput } from '../../../schemas/errors.js';
import {
  joinKeyOf,
  Moment,
  serviceId,
  viewId,
  type Feature,
  type FeatureService,
  type FeatureView,
  type Role,
} from '../../../schemas/features/feature-view.js';

/** What is known of features: the views and services that are declared, and those that were released before. */
export interface FeatureRegistry {
  readonly views: readonly FeatureView[];
  readonly services: readonly FeatureService[];
}

/** Features of one view, for one entity of each row of a frame. */
export interface CompiledReference {
  readonly view: FeatureView;
  readonly role: Role | null;
  /** The column of the frame that names the entity: `match_id`, `home_team_id`. */
  readonly entityColumn: string;
  /** In the order in which they were asked for, each with the name under which a frame tells it. */
  readonly features: readonly { readonly feature: Feature; readonly name: string }[];
}

/** What a frame has to tell, in the order of its columns. */
export interface CompiledFeatures {
  readonly references: readonly CompiledReference[];
}

/** How the columns of a frame are named: `recent_5_wins`, or in full `team_recent_performance__recent_5_wins`. */
export type FeatureNames = 'short' | 'full';

const orderOf = (moment: Moment): number => Moment.options.indexOf(moment);

const askedFor: Readonly<Record<Moment, string>> = {
  before_kickoff: 'before kick-off',
  kickoff: 'at kick-off',
  half_time: 'at half-time',
  full_time: 'after the match',
};

/** The view of a name, and of a version or its newest. Throws {@link BadInput} with the names that there are. */
export function findView(registry: FeatureRegistry, name: string, version?: number): FeatureView {
  const named = registry.views.filter((view) => view.name === name);
  const found =
    version === undefined
      ? named.toSorted((a, b) => b.version - a.version)[0]
      : named.find((view) => view.version === version);
  if (found !== undefined) return found;
  throw new BadInput(
    named.length === 0
      ? `There is no feature view ${name}`
      : `${name} has no version ${String(version)}: ${named.map(viewId).join(', ')}`,
    {
      object: name,
      advice: `Choose from ${[...new Set(registry.views.map((view) => view.name))].join(', ')}.`,
    },
  );
}

/** The service called `match_prediction_v1`, or `match_prediction` for its newest. Throws {@link BadInput} with the names that there are. */
export function findService(registry: FeatureRegistry, id: string): FeatureService {
  const newestFirst = registry.services.toSorted((a, b) => b.version - a.version);
  const found = newestFirst.find((service) => serviceId(service) === id || service.name === id);
  if (found !== undefined) return found;
  throw new BadInput(`There is no feature service ${id}`, {
    object: id,
    advice: `Choose from ${registry.services.map(serviceId).join(', ')}.`,
  });
}

const nameOf = (view: FeatureView, feature: Feature, role: Role | null, names: FeatureNames): string =>
  `${names === 'full' ? `${view.name}__` : ''}${role === null ? '' : `${role}_`}${feature.name}`;

function featureOf(view: FeatureView, name: string): Feature {
  const feature = view.features.find((one) => one.name === name);
  if (feature !== undefined) return feature;
  throw new BadInput(`${viewId(view)} has no feature ${name}`, {
    object: viewId(view),
    advice: `It has ${view.features.map((one) => one.name).join(', ')}.`,
  });
}

function compileReference(
  view: FeatureView,
  role: Role | null,
  features: readonly string[],
  names: FeatureNames,
): CompiledReference {
  if (role !== null && view.entity !== 'team') {
    throw new BadInput(`${viewId(view)} is about a ${view.entity}, which has no side`, {
      ...{ object: viewId(view), advice: 'Leave the role out.' },
    });
  }
  const key = joinKeyOf(view.entity);
  return {
    ...{ view, role, entityColumn: role === null ? key : `${role}_${key}` },
    features: features.map((name) => {
      const feature = featureOf(view, name);
      return { feature, name: nameOf(view, feature, role, names) };
    }),
  };
}

/**
 * What a service tells, in the order of its references. Throws {@link BadInput} with the feature where it names one that there is not, two under one name, or one
 * that is knowable only after the moment at which the service is asked.
 */
export function compileService(
  registry: FeatureRegistry,
  service: FeatureService,
  names: FeatureNames = 'short',
): CompiledFeatures {
  const references = service.references.map(({ view, version, role, features }) =>
    compileReference(findView(registry, view, version), role ?? null, features, names),
  );
  for (const { view, features } of references) {
    for (const { feature } of features) {
      if (orderOf(feature.knowable) <= orderOf(service.askedAt)) continue;
      throw new BadInput(
        `${serviceId(service)} is asked ${askedFor[service.askedAt]}, and ${viewId(view)}:${feature.name} is known only ${askedFor[feature.knowable]}`,
        {
          ...{ object: serviceId(service), field: `${view.name}:${feature.name}` },
          advice: 'Leave it out, or have the service asked later.',
        },
      );
    }
  }
  return named({ references });
}

const referencePattern = /^(?<view>[a-z][a-z0-9_]*)(?:@(?<version>[1-9]\d*))?:(?<feature>[a-z][a-z0-9_]*)$/;

/**
 * What a list of references tells, `view:feature` or `view@version:feature`, each feature where it is first asked for. Throws {@link BadInput} on one that there is not.
 */
export function compileReferences(
  registry: FeatureRegistry,
  asked: readonly string[],
  names: FeatureNames = 'short',
): CompiledFeatures {
  const references = asked.map((text) => {
    const { view, version, feature } = referencePattern.exec(text)?.groups ?? {};
    if (view === undefined || feature === undefined) {
      throw new BadInput(`${JSON.stringify(text)} is no reference to a feature`, {
        ...{ object: text, advice: 'Write view:feature, as odds_features:home_odds_avg.' },
      });
    }
    const found = findView(registry, view, version === undefined ? undefined : Number(version));
    return compileReference(found, null, [feature], names);
  });
  return named({ references: joined(references) });
}

/** Neighbours of one view as one reference: it is read once for both. */
function joined(references: readonly CompiledReference[]): CompiledReference[] {
  const together: CompiledReference[] = [];
  for (const reference of references) {
    const last = together.at(-1);
    if (last?.view === reference.view) {
      together[together.length - 1] = { ...last, features: [...last.features, ...reference.features] };
    } else together.push(reference);
  }
  return together;
}

function named(compiled: CompiledFeatures): CompiledFeatures {
  const seen = new Set<string>();
  for (const { view, features } of compiled.references) {
    for (const { name } of features) {
      if (!seen.has(name)) {
        seen.add(name);
        continue;
      }
      throw new BadInput(`Two features would be called ${name}, the second of ${viewId(view)}`, {
        ...{ object: viewId(view), field: name, advice: 'Ask for full names, or leave one of them out.' },
      });
    }
  }
  return compiled;
}
