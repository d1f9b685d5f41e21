import { bronze, gold, lake, models, silver } from '../adapters/lineage/datasets.js';
import type { ColumnGraph, TableLineage } from '../domain/lineage/column-graph.js';
import type { DirectKind, IndirectKind, Origins } from '../domain/lineage/origins.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';
import { goldTables } from '../schemas/tables/gold.js';

/** What a step in TypeScript makes a column of, and by what it decides; columns by their whole name. */
interface Made {
  readonly of?: readonly string[];
  readonly by?: readonly string[];
  readonly kind?: DirectKind;
}

const originsOf = ({ of = [], by = [], kind = 'TRANSFORMATION' }: Made): Origins => ({
  direct: new Map(of.map((column) => [column, kind])),
  indirect: decidedSo(by, 'CONDITIONAL'),
});

const decidedSo = (columns: readonly string[], kind: IndirectKind): Origins['indirect'] =>
  new Map(columns.map((column) => [column, new Set([kind])]));

const columnsOf =
  ([dataset = { namespace: '', name: '' }]: readonly Dataset[]) =>
  (...columns: readonly string[]): string[] =>
    columns.map((column) => `${datasetKey(dataset)}.${column}`);

const each = (columns: readonly string[], made: Made): Record<string, Made> =>
  Object.fromEntries(columns.map((column) => [column, made]));

const copied = (columns: readonly string[], from: (column: string) => string[], by: readonly string[] = []) =>
  Object.fromEntries(
    columns.map((column): [string, Made] => [column, { of: from(column), by, kind: 'IDENTITY' }]),
  );

/** Made by the house alone: ids, clocks, its own bookkeeping. */
const own = (...columns: readonly string[]): Record<string, Made> => each(columns, {});

function table(
  [dataset = { namespace: '', name: '' }]: readonly Dataset[],
  columns: Readonly<Record<string, Made>>,
  rows: readonly string[] = [],
): [string, TableLineage] {
  const made = Object.entries(columns).map(([name, of]): [string, Origins] => [name, originsOf(of)]);
  return [datasetKey(dataset), { columns: new Map(made), rows: decidedSo(rows, 'FILTER') }];
}

type GoldTable =
  'match_features' | 'match_results' | 'market_prices' | 'recent_form' | 'odds_features' | 'elo';

const matchPayload = columnsOf(bronze('raw_match_data'))('raw_data');
const scorePayload = columnsOf(bronze('raw_scores_data'))('raw_data');
const oddsPayload = columnsOf(bronze('raw_odds_data'))('raw_data');
const weatherPayload = columnsOf(bronze('raw_weather_data'))('raw_data');
const told = [...matchPayload, ...scorePayload];
const quoted = [...matchPayload, ...oddsPayload];
const registry = columnsOf(silver('match_registry'));
const match = columnsOf(silver('matches'));
const revision = columnsOf(silver('fixture_revisions'));
const features = columnsOf(lake('gold', 'match_features'));
const everyColumn = (name: GoldTable): string[] =>
  columnsOf(lake('gold', name))(
    ...goldTables
      .filter((made) => made.name === name)
      .flatMap(({ columns }) => columns.map((column) => column.name)),
  );
const allFeatures = everyColumn('match_features');
/** What is put online beside the features of matches. */
const lakeOnline = (['recent_form', 'odds_features', 'elo'] as const).flatMap(everyColumn);
const chances = columnsOf(gold('predictions'));

/** By whose word a field of a match is taken. */
const precedence = [
  ...columnsOf(silver('source_precedence'))('field_group', 'data_source', 'rank'),
  ...revision('data_source', 'known_at', 'source_present'),
];
const goals = ['home_score', 'away_score', 'home_ht_score', 'away_ht_score'];
const sides = (...counts: readonly string[]) => counts.flatMap((count) => [`home_${count}`, `away_${count}`]);
const prices = ['home_odds', 'draw_odds', 'away_odds', 'over_odds', 'under_odds'];
const quoteNames = ['data_source', 'bookmaker', 'market_type', 'line_value'];
const probabilities = ['home_win_probability', 'draw_probability', 'away_win_probability'];
/** A model's answer is of all the features that it was given, and of the model. */
const given = [...allFeatures, ...columnsOf(models('football_baseline_model'))('*')];

/**
 * What TypeScript makes of columns, said once, here: refining, predicting, verifying. What SQL makes is read from its SQL (derive-columns.ts). A
 * column without an origin is the house's own. A test holds this against the tables of Postgres.
 */
export const declaredColumns: ColumnGraph = new Map([
  table(silver('leagues'), {
    ...each(['code', 'name', 'country', 'level', 'time_zone'], { by: matchPayload }),
    is_simulated: { by: columnsOf(bronze('raw_match_data'))('data_source') },
    ...own('id', 'created_at', 'updated_at'),
  }),
  table(silver('teams'), {
    name: { of: told },
    country: { of: columnsOf(silver('leagues'))('country'), by: told, kind: 'IDENTITY' },
    home_venue: { of: matchPayload },
    ...own('id', 'league_id', 'created_at', 'updated_at'),
  }),
  table(silver('match_registry'), {
    match_time: { of: revision('match_time'), by: precedence, kind: 'IDENTITY' },
    league_id: { of: columnsOf(silver('leagues'))('id'), by: told, kind: 'IDENTITY' },
    season: { of: told },
    ...each(['home_team_id', 'away_team_id'], {
      of: columnsOf(silver('teams'))('id'),
      by: told,
      kind: 'IDENTITY',
    }),
    ordinal: { by: told },
    prices_pending: { by: oddsPayload },
    ...own('id', 'created_at', 'updated_at'),
  }),
  table(silver('matches'), {
    ...copied(['id', 'league_id', 'season', 'home_team_id', 'away_team_id'], registry),
    ...copied(
      ['match_time', 'kickoff_precision', 'match_status', ...goals, 'venue', 'referee', 'source_present'],
      revision,
      precedence,
    ),
    minute: { of: scorePayload },
    weather: { of: weatherPayload },
    ...own('created_at', 'updated_at'),
  }),
  table(silver('fixture_revisions'), {
    match_id: { of: registry('id'), by: told, kind: 'IDENTITY' },
    data_source: {
      of: columnsOf(bronze('raw_match_data'))('data_source'),
      by: scorePayload,
      kind: 'IDENTITY',
    },
    ...each(['known_at', 'known_at_basis'], {
      of: [
        ...columnsOf(bronze('source_editions'))('edition_time'),
        ...columnsOf(bronze('raw_scores_data'))('collected_at'),
      ],
      by: matchPayload,
    }),
    raw_id: { of: columnsOf(bronze('raw_match_data'))('id'), kind: 'IDENTITY' },
    raw_score_id: { of: columnsOf(bronze('raw_scores_data'))('id'), kind: 'IDENTITY' },
    edition_id: { of: columnsOf(bronze('source_editions'))('id'), kind: 'IDENTITY' },
    ...each(['match_time', 'kickoff_precision', 'match_status', ...goals, 'venue', 'referee'], { of: told }),
    source_present: { by: columnsOf(bronze('edition_rows'))('edition_id', 'raw_id') },
    ...own('id', 'created_at'),
  }),
  table(silver('match_statistics'), {
    match_id: { of: registry('id'), by: matchPayload, kind: 'IDENTITY' },
    data_source: { of: columnsOf(bronze('raw_match_data'))('data_source'), kind: 'IDENTITY' },
    ...each(['known_at', 'known_at_basis'], {
      of: columnsOf(bronze('source_editions'))('edition_time'),
      by: matchPayload,
    }),
    raw_id: { of: columnsOf(bronze('raw_match_data'))('id'), kind: 'IDENTITY' },
    ...each(sides('shots', 'shots_on_target', 'corners', 'fouls', 'yellow_cards', 'red_cards'), {
      of: matchPayload,
    }),
    ...own('id', 'created_at'),
  }),
  table(silver('odds'), {
    match_id: { of: registry('id'), by: quoted, kind: 'IDENTITY' },
    ...each([...quoteNames, 'quote_kind', 'price_phase', ...prices, 'provider_updated_at'], { of: quoted }),
    suspicious_odds: { of: quoted },
    ...each(['collected_at', 'recorded_at', 'known_at_basis'], {
      of: [
        ...columnsOf(bronze('raw_odds_data'))('collected_at'),
        ...columnsOf(bronze('source_editions'))('edition_time'),
      ],
      by: quoted,
    }),
    raw_id: { of: columnsOf(bronze('raw_match_data'))('id'), kind: 'IDENTITY' },
    raw_odds_id: { of: columnsOf(bronze('raw_odds_data'))('id'), kind: 'IDENTITY' },
    ...own('id', 'created_at', 'updated_at'),
  }),
  table(silver('odds_last_seen'), {
    match_id: { of: registry('id'), by: quoted, kind: 'IDENTITY' },
    ...each([...quoteNames, 'price_phase'], { of: quoted }),
    last_seen_at: { of: columnsOf(bronze('raw_odds_data'))('collected_at', 'last_seen_at') },
  }),
  table(silver('source_precedence'), own('field_group', 'data_source', 'rank')),
  table(silver('quarantines'), {
    match_id: { of: match('id'), kind: 'IDENTITY' },
    ...copied([...quoteNames, 'collected_at', 'recorded_at'], columnsOf(silver('odds'))),
    prediction_id: { of: chances('id'), kind: 'IDENTITY' },
    ...own('id', 'table_name', 'detection_id', 'quarantined_at', 'quarantined_by', 'quarantined_why'),
    ...own('released_at', 'released_by', 'released_why', 'created_at', 'updated_at'),
  }),
  table(gold('predictions'), {
    match_id: { of: features('match_id'), kind: 'IDENTITY' },
    ...each([...probabilities, 'predicted_result', 'confidence_score'], { of: given }),
    features_used: { of: allFeatures },
    prediction_metadata: { of: given, by: match('match_time') },
    ...each(['model_name', 'model_version'], {
      of: columnsOf(models('football_baseline_model'))('*'),
      kind: 'IDENTITY',
    }),
    actual_result: { of: match('home_score', 'away_score'), by: match('match_status', 'source_present') },
    is_correct: { of: [...match('home_score', 'away_score'), ...chances('predicted_result')] },
    verified_at: { by: match('match_status') },
    ...own('id', 'created_at', 'updated_at'),
  }),
  table(gold('prediction_keys'), {
    match_id: { of: features('match_id'), kind: 'IDENTITY' },
    ...copied(['model_name', 'model_version'], chances),
    feature_hash: { of: allFeatures },
    last_told_at: { by: chances('match_id') },
    ...own('created_at', 'updated_at'),
  }),
  [
    'online/features',
    { columns: new Map(), rows: decidedSo([...allFeatures, ...lakeOnline], 'FILTER') },
  ] satisfies [string, TableLineage],
  ...['football_baseline_model', 'evaluation_reports', 'tuning_trials', 'tuning_reports'].map(
    (name): [string, TableLineage] => [
      datasetKey({ namespace: 'models', name }),
      {
        columns: new Map(),
        rows: decidedSo(
          [...allFeatures, ...everyColumn('match_results'), ...everyColumn('market_prices')],
          'FILTER',
        ),
      },
    ],
  ),
]);

/** Of the passes in gold (gold-passes.ts), by columns of their model's inputs. */
const learnt = (...counts: readonly string[]): Made => ({
  of: sides(...counts).map((count) => `match_timeline.${count}`),
  kind: 'AGGREGATION',
  by: [
    ...[
      'home_score',
      'away_score',
      'match_status',
      'source_present',
      'valid_from',
      'match_time',
      'match_id',
    ].map((column) => `match_timeline.${column}`),
    ...['match_id', 'cutoff', 'match_time', 'league_id'].map((column) => `match_cutoffs.${column}`),
    'match_timeline.*',
    'match_cutoffs.*',
  ],
});

const rated = (...counts: readonly string[]): Made => {
  const { by = [], ...rest } = learnt(...counts);
  const teams = ['level', 'season_start', 'home_team_id', 'away_team_id', 'name_order'];
  return { ...rest, by: [...by, ...teams.map((column) => `match_cutoffs.${column}`)] };
};

const described: Readonly<Record<string, Made>> = copied(['match_id', 'match_time', 'cutoff'], (column) => [
  `match_cutoffs.${column}`,
]);

const pass = (columns: Readonly<Record<string, Made>>): TableLineage => ({
  columns: new Map(Object.entries(columns).map(([name, made]) => [name, originsOf(made)])),
  rows: decidedSo(['match_cutoffs.*'], 'FILTER'),
});

/** What each pass makes of the inputs of its model. */
export const passColumns: ReadonlyMap<string, TableLineage> = new Map([
  [
    'elo',
    pass({
      ...described,
      ...each(sides('elo', 'goal_rating'), rated('score')),
      ...each(sides('shots_on_target_rating'), rated('shots_on_target')),
      ...each(sides('shots_rating'), rated('shots')),
    }),
  ],
  [
    'league_rates',
    pass({
      ...described,
      ...each(['league_home_win_rate', 'league_draw_rate', 'league_goals_per_game'], learnt('score')),
    }),
  ],
]);
