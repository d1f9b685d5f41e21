import type { FeatureValue, OnlineService } from '../../schemas/features/online.js';
import type { FeatureSkew, ServiceSkew } from '../../schemas/records/feature-skew.js';

/** A vector that was served, beside what the lake says; null where the lake has no such match at that cutoff. */
export interface ComparedVector {
  readonly vectorId: number;
  readonly matchId: number;
  readonly served: readonly FeatureValue[];
  readonly offline: readonly FeatureValue[] | null;
}

const mostExamples = 10;

/** Holds served vectors of a service against the lake, bit by bit: -0 is not 0. What is not there is null. */
export function compareVectors(
  { id, columns }: OnlineService,
  vectors: readonly ComparedVector[],
): ServiceSkew {
  const features = columns.flatMap(({ name }, place): FeatureSkew[] => {
    const differing = vectors.flatMap(({ vectorId, matchId, served, offline }) => {
      const pair = { served: served[place] ?? null, offline: offline?.[place] ?? null };
      return Object.is(pair.served, pair.offline) ? [] : [{ vectorId, matchId, ...pair }];
    });
    if (differing.length === 0) return [];
    const sizes = differing.flatMap(({ served, offline }) => sizeOf(served, offline) ?? []);
    return [
      {
        ...{ feature: name, mismatches: differing.length },
        largest: sizes.length === 0 ? null : sizes.reduce((most, size) => Math.max(most, size)),
        examples: differing.slice(0, mostExamples),
      },
    ];
  });
  return { service: id, compared: vectors.length, features };
}

const sizeOf = (served: FeatureValue, offline: FeatureValue): number | null =>
  typeof served === 'number' && typeof offline === 'number' ? Math.abs(served - offline) : null;

/** Two comparisons of one service as one. */
export const addSkew = (one: ServiceSkew, other: ServiceSkew): ServiceSkew => ({
  service: one.service,
  compared: one.compared + other.compared,
  features: [...one.features, ...other.features].reduce<FeatureSkew[]>((sum, next) => {
    const place = sum.findIndex(({ feature }) => feature === next.feature);
    const before = sum[place];
    if (before === undefined) return [...sum, next];
    return sum.with(place, {
      feature: next.feature,
      mismatches: before.mismatches + next.mismatches,
      largest:
        before.largest === null || next.largest === null
          ? (before.largest ?? next.largest)
          : Math.max(before.largest, next.largest),
      examples: [...before.examples, ...next.examples].slice(0, mostExamples),
    });
  }, []),
});

/** One feature of a service differed: what a person is told. */
export const tellSkew = (service: string, { feature, mismatches, largest }: FeatureSkew): string =>
  `${service}: ${feature} was served ${mismatches} times otherwise than the lake says as of then, ${largest === null ? 'where one of both has no value' : `by ${largest} at most`}`;
