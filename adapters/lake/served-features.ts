import type { DuckDBConnection } from '@duckdb/node-api';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { readRows, type JsonRow } from './rows.js';

const sides = ['home', 'away'] as const;
/** Of a match, not of a side: FEAT-6 and FEAT-7. */
const sharedPattern =
  /^(h2h_\w+|(home|draw|away)_(odds_avg|implied_probability)|bookmaker_\w+|market_efficiency)$/;

/** Asks lake gold for what is served, as {@link readServedFeatures} does. */
export function servedFeaturesSql(matchFeatures: LakeTable): string {
  const shared = matchFeatures.columns.map(({ name }) => name).filter((name) => sharedPattern.test(name));
  const recent = matchFeatures.columns.flatMap(({ name }) => /^home_(recent_5_\w+)$/.exec(name)?.[1] ?? []);
  const rowsOf = (side: (typeof sides)[number]): string => `
    select match_id, ${side}_team_id as team_id, '${side}' as team_type, season, cutoff as as_of,
      ${recent.map((name) => `${side}_${name} as ${name}`).join(', ')},
      ${shared.join(', ')},
      h2h_${side}_wins as h2h_wins, ${side}_implied_probability as implied_probability
    from lake.gold.match_features
    where match_status = 'scheduled' and source_present`;
  return sides.map(rowsOf).join(' union all ');
}

/**
 * The rows of Postgres' `features` (GLD-1) for the matches not yet played, two a match, from lake gold as it is now: a few
 * hundred, by column name.
 */
export async function readServedFeatures(
  connection: DuckDBConnection,
  matchFeatures: LakeTable,
): Promise<JsonRow[]> {
  return readRows(connection, servedFeaturesSql(matchFeatures));
}
