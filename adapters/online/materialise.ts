import type pg from 'pg';
import { DependencyAway } from '../../schemas/errors.js';
import type { OnlineService } from '../../schemas/features/online.js';
import { instant, type Instant } from '../../schemas/values.js';
import type { MatchVector, VectorMatches } from '../lake/frames/match-vectors.js';
import { ageOfGold } from '../postgres/gold-inputs.js';
import type { VectorSource } from './vector-source.js';
import type { VectorStore } from './vector-store.js';

export interface OnlineStores {
  readonly store: VectorStore;
  readonly source: VectorSource;
  /** Where a match stands now, and how old gold is, is asked of Postgres. */
  readonly pool: pg.Pool;
}

/**
 * A vector that was read now of gold that is so many milliseconds old: it knows what was known by then. Until the cutoff more may become known, after it no more.
 */
export const asOfGold = (
  vector: MatchVector,
  { now, goldAge }: { readonly now: Instant; readonly goldAge: number },
) => ({
  ...vector,
  asOf: instant(Math.min(now - goldAge, vector.cutoff)),
});

/** What became of a service's vectors; `store_away`: none was put, and what is asked for is computed from the lake meanwhile. */
export interface Materialised {
  readonly service: string;
  readonly outcome: 'materialised' | 'store_away';
  readonly vectors: number;
}

/** Copies what a service tells of matches from the lake into the online store, all of one snapshot and all at once. Throws as {@link VectorSource} does. */
export async function materialise(
  { store, source, pool }: OnlineStores,
  { service, matches, now }: { service: OnlineService; matches: VectorMatches; now: Instant },
): Promise<Materialised> {
  // Asked first: gold that is built meanwhile is younger, and none is told younger than it is.
  const goldAge = await ageOfGold(pool);
  const vectors = (await source.vectors({ service, matches })).map((vector) =>
    asOfGold(vector, { now, goldAge }),
  );
  try {
    await store.put(service, vectors, now);
  } catch (error) {
    if (error instanceof DependencyAway) return { service: service.id, outcome: 'store_away', vectors: 0 };
    throw error;
  }
  return { service: service.id, outcome: 'materialised', vectors: vectors.length };
}
