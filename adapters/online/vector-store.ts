import type { FeatureVector, OnlineService } from '../../schemas/features/online.js';
import type { Instant } from '../../schemas/values.js';
import type { TextCache } from '../cache/text-cache.js';
import { readMark, vectorReader, vectorText } from './vector-text.js';

const hour = 3_600_000;
/** For so long what is stale is still there to be told from what never was. */
const keptBeyond = 24 * hour;

/** What the store has of one match. */
export interface StoredVector {
  /** What tells it from another vector, without its values being read; undefined where none can be read. */
  mark(): string | undefined;
  /** `absent`, or `foreign` where it is not of this service as it is now. */
  read(): FeatureVector | 'absent' | 'foreign';
}

/** The online store: one vector a match and service. */
export interface VectorStore {
  /** One answer a match, in their order; each is read once it is asked for. @throws DependencyAway */
  find(service: OnlineService, matchIds: readonly number[]): Promise<readonly StoredVector[]>;
  /** Puts all of them in place at once. @throws DependencyAway */
  put(service: OnlineService, vectors: readonly FeatureVector[], now: Instant): Promise<void>;
}

/** `match:4711:features:match_prediction_v1` (CACHE-2; the version of the service is in its name). */
export const vectorKey = ({ id }: OnlineService, matchId: number): string =>
  `match:${matchId}:features:${id}`;

const ttlMs = ({ ttlHours }: OnlineService): number => (ttlHours ?? 0) * hour;

/** Whether a vector is older than the views of its service allow. */
export const isStale = (service: OnlineService, { asOf }: FeatureVector, now: Instant): boolean =>
  service.ttlHours !== null && now - asOf > ttlMs(service);

/** Vectors that are remembered as they were read: those of the matches ahead of some leagues. */
const remembered = 4_000;

export function vectorStore(cache: TextCache): VectorStore {
  const readVector = vectorReader(remembered);
  return {
    async find(service, matchIds) {
      const texts = await cache.read(matchIds.map((id) => vectorKey(service, id)));
      return texts.map((text, place) => ({
        mark: () => (text === undefined ? undefined : readMark(text)),
        read() {
          if (text === undefined) return 'absent';
          const vector = readVector(service, text);
          return vector !== undefined && vector.matchId === matchIds[place] ? vector : 'foreign';
        },
      }));
    },
    put: (service, vectors, now) =>
      cache.write(
        vectors.map((vector) => ({
          key: vectorKey(service, vector.matchId),
          text: vectorText(service, vector),
          // Counted from the clock of whoever asks, which may show another year than the cache's.
          keptMs: Math.max(0, vector.kickOff - now, vector.asOf + ttlMs(service) - now) + keptBeyond,
        })),
      ),
  };
}
