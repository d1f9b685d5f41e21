import type pg from 'pg';
import type { JobFailure } from '../../schemas/jobs/failure.js';
import { followerOf, type MatchPlan } from '../../schemas/jobs/follow-match.js';
import type { SimulatedClock } from '../../schemas/jobs/simulated-clock.js';
import { instant, type Instant } from '../../schemas/values.js';
import type { Redactor } from '../redaction/redactor.js';
import { logTaskError } from './error-log.js';
import type { Computed, Narrowed, Row } from './row.js';
import { inTransaction } from './transaction.js';

/** The plan of a match that is followed, or is to be. */
export interface FollowedPlan {
  readonly matchId: number;
  readonly plan: MatchPlan;
  /** Whether its follower knows this plan and goes by this clock. */
  readonly isTold: boolean;
  /** Whether it was told any plan. */
  readonly wasTold: boolean;
  /** How often in a row its follower has failed, and in which run last. */
  readonly failures: number;
  readonly failedRun: string | null;
  /** Until when, by the clock of its plan, nobody follows it again. */
  readonly pausedUntil: Instant | null;
}

/**
 * Brings the plans to what silver says: of the matches that begin after `now` and until `until`, and of those that are followed already. A plan
 * that changed gets the next version.
 */
export async function replanMatches(
  pool: pg.Pool,
  { now, until }: { readonly now: Instant; readonly until: Instant },
): Promise<void> {
  await pool.query(
    `insert into match_plans as p (match_id, kickoff, kickoff_precision, state)
     select m.id, m.match_time, m.kickoff_precision, 'ahead' from matches m
     where m.match_time > $1 and m.match_time <= $2 and m.match_status in ('scheduled', 'live') and m.source_present
     order by m.id
     on conflict (match_id) do update
       set version = p.version + 1, kickoff = excluded.kickoff, kickoff_precision = excluded.kickoff_precision, state = excluded.state
       where (p.kickoff, p.kickoff_precision, p.state) is distinct from
         (excluded.kickoff, excluded.kickoff_precision, excluded.state)`,
    [new Date(now), new Date(until)],
  );
  // The registry's time finds the partition. A match that silver has no more is nobody's plan.
  await pool.query(
    `update match_plans p
     set version = p.version + 1, kickoff = n.kickoff, kickoff_precision = n.kickoff_precision, state = n.state
     from (
       select f.match_id, coalesce(m.match_time, f.kickoff) as kickoff,
         coalesce(m.kickoff_precision, f.kickoff_precision) as kickoff_precision,
         case when not coalesce(m.source_present, false) then 'off'
           when m.match_status in ('scheduled', 'live') then 'ahead'
           when m.match_status = 'completed' then 'over' else 'off' end as state
       from match_plans f
       join match_registry r on r.id = f.match_id
       left join matches m on m.id = r.id and m.match_time = r.match_time
       where f.told_version > coalesce(f.ended_version, 0)
     ) as n
     where n.match_id = p.match_id
       and (p.kickoff, p.kickoff_precision, p.state) is distinct from (n.kickoff, n.kickoff_precision, n.state)`,
  );
}

/**
 * The plans of the matches that are followed, and of those that begin after `now` and until `until`, by kick-off. Whoever asks by the time that it is
 * leaves those to a simulated clock that were told one.
 */
export async function followedPlans(
  pool: pg.Pool,
  {
    now,
    until,
    clock,
  }: { readonly now: Instant; readonly until: Instant; readonly clock: SimulatedClock | undefined },
): Promise<FollowedPlan[]> {
  const { rows } = await pool.query<
    Row<{
      matchId: 'match_plans.match_id';
      version: 'match_plans.version';
      kickoff: 'match_plans.kickoff';
      precision: Narrowed<'match_plans.kickoff_precision', MatchPlan['precision']>;
      state: Narrowed<'match_plans.state', MatchPlan['state']>;
      isTold: Computed<boolean>;
      wasTold: Computed<boolean>;
      failures: 'match_plans.failures';
      failedRun: 'match_plans.failed_run';
      pausedUntil: 'match_plans.paused_until';
    }>
  >(
    `select match_id as "matchId", version, kickoff, kickoff_precision as precision, state,
       told_version is not distinct from version and told_clock is not distinct from $3::jsonb as "isTold",
       told_version is not null as "wasTold", failures, failed_run as "failedRun", paused_until as "pausedUntil"
     from match_plans
     where ($3::jsonb is not null or told_clock is null) and (
       told_version > coalesce(ended_version, 0)
       or (state = 'ahead' and kickoff > $1 and kickoff <= $2 and ended_version is distinct from version))
     order by kickoff, match_id`,
    [new Date(now), new Date(until), clock === undefined ? null : JSON.stringify(clock)],
  );
  return rows.map(({ version, kickoff, precision, state, pausedUntil, ...row }) => ({
    ...row,
    plan: {
      ...{ version, kickoff: instant(kickoff.getTime()), precision, state },
      ...(clock === undefined ? {} : { clock }),
    },
    pausedUntil: pausedUntil === null ? null : instant(pausedUntil.getTime()),
  }));
}

/** Notes which plans the followers were told. */
export async function markTold(
  pool: pg.Pool,
  told: readonly Pick<FollowedPlan, 'matchId' | 'plan'>[],
  clock: SimulatedClock | undefined,
): Promise<void> {
  await pool.query(
    `update match_plans p set told_version = greatest(p.told_version, t.version), told_clock = $3::jsonb
     from unnest($1::bigint[], $2::integer[]) as t (match_id, version) where t.match_id = p.match_id`,
    [
      told.map(({ matchId }) => matchId),
      told.map(({ plan }) => plan.version),
      clock === undefined ? null : JSON.stringify(clock),
    ],
  );
}

/** Notes that nobody follows the match any more, as of the version that its follower knew. */
export async function markEnded(
  pool: pg.Pool,
  { matchId, version }: { readonly matchId: number; readonly version: number },
): Promise<void> {
  await pool.query(
    `update match_plans set ended_version = $2, told_version = greatest(told_version, $2),
       failures = 0, failed_run = null, paused_until = null
     where match_id = $1`,
    [matchId, version],
  );
}

export interface FollowerFailure {
  readonly matchId: number;
  readonly runId: string;
  readonly failures: number;
  readonly pausedUntil: Instant;
  readonly failure: JobFailure;
}

/**
 * Notes that the follower of a match has failed, how often in a row, and until when it is not begun again, with its line in the error log. The
 * run may have written that line itself; by its attempt's key it stays one.
 */
export async function noteFollowerFailed(
  pool: pg.Pool,
  { matchId, runId, failures, pausedUntil, failure }: FollowerFailure,
  redactor: Redactor,
): Promise<void> {
  const { name, message, subject } = failure;
  await inTransaction(pool, async ({ client, db }) => {
    await client.query(
      'update match_plans set failures = $2, failed_run = $3, paused_until = $4 where match_id = $1',
      [matchId, failures, runId, new Date(pausedUntil)],
    );
    await logTaskError(
      db,
      {
        ...{ taskName: 'followMatch', workflowId: followerOf(matchId), runId, activityId: 'workflow' },
        ...{ retryCount: 0, errorType: name, traceback: undefined, isFinal: true },
        message: `Nobody follows match ${matchId} any more: ${message}`,
        context: { matchId, failures, subject },
      },
      redactor,
    );
  });
}
