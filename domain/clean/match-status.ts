import { legalMoves } from '../../schemas/match-moves.js';
import type { Instant, MatchStatus } from '../../schemas/values.js';

/** How a match stands by one word of its sources. */
export interface Standing {
  readonly status: MatchStatus;
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  readonly matchTime: Instant;
}

/**
 * - `plain`      what matches do, a goal taken back while they are live included
 * - `corrected`  another score after full time
 * - `withdrawn`  a result taken back from a match that lies ahead
 * - `illegal`    the version is held
 */
export type Move =
  | { readonly kind: 'plain' }
  | { readonly kind: 'corrected' | 'withdrawn' | 'illegal'; readonly message: string };

const plain: Move = { kind: 'plain' };

/**
 * Judges the step from how a match stands to how a version has it. Total on every input.
 *
 * A finished match may become a scheduled one in one way: it has no score and lies ahead, as after a new date (a result annulled, a
 * replay). What was known until then stays known as of then. A past match whose score is blank now was played all the same: its row
 * is half written, whether the source states a status or not.
 * @param seenAt when the version was given
 */
export function judgeMove(before: Standing, after: Standing, seenAt: Instant): Move {
  const from = scoreOf(before);
  const to = scoreOf(after);
  if (before.status === after.status) {
    return before.status === 'completed' && from !== to
      ? { kind: 'corrected', message: `The score ${from} was corrected to ${to}` }
      : plain;
  }
  if (legalMoves[before.status].includes(after.status)) return plain;
  const isAhead = after.matchTime > seenAt;
  if (before.status === 'completed' && after.status === 'scheduled' && to === none && isAhead) {
    return { kind: 'withdrawn', message: `The score ${from} was taken back` };
  }
  return { kind: 'illegal', message: `A match that is ${before.status} does not become ${after.status}` };
}

const none = 'none';
const scoreOf = ({ homeScore, awayScore }: Standing): string =>
  homeScore === null && awayScore === null ? none : `${homeScore ?? '?'}-${awayScore ?? '?'}`;
