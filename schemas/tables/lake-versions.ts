/**
 * The shapes that each lake table has had, oldest first: the last is today's, and its place is the version. An entry is a
 * fingerprint of names and types in order. Entries are only added: who reads version 2 of a table can tell what that is.
 */
export const lakeShapes: Readonly<Record<string, readonly string[]>> = {
  'silver.leagues': ['a74d7c5d145a'],
  'silver.teams': ['540edfcfe365'],
  'silver.matches': ['a24654d7e6a2'],
  'silver.fixture_revisions': ['e28bb2277990'],
  'silver.match_statistics': ['df3f5f920922'],
  'silver.odds': ['a908cc407a91'],
  'silver.source_precedence': ['ab274911ea3f'],
  'silver.quarantined_rows': ['28de31928428'],
  'gold.recent_form': ['6ecc2bb7456d'],
  'gold.long_form': ['0673a4a796f6'],
  'gold.season_form': ['a9fc8bd10b69'],
  'gold.rest_days': ['fd73a73952da'],
  'gold.head_to_head': ['46aab2ef87af'],
  'gold.odds_features': ['28cb54a2b50a'],
  'gold.elo': ['a1cbc675c415'],
  'gold.league_rates': ['15df33c55bbd'],
  'gold.filled_features': ['7c703d3780ba'],
  'gold.match_results': ['4762dd47a37b'],
  'gold.market_prices': ['18531edebe7b'],
  'gold.match_features': ['09bce9d70f6e'],
  'bronze.data_collection_logs': ['093581e4a2a7'],
  'gold.predictions': ['77d8d4259763'],
};

/** The version of a table's columns, from 1; 0 for a table that has no entry. */
export const lakeVersionOf = (table: string): number => lakeShapes[table]?.length ?? 0;
