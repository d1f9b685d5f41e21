import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { injuries } from '../adapters/providers/api_football/injuries.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { matchesAhead } from '../adapters/postgres/matches-ahead.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { injuryRow } from '../domain/collect/told-row.js';
import type { Priority } from '../schemas/budgets.js';
import type { CollectInjuriesInput, DueSource } from '../schemas/jobs/collect-told.js';
import { instant, Season } from '../schemas/values.js';
import { collectTold, type CollectedTold, type CollectToldDeps } from './collect-told.js';
import { heartbeating } from './heartbeating.js';
import { connectionTo, reachApiFootball, type LiveSources } from './live-sources.js';

export interface CollectInjuriesDeps extends CollectToldDeps {
  readonly sources: LiveSources;
}

/** A request for the injuries of a league's season: `39/2025-26`. */
export interface InjuriesRequest {
  readonly subject: string;
  readonly priority: Priority;
  readonly clock?: SimulatedClock;
}

const horizonMs = 7 * 24 * 3_600_000;
const { dataSource } = apiFootball;

/** Activities that bring to bronze who misses matches. */
export function createCollectInjuriesActivities(deps: CollectInjuriesDeps) {
  const { pool, sources } = deps;
  return {
    /** The leagues that play within a week, or those of them that are named. */
    async injuriesRequests({ divisions, clock }: CollectInjuriesInput): Promise<{ sources: DueSource[] }> {
      const reachable = reachApiFootball(sources);
      if (reachable.kind === 'missing') {
        return { sources: [{ kind: 'skipped', dataSource, reason: reachable.reason }] };
      }
      const now = nowBy(clock, Date.now());
      const ahead = await reachingPostgres(() =>
        matchesAhead(pool, { dataSources: [dataSource], after: now, until: instant(now + horizonMs) }),
      );
      const subjects = new Set(
        ahead
          .filter(({ league }) => divisions?.includes(league) ?? true)
          .map(({ division, season }) => `${division}/${season}`),
      );
      if (subjects.size === 0) {
        return {
          sources: [{ kind: 'skipped', dataSource, reason: `${dataSource}: no league plays within a week` }],
        };
      }
      const requests = [...subjects].map((subject) => ({ subject, priority: 'regular' as const }));
      return { sources: [{ kind: 'due', dataSource, requests }] };
    },

    /** Asks for the injuries of one league's season. */
    async collectInjuriesRequest(request: InjuriesRequest): Promise<CollectedTold> {
      return await heartbeating(async () => {
        const connection = connectionTo(reachApiFootball(sources));
        const { subject, priority, clock } = request;
        const [league = '', season = ''] = subject.split('/');
        return await collectTold(deps, {
          ...{ kind: 'injuries', subject, priority, clock },
          connection,
          endpoint: injuries,
          query: { league, season: Season.parse(season) },
          rowOf: injuryRow,
        });
      });
    },
  };
}
