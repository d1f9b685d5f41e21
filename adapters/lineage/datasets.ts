import type { Dataset } from '../../schemas/lineage.js';
import type { LakeLayer } from '../../schemas/tables/lake-table.js';
import type { Database } from '../postgres/open-database.js';

/** The tables of Postgres that carry data from a provider to a prediction, by layer (LIN-3). */
export const postgresTables = {
  bronze: [
    'raw_match_data',
    'raw_odds_data',
    'raw_scores_data',
    'raw_lineups_data',
    'raw_injuries_data',
    'raw_weather_data',
    'source_editions',
    'edition_rows',
    'source_match_ids',
    'data_collection_logs',
  ],
  silver: [
    'leagues',
    'teams',
    'match_registry',
    'matches',
    'odds',
    'odds_last_seen',
    'fixture_revisions',
    'match_statistics',
    'source_precedence',
    'quarantines',
  ],
  gold: ['features', 'predictions', 'prediction_keys', 'mv_team_recent_performance', 'mv_odds_trends'],
} as const satisfies Record<LakeLayer, readonly (keyof Database)[]>;

/** The tables of the lake; a test compares them with their declarations. */
export const lakeTableNames = {
  bronze: ['data_collection_logs'],
  silver: [
    'leagues',
    'teams',
    'matches',
    'fixture_revisions',
    'match_statistics',
    'odds',
    'source_precedence',
    'quarantined_rows',
  ],
  gold: [
    'recent_form',
    'long_form',
    'season_form',
    'rest_days',
    'head_to_head',
    'odds_features',
    'elo',
    'league_rates',
    'filled_features',
    'match_features',
    'match_results',
    'market_prices',
    'predictions',
  ],
} as const satisfies Record<LakeLayer, readonly string[]>;

const layers = ['bronze', 'silver', 'gold'] as const satisfies readonly LakeLayer[];

type TableOf<Layer extends LakeLayer> = (typeof postgresTables)[Layer][number];
type LakeTableOf<Layer extends LakeLayer> = (typeof lakeTableNames)[Layer][number];

const namespaceOf = (layer: LakeLayer): string => `football_db.${layer}`;

const tablesOf =
  <Layer extends LakeLayer>(layer: Layer) =>
  (...names: readonly TableOf<Layer>[]): Dataset[] =>
    names.map((name) => ({ namespace: namespaceOf(layer), name }));

/** Tables of Postgres: `football_db.bronze`, `raw_match_data`. */
export const bronze = tablesOf('bronze');
export const silver = tablesOf('silver');
export const gold = tablesOf('gold');

/** Tables of the lake: `football_db.silver`, `lake.matches`. Postgres has tables of the same names. */
export const lake = <Layer extends LakeLayer>(
  layer: Layer,
  ...names: readonly LakeTableOf<Layer>[]
): Dataset[] => names.map((name) => ({ namespace: namespaceOf(layer), name: `lake.${name}` }));

/** All the tables that the lake has of a layer and that are made, not archived. */
export const lakeTablesOf = (tables: readonly { readonly layer: LakeLayer; readonly name: string }[]) =>
  tables.map(({ layer, name }): Dataset => ({ namespace: namespaceOf(layer), name: `lake.${name}` }));

/** What a provider tells of: `api_football`, `matches`. */
export const provided = (
  dataSource: string,
  ...subjects: readonly ('matches' | 'odds' | 'scores' | 'lineups' | 'injuries' | 'weather')[]
): Dataset[] => subjects.map((name) => ({ namespace: dataSource, name }));

type ModelsDataset = 'football_baseline_model' | 'evaluation_reports' | 'tuning_trials' | 'tuning_reports';

/** What the model registry keeps. */
export const models = (...names: readonly ModelsDataset[]): Dataset[] =>
  names.map((name) => ({ namespace: 'models', name }));

/** What is served online. */
export const online = (...names: readonly 'features'[]): Dataset[] =>
  names.map((name) => ({ namespace: 'online', name }));

/** Every dataset that is a table. */
export const tableDatasets: readonly Dataset[] = layers.flatMap((layer) => [
  ...tablesOf(layer)(...postgresTables[layer]),
  ...lake(layer, ...lakeTableNames[layer]),
]);

const layerTags = {
  bronze: ['bronze', 'raw'],
  silver: ['silver', 'cleaned'],
  gold: ['gold', 'features'],
} as const satisfies Record<LakeLayer, readonly string[]>;

const beyondTables: Readonly<Record<string, string>> = { models: 'ml', online: 'features' };

/** The preset tags of a dataset (LIN-3); a provider's has `provider`, a model `ml`, what is served online `features`. */
export function tagsOf({ namespace, name }: Dataset): string[] {
  const layer = layers.find((each) => namespaceOf(each) === namespace);
  if (layer === undefined) return [beyondTables[namespace] ?? 'provider'];
  return [
    ...layerTags[layer],
    ...(name.startsWith('lake.') ? ['lake'] : []),
    ...(name === 'raw_match_data' || name === 'matches' ? ['matches'] : []),
    ...(name === 'features' ? ['ml'] : []),
  ];
}
