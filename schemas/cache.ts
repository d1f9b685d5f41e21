import { z } from 'zod';

/** CACHE-3: how long a value is kept at most, in seconds, by what it is. */
export const cacheTtlSeconds = {
  match_info: 1_800,
  match_features: 1_800,
  team_stats: 3_600,
  team_features: 1_800,
  odds_data: 300,
  predictions: 3_600,
  historical_stats: 7_200,
  default: 1_800,
} as const;

/** What a cache is for. */
export type CacheType = keyof typeof cacheTtlSeconds;

/** Nothing is kept longer, whatever is asked for: so long it is remembered what was written. */
export const longestTtlSeconds = 7_200;

const WriteScope = z.enum(['all', 'match', 'odds', 'team']);

/** What is written, as the database counts it: a match, its prices, the matches of a team; `all` (id 0) is everything at once. */
export interface Written {
  readonly scope: z.infer<typeof WriteScope>;
  readonly id: number;
}

/** How often it had been written. */
export const WriteVersion = z.object({ scope: WriteScope, id: z.int(), version: z.int() });
export type WriteVersion = z.infer<typeof WriteVersion>;

/** One name for both. */
export const nameOf = ({ scope, id }: Written): string => `${scope}:${id}`;

/** Where a value is kept, what it is, and what makes it out of date when it is written. */
export interface CacheKey {
  readonly key: string;
  readonly type: CacheType;
  readonly of: readonly Written[];
}

/** CACHE-2: parts joined by `:`, named ones behind them as name:value. What would be read as another part is escaped. */
export const cacheName = (
  parts: readonly (string | number)[],
  named: Readonly<Record<string, string | number | undefined>> = {},
): string =>
  [...parts, ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))]
    .map((part) => encodeURIComponent(part))
    .join(':');

const everything: Written = { scope: 'all', id: 0 };
const match = (id: number): Written => ({ scope: 'match', id });
const odds = (id: number): Written => ({ scope: 'odds', id });
const team = (id: number): Written => ({ scope: 'team', id });

/** A match as it was cleaned; it tells how many prices there are. */
export const processedMatch = (id: number): CacheKey => ({
  key: cacheName(['match', id, 'processed']),
  type: 'match_info',
  of: [everything, match(id), odds(id)],
});

/** What results say of a team; `kind` is `recent`, `named` what makes it differ. */
export const teamStats = (
  id: number,
  kind: string,
  named: Readonly<Record<string, string | number>> = {},
): CacheKey => ({
  key: cacheName(['team', id, 'stats', kind], named),
  type: 'team_stats',
  of: [everything, team(id)],
});

/** The prices of a match by one bookmaker, or by all of them. */
export const oddsOf = (
  matchId: number,
  bookmaker: string | undefined,
  named: Readonly<Record<string, string | number | undefined>> = {},
): CacheKey => ({
  // A bookmaker may be called anything, `all` too: the number of parts tells the two apart.
  key:
    bookmaker === undefined
      ? cacheName(['odds', matchId], { bookmakers: 'all', ...named })
      : cacheName(['odds', matchId, bookmaker], named),
  type: 'odds_data',
  of: [everything, match(matchId), odds(matchId)],
});

/** The meetings of two teams, at the ground of the first; `named` what makes them differ. */
export const headToHead = (
  homeId: number,
  awayId: number,
  named: Readonly<Record<string, string | number>> = {},
): CacheKey => ({
  key: cacheName(['h2h', homeId, awayId], named),
  type: 'historical_stats',
  of: [everything, team(homeId), team(awayId)],
});
