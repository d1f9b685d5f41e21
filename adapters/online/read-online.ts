import { DependencyAway, PrerequisiteMissing } from '../../schemas/errors.js';
import type { FeatureVector, OnlineRow, OnlineService, VectorStatus } from '../../schemas/features/online.js';
import type { Instant } from '../../schemas/values.js';
import type { Meters } from '../metrics/meters.js';
import type { Outbox } from '../outbox.js';
import { ageOfGold } from '../postgres/gold-inputs.js';
import { readKickOffs } from '../postgres/kick-offs.js';
import type { ServedVector } from '../postgres/served-vectors.js';
import { asOfGold, type OnlineStores } from './materialise.js';
import { isStale, type StoredVector } from './vector-store.js';

export interface ReadOnlineDeps extends OnlineStores {
  /** Where what was served is written. */
  readonly served: Pick<Outbox<ServedVector>, 'put'>;
  readonly meters: Meters;
}

/** A vector that was found or made, with where it comes from; or why there is none. */
type Found =
  { readonly origin: 'online' | 'computed'; readonly vector: FeatureVector } | 'absent' | 'foreign';

/** What an online read found of one match: a vector where the status is `online` or `computed`. */
export interface OnlineVector {
  readonly matchId: number;
  readonly status: VectorStatus;
  readonly vector: FeatureVector | null;
}

/**
 * What a service tells of matches now (FEAT-12): one row a match, in their order. What is stale, of another kick-off or of another definition is refused, and told by
 * its status; what is not in the store is computed from the lake, also where the store is away (CACHE-9).
 * @throws DependencyAway where Postgres is away
 */
export async function readOnline(
  deps: ReadOnlineDeps,
  {
    service,
    matchIds,
    now,
    kickOffs: askedKickOffs,
  }: {
    service: OnlineService;
    matchIds: readonly number[];
    now: Instant;
    /** When the matches begin, where that has been asked already. */
    kickOffs?: Promise<ReadonlyMap<number, Instant>>;
  },
): Promise<OnlineRow[]> {
  const kickOffs = askedKickOffs ?? readKickOffs(deps.pool, matchIds);
  return (await readVectors(deps, { service, matchIds, now, kickOffs })).map(({ matchId, status, vector }) =>
    vector === null
      ? { matchId, status, asOf: null, values: service.columns.map(() => null) }
      : { matchId, status, asOf: vector.asOf, values: vector.values },
  );
}

/** As {@link readOnline}, the vectors whole, for who has asked already when the matches begin. */
export async function readVectors(
  deps: ReadOnlineDeps,
  {
    service,
    matchIds,
    now,
    kickOffs: asked,
    looked,
  }: {
    service: OnlineService;
    matchIds: readonly number[];
    now: Instant;
    kickOffs: Promise<ReadonlyMap<number, Instant>>;
    /** What the store has of them, where that has been asked already. */
    looked?: readonly StoredVector[] | undefined;
  },
): Promise<OnlineVector[]> {
  const [kickOffs, stored] = await Promise.all([
    asked,
    looked?.map(foundIn) ?? fromStore(deps, service, matchIds),
  ]);
  const absent = matchIds.filter((id, place) => stored[place] === 'absent' && kickOffs.has(id));
  const computed = await fromLake(deps, service, absent, now);
  const judged = matchIds.map((matchId, place) => {
    const found = computed.get(matchId) ?? stored[place] ?? 'absent';
    return { matchId, found, status: judge(service, found, { kickOff: kickOffs.get(matchId), now }) };
  });
  await keep(
    deps,
    service,
    judged.flatMap(({ found, status }) =>
      status === 'computed' && typeof found === 'object' ? [found.vector] : [],
    ),
    now,
  );
  for (const [status, count] of countByStatus(judged))
    deps.meters.add('football_data_feature_vectors_served_total', { service: service.id, status }, count);
  return judged.map(({ matchId, found, status }) => {
    if (typeof found === 'string' || (status !== 'online' && status !== 'computed'))
      return { matchId, status, vector: null };
    const { vector } = found;
    deps.served.put({ servedAt: now, service, origin: status, vector });
    return { matchId, status, vector };
  });
}

function countByStatus(judged: readonly { readonly status: VectorStatus }[]): Map<VectorStatus, number> {
  const counts = new Map<VectorStatus, number>();
  for (const { status } of judged) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

function judge(
  service: OnlineService,
  found: Found,
  { kickOff, now }: { readonly kickOff: Instant | undefined; readonly now: Instant },
): VectorStatus {
  if (kickOff === undefined || found === 'absent') return 'unknown';
  if (found === 'foreign') return found;
  if (found.vector.kickOff !== kickOff) return 'moved';
  return isStale(service, found.vector, now) ? 'stale' : found.origin;
}

/** What the store had of a match, as it was found. */
function foundIn(stored: StoredVector): Found {
  const read = stored.read();
  return typeof read === 'string' ? read : { origin: 'online', vector: read };
}

const orWhenAway = async <T>(work: () => Promise<T>, away: T): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    // The cache has counted it, and whoever holds the connection has logged it.
    if (error instanceof DependencyAway) return away;
    throw error;
  }
};

async function fromStore(
  { store }: OnlineStores,
  service: OnlineService,
  matchIds: readonly number[],
): Promise<readonly Found[]> {
  return await orWhenAway<readonly Found[]>(
    async () => (await store.find(service, matchIds)).map(foundIn),
    matchIds.map(() => 'absent'),
  );
}

async function fromLake(
  { source, pool }: OnlineStores,
  service: OnlineService,
  matchIds: readonly number[],
  now: Instant,
): Promise<ReadonlyMap<number, Found>> {
  if (matchIds.length === 0) return new Map();
  try {
    const goldAge = await ageOfGold(pool);
    const vectors = await source.vectors({ service, matches: { matchIds } });
    return new Map(
      vectors.map((vector) => [
        vector.matchId,
        { origin: 'computed', vector: asOfGold(vector, { now, goldAge }) },
      ]),
    );
  } catch (error) {
    // Without gold nobody knows a match.
    if (error instanceof PrerequisiteMissing) return new Map();
    throw error;
  }
}

const keep = (
  { store }: OnlineStores,
  service: OnlineService,
  vectors: readonly FeatureVector[],
  now: Instant,
): Promise<void> => orWhenAway(() => store.put(service, vectors, now), undefined);
