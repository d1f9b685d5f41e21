import type { DuckDBConnection } from '@duckdb/node-api';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { readRows, type JsonRow } from './rows.js';

const sides = ['home', 'away'] as const;
const shared = [
  'h2h_total_matches',
  'h2h_home_wins',
  'h2h_away_wins',
  'h2h_draws',
  'h2h_home_goals_total',
  'h2h_away_goals_total',
  'h2h_recent_5_home_wins',
  'h2h_recent_5_away_wins',
  'h2h_recent_5_draws',
  'h2h_goals_avg',
  'home_odds_avg',
  'draw_odds_avg',
  'away_odds_avg',
  'home_implied_probability',
  'draw_implied_probability',
  'away_implied_probability',
  'bookmaker_count',
  'bookmaker_consensus',
  'market_efficiency',
];

/**
 * The rows of Postgres' `features` (GLD-1) for the matches not yet played, two a match, from lake gold as it is now: a few
 * hundred, by column name.
 */
export async function readServedFeatures(
  connection: DuckDBConnection,
  matchFeatures: LakeTable,
): Promise<JsonRow[]> {
  const recent = matchFeatures.columns.flatMap(({ name }) => /^home_(recent_5_\w+)$/.exec(name)?.[1] ?? []);
  const rowsOf = (side: (typeof sides)[number]): string => `
    select match_id, ${side}_team_id as team_id, '${side}' as team_type, season, cutoff as as_of,
      ${recent.map((name) => `${side}_${name} as ${name}`).join(', ')},
      ${shared.join(', ')},
      h2h_${side}_wins as h2h_wins, ${side}_implied_probability as implied_probability
    from lake.gold.match_features
    where match_status = 'scheduled' and source_present`;
  return readRows(connection, sides.map(rowsOf).join(' union all '));
}
