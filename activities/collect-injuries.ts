import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { injuries, type InjuriesQuery } from '../adapters/providers/api_football/injuries.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { matchesAhead } from '../adapters/postgres/matches-ahead.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { injuryRow } from '../domain/collect/told-row.js';
import type { Priority } from '../schemas/budgets.js';
import type { CollectInjuriesInput, DueSource } from '../schemas/jobs/collect-told.js';
import { instant, Season } from '../schemas/values.js';
import type { ToldInjury } from '../schemas/records/live.js';
import type { ToldRow } from '../schemas/records/told-row.js';
import type { MatchAhead } from '../adapters/postgres/matches-ahead.js';
import {
  collectTold,
  readTold,
  type CollectedTold,
  type CollectToldDeps,
  type ToldQuestion,
} from './collect-told.js';
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

/** What a league's season is called in a request. */
export const injuriesSubject = ({ division, season }: Pick<MatchAhead, 'division' | 'season'>): string =>
  `${division}/${season}`;

function questionOf(
  { sources }: Pick<CollectInjuriesDeps, 'sources'>,
  { subject, priority, clock }: InjuriesRequest,
): ToldQuestion<InjuriesQuery, ToldInjury> {
  const connection = connectionTo(reachApiFootball(sources));
  const [league = '', season = ''] = subject.split('/');
  return {
    ...{ kind: 'injuries', subject, priority, clock },
    connection,
    endpoint: injuries,
    query: { league, season: Season.parse(season) },
    rowOf: injuryRow,
  };
}

/** The injuries that are told of a league's season, out of what the budget leaves; nothing is stored. To be run within an activity. */
export const readInjuries = (
  deps: CollectInjuriesDeps,
  request: Omit<InjuriesRequest, 'priority'>,
): Promise<ToldRow[]> => readTold(deps, questionOf(deps, { ...request, priority: 'backfill' }));

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
        ahead.filter(({ league }) => divisions?.includes(league) ?? true).map(injuriesSubject),
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
      return await heartbeating(() => collectTold(deps, questionOf(deps, request)));
    },
  };
}
