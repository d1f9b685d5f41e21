import type { MatchStatus } from '../../schemas/values.js';

const hour = 3_600_000;

/** CACHE-4: for how many seconds what is told of a match may be kept. What is over changes by a correction alone, of which a cache is told: it is kept long (COR-30). */
export function ttlOfMatch({
  status,
  untilKickOffMs,
}: {
  readonly status: MatchStatus;
  /** Negative once it has begun. */
  readonly untilKickOffMs: number;
}): number {
  if (status === 'completed' || status === 'cancelled' || status === 'abandoned') return 7_200;
  if (untilKickOffMs < hour) return 300;
  return untilKickOffMs < 24 * hour ? 1_800 : 7_200;
}
