import type pg from 'pg';
import { instant, toIso, type Instant, type MatchStatus } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

/** When a match begins and whether it is on, as far as that is known. */
export interface MatchStanding {
  readonly kickOff: Instant;
  readonly status: MatchStatus;
  readonly sourcePresent: boolean;
}

/**
 * Where matches stand as known at an instant: of `readMatchStates` what changes before they begin, for who asks hundreds of times a second. Planning that read takes longer than
 * doing it for one match, so each connection plans it once.
 */
export async function readMatchStandings(
  pool: pg.Pool,
  matchIds: readonly number[],
  asOf: Instant,
): Promise<ReadonlyMap<number, MatchStanding>> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        id: Computed<number>;
        at: Computed<Date>;
        status: Computed<MatchStatus>;
        sourcePresent: Computed<boolean>;
      }>
    >({
      name: 'match_standings',
      text: `select match_id as id, match_time as at, match_status as status, source_present as "sourcePresent"
        from match_states($1::bigint[], $2::timestamptz)`,
      values: [matchIds, toIso(asOf)],
    }),
  );
  return new Map(
    rows.map(({ id, at, ...standing }) => [id, { ...standing, kickOff: instant(at.getTime()) }]),
  );
}
