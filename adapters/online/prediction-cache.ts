import { z } from 'zod';
import { DependencyAway } from '../../schemas/errors.js';
import { Prediction } from '../../schemas/records/prediction.js';
import type { Instant } from '../../schemas/values.js';
import { rememberedReads } from '../cache/remembered-reads.js';
import type { TextCache } from '../cache/text-cache.js';

/** CACHE-3. */
const longestMs = 3_600_000;

/** `predictions:4711:v3`, and `predictions:4711:latest` for what was served last (CACHE-2). */
export const predictionKey = (matchId: number, version: number | 'latest'): string =>
  `predictions:${matchId}:${version === 'latest' ? version : `v${version}`}`;

/** What a prediction is kept as: that of its version, and the latest of its match where its version is the one that serves. */
export type PredictionName = 'version' | 'latest';

const Kept = z.object({ mark: z.string(), prediction: Prediction });

/** A prediction, with the mark of the vector that it was made of. */
export type KeptPrediction = z.infer<typeof Kept>;

/** Predictions that were made, each under its version and as the latest of its match. A cache that is away has none and keeps none (CACHE-9). */
export interface PredictionCache {
  /** One answer a match, in their order. */
  read(
    asked: readonly { readonly matchId: number; readonly version: number | 'latest' }[],
  ): Promise<readonly (KeptPrediction | undefined)[]>;
  /** Keeps them for an hour, and not beyond the kick-off for which they were made, under these of their names. */
  write(
    made: readonly KeptPrediction[],
    { names, now }: { readonly names: readonly PredictionName[]; readonly now: Instant },
  ): Promise<void>;
}

/** Predictions that are remembered as they were read. */
const remembered = 4_000;

export function predictionCache(cache: TextCache): PredictionCache {
  const readKept = rememberedReads(keptIn, { capacity: remembered });
  return {
    async read(asked) {
      const texts = await orWhenAway(
        () => cache.read(asked.map(({ matchId, version }) => predictionKey(matchId, version))),
        asked.map(() => undefined),
      );
      return texts.map((text, place) => {
        const kept = text === undefined ? undefined : readKept(text);
        return kept?.prediction.matchId === asked[place]?.matchId ? kept : undefined;
      });
    },
    write: (made, { names, now }) =>
      orWhenAway(
        () =>
          cache.write(
            made.flatMap((kept) => {
              const { matchId, version, kickOff } = kept.prediction;
              const keptMs = Math.min(longestMs, kickOff - now);
              if (keptMs <= 0) return [];
              const text = JSON.stringify(kept);
              return names.map((name) => ({
                ...{ key: predictionKey(matchId, name === 'latest' ? name : version), text, keptMs },
              }));
            }),
          ),
        undefined,
      ),
  };
}

function keptIn(text: string): KeptPrediction | undefined {
  try {
    return Kept.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function orWhenAway<T>(work: () => Promise<T>, away: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The cache has counted it, and whoever holds the connection has logged it.
    if (error instanceof DependencyAway) return away;
    throw error;
  }
}
