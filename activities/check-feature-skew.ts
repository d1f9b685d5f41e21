import type pg from 'pg';
import type { VectorHistory } from '../adapters/online/vector-source.js';
import { readServedVectors, type LoggedVector } from '../adapters/postgres/served-vectors.js';
import { skewCheckOfRun, storeSkewCheck, uncheckedSpan } from '../adapters/postgres/skew-checks.js';
import { addSkew, compareVectors, tellSkew } from '../domain/features/skew.js';
import type { OnlineService } from '../schemas/features/online.js';
import type { CheckFeatureSkewResult } from '../schemas/jobs/check-feature-skew.js';
import type { ServiceSkew, SkewCheck } from '../schemas/records/feature-skew.js';
import { instant } from '../schemas/values.js';
import { heartbeating } from './heartbeating.js';
import { onlineServices } from './online-services.js';

export interface CheckFeatureSkewDeps {
  readonly pool: pg.Pool;
  readonly source: VectorHistory;
}

const vectorsAtOnce = 5_000;

/** An activity that holds what was served online against the lake. */
export function createCheckFeatureSkewActivities({ pool, source }: CheckFeatureSkewDeps) {
  return {
    /**
     * Computes each vector that was served since the last check again, from the lake as it stood at the vector's snapshot and at its cutoff, and keeps where a bit
     * differs. Killed on the way it begins anew; once it has kept its check it answers with that.
     */
    async checkFeatureSkew({ runId }: { readonly runId: string }): Promise<CheckFeatureSkewResult> {
      return await heartbeating(async (reportPhase) => {
        const kept = await skewCheckOfRun(pool, runId);
        if (kept !== undefined) return resultOf(kept);
        const { after, until } = await uncheckedSpan(pool);
        const services = await onlineServices();
        const snapshots = await source.snapshots();
        const skews = new Map<string, ServiceSkew>();
        let notComparable = 0;
        for (let from = after; from < until;) {
          const vectors = await readServedVectors(pool, { after: from, until, atMost: vectorsAtOnce });
          from = vectors.at(-1)?.id ?? until;
          reportPhase('features.compare', { vectors: vectors.length, from });
          const comparable = comparableOf(vectors, services, snapshots);
          notComparable += vectors.length - comparable.reduce((sum, group) => sum + group.vectors.length, 0);
          for (const group of comparable) {
            const skew = await compareGroup(source, group);
            const before = skews.get(skew.service);
            skews.set(skew.service, before === undefined ? skew : addSkew(before, skew));
          }
        }
        const found = [...skews.values()];
        const check: SkewCheck = {
          ...{ runId, checkedAt: instant(Date.now()), servedUntil: until, notComparable, services: found },
          compared: found.reduce((sum, { compared }) => sum + compared, 0),
        };
        if (until > after) await storeSkewCheck(pool, check, findingsOf(found));
        return resultOf(check);
      });
    },
  };
}

/** Vectors of one service that were read from one snapshot. */
interface ComparableVectors {
  readonly service: OnlineService;
  readonly snapshot: number;
  readonly vectors: readonly LoggedVector[];
}

/** Those that can be computed again, by what they can be computed with. */
function comparableOf(
  vectors: readonly LoggedVector[],
  services: readonly OnlineService[],
  snapshots: ReadonlySet<number>,
): ComparableVectors[] {
  return services.flatMap((service) => {
    const ofService = vectors.filter(
      (one) => one.service === service.id && one.hash === service.hash && snapshots.has(one.snapshot),
    );
    return [...new Set(ofService.map(({ snapshot }) => snapshot))].map((snapshot) => ({
      ...{ service, snapshot },
      vectors: ofService.filter((one) => one.snapshot === snapshot),
    }));
  });
}

async function compareGroup(
  source: VectorHistory,
  { service, snapshot, vectors }: ComparableVectors,
): Promise<ServiceSkew> {
  const matchIds = [...new Set(vectors.map(({ matchId }) => matchId))];
  const offline = new Map(
    (await source.vectors({ service, snapshot, matches: { matchIds } })).map((one) => [one.matchId, one]),
  );
  return compareVectors(
    service,
    vectors.map(({ id: vectorId, matchId, cutoff, values }) => {
      const told = offline.get(matchId);
      return {
        ...{ vectorId, matchId, served: values },
        offline: told?.cutoff === cutoff ? told.values : null,
      };
    }),
  );
}

const findingsOf = (services: readonly ServiceSkew[]) =>
  services.flatMap(({ service, compared, features }) =>
    features.map((skew) => ({
      field: `${service}.${skew.feature}`,
      data: { service, compared, ...skew },
      message: tellSkew(service, skew),
    })),
  );

const resultOf = ({ compared, notComparable, services }: SkewCheck): CheckFeatureSkewResult => ({
  ...{ compared, notComparable },
  mismatches: services.flatMap(({ service, features }) =>
    features.map(({ feature, mismatches, largest }) => ({ service, feature, mismatches, largest })),
  ),
});
