import path from 'node:path';
import { z } from 'zod';
import {
  compileReferences,
  compileService,
  findService,
  findView,
  type CompiledFeatures,
  type FeatureNames,
  type FeatureRegistry,
} from '../domain/features/registry/compile.js';
import { frameReferences } from '../domain/features/registry/frame-references.js';
import { registryOf, unreleased } from '../domain/features/registry/released.js';
import {
  serviceId,
  viewId,
  type FeatureService,
  type FeatureView,
} from '../schemas/features/feature-view.js';
import { featureServices } from '../schemas/features/services.js';
import { featureViews } from '../schemas/features/views.js';
import { BadUsage } from './bad-usage.js';
import { command } from './command.js';
import { counted, grouped, textTable } from './table.js';
import { withStack } from './with-stack.js';

const declared: FeatureRegistry = { views: featureViews, services: featureServices };
const released = async (): Promise<FeatureRegistry> =>
  (await import('../adapters/lake/feature-definitions.js')).readReleasedFeatures();
const registry = async (): Promise<FeatureRegistry> => registryOf(declared, await released());

const ttlText = ({ ttlHours }: FeatureView): string =>
  ttlHours === null ? 'never' : ttlHours % 24 === 0 ? counted(ttlHours / 24, 'day') : `${ttlHours} h`;

export const featuresList = command({
  path: ['features', 'list'],
  isDefault: true,
  summary: 'feature views and services, with every version that was released',
  description:
    'Lists the views, each features of one entity that come from one place and age together, and the services, each a fixed list of features that are asked for together.',
  examples: ['touchline features', 'touchline features list --json'],
  json: '{"views": [{"view", "entity", "ttlHours", "features", "description"}], "services": [{"service", "askedAt", "features", "description"}]}',
  settings: z.object({}),
  async run(_, context) {
    const known = await registry();
    const views = known.views.map((view) => ({
      ...{ view: viewId(view), entity: view.entity, ttlHours: view.ttlHours },
      ...{ features: view.features.length, description: view.description },
    }));
    const services = known.services.map((service) => ({
      ...{ service: serviceId(service), askedAt: service.askedAt },
      features: service.references.reduce((sum, { features }) => sum + features.length, 0),
      description: service.description,
    }));
    await context.output.result({ views, services }, () =>
      [
        textTable(
          ['view', 'entity', 'ages after', 'features', 'what it says'],
          known.views.map((view) => [
            ...[viewId(view), view.entity, ttlText(view), view.features.length, view.description],
          ]),
        ),
        textTable(
          ['service', 'asked', 'features', 'what it is for'],
          services.map((one) => [one.service, one.askedAt, one.features, one.description]),
        ),
      ].join('\n\n'),
    );
    return 0;
  },
});

export const featuresShow = command({
  path: ['features', 'show'],
  summary: 'a view or a service, feature by feature',
  description: 'Shows a view or a service as it is defined. Without a version, the newest.',
  arguments: [{ flags: '<name>', about: 'odds_features, odds_features@1, match_prediction_v1' }],
  examples: ['touchline features show odds_features', 'touchline features show match_prediction_v1 --json'],
  json: 'The definition as its file in contracts/features has it.',
  settings: z.object({ name: z.string().min(1) }),
  async run({ name }, context) {
    const known = await registry();
    const [base = name, version] = name.split('@');
    const isView = known.views.some((view) => view.name === base);
    const found = isView
      ? findView(known, base, version === undefined ? undefined : Number(version))
      : findService(known, name);
    await context.output.result(found, () =>
      'features' in found ? viewText(found) : serviceText(found, known),
    );
    return 0;
  },
});

const viewText = (view: FeatureView): string =>
  [
    `${viewId(view)}, of a ${view.entity}: ${view.description}`,
    `From ${view.source.table}, known since its ${view.source.knownAt}; told for ${ttlText(view) === 'never' ? 'ever' : ttlText(view)}.`,
    textTable(
      ['feature', 'type', 'knowable', 'what it says'],
      view.features.map((feature) => [
        ...[feature.name, feature.type, feature.knowable, feature.description],
      ]),
    ),
  ].join('\n');

const serviceText = (service: FeatureService, known: FeatureRegistry): string =>
  [
    `${serviceId(service)}, asked ${service.askedAt}: ${service.description}`,
    textTable(
      ['column', 'from', 'what it says'],
      compileService(known, service).references.flatMap(({ view, features }) =>
        features.map(({ name, feature }) => [name, `${viewId(view)}:${feature.name}`, feature.description]),
      ),
    ),
  ].join('\n');

export const featuresGet = command({
  path: ['features', 'get'],
  summary: 'features of a frame of entities, as they were known at its instants',
  description: [
    'Reads a frame, a file of Parquet, CSV or JSON whose rows name entities (match_id, team_id, home_team_id …) and an instant (event_timestamp, UTC where it bears no zone),',
    'and writes it with features beside: of each entity the last that was known by then, or null where nothing was, or it was older than its view allows. As many rows',
    'as the frame has, in its order. What became known later is never in it. A frame of matches need not name their teams.',
  ].join('\n'),
  options: [
    { flags: '--frame <file>', about: 'the entities and instants: .parquet, .csv or .json' },
    { flags: '--out <file>', about: 'what is written: .parquet, .arrow, .csv or .json' },
    { flags: '--service <name>', about: 'the features of a service, as match_prediction_v1' },
    { flags: '--features <list>', about: 'or these, as odds_features:home_odds_avg, separated by commas' },
    { flags: '--full-names', about: 'columns are called view__feature' },
  ],
  examples: [
    'touchline features get --service match_prediction_v1 --frame matches.csv --out training.parquet',
    'touchline features get --features ratings:home_elo,ratings:away_elo --frame matches.parquet --out elo.arrow',
  ],
  json: '{"out", "rows", "columns"}',
  settings: z.object({
    frame: z.string('Name a frame').min(1),
    out: z.string('Say where the features go').min(1),
    service: z.string().min(1).optional(),
    features: z
      .string()
      .min(1)
      .transform((list) => list.split(',').map((one) => one.trim()))
      .optional(),
    fullNames: z.literal(true).optional(),
  }),
  async run({ frame, out, service, features, fullNames }, context) {
    const names: FeatureNames = fullNames === true ? 'full' : 'short';
    const compiled = compileAsked(await registry(), { service, features }, names);
    const target = path.resolve(out);
    const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
    const written = await withStack(context, async ({ status }) => {
      const lake = await openLakeOf(context.config, status.postgres, 'features');
      const asked = { file: path.resolve(frame), out: target, references: frameReferences(compiled) };
      return lake.frame(asked).finally(() => lake.close());
    });
    await context.output.result(
      { out: target, ...written },
      () => `${grouped(written.rows)} rows of ${counted(written.columns.length, 'column')} in ${target}`,
    );
    return 0;
  },
});

function compileAsked(
  known: FeatureRegistry,
  {
    service,
    features,
  }: { readonly service: string | undefined; readonly features: readonly string[] | undefined },
  names: FeatureNames,
): CompiledFeatures {
  if (service !== undefined && features === undefined)
    return compileService(known, findService(known, service), names);
  if (features !== undefined && service === undefined) return compileReferences(known, features, names);
  throw new BadUsage('Ask for a service or for features', {
    setting: '--service <name>',
    advice: 'touchline features lists both.',
  });
}

export const featuresCheck = command({
  path: ['features', 'check'],
  summary: 'whether the declared features are as they were released',
  description: [
    'Compares the views and services of schemas/features with those of contracts/features, and compiles every service. A changed definition needs a new version, so',
    'that the one before stays what it was: npm run release-features writes it. Ends with 1 where something stands against it. Reads no lake.',
  ].join('\n'),
  examples: ['touchline features check', 'touchline features check --json'],
  json: '{"definitions": the number compared, "objections": [sentences]}.',
  settings: z.object({}),
  async run(_, context) {
    const known = await registry();
    for (const service of known.services) compileService(known, service);
    const objections = unreleased(declared, await released());
    const definitions = known.views.length + known.services.length;
    await context.output.result({ definitions, objections }, () =>
      objections.length === 0
        ? `Features are as ${grouped(definitions)} definitions say.`
        : [...objections, 'Release what is meant: npm run release-features.'].join('\n'),
    );
    return objections.length === 0 ? 0 : 1;
  },
});
