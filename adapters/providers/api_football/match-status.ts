import { z } from 'zod';
import type { MatchStatus } from '../../../schemas/values.js';

/** The short codes of https://www.api-football.com/documentation-v3#tag/Fixtures/operation/get-fixtures, all of them. */
const codes = [
  ...['TBD', 'NS'],
  ...['1H', 'HT', '2H', 'ET', 'BT', 'P', 'LIVE', 'INT', 'SUSP'],
  ...['FT', 'AET', 'PEN'],
  ...['PST', 'CANC', 'ABD', 'AWD', 'WO'],
] as const;

export const StatusCode = z.enum(codes, 'is no status that API-Football documents');
export type StatusCode = z.infer<typeof StatusCode>;

/**
 * What each code says of a match.
 *
 * - `INT` is a break of minutes, by the documentation: the match is in play.
 * - `SUSP` is counted as in play there, but the match may go on another day. It is abandoned until it goes on: from there everything
 *   that may follow is a legal move, a new date included, which from live it is not.
 * - `P` is the shoot-out, `PEN` a match that one has decided: over, with the score of ninety minutes.
 * - `AWD` (awarded) and `WO` (walkover) are over with a score that was decided, not played, as with openfootball. The record says
 *   `completed`; that nobody played for it is told by the code, which stays in the payload.
 */
export const matchStatusOf: Readonly<Record<StatusCode, MatchStatus>> = {
  TBD: 'scheduled',
  NS: 'scheduled',
  '1H': 'live',
  HT: 'live',
  '2H': 'live',
  ET: 'live',
  BT: 'live',
  P: 'live',
  LIVE: 'live',
  INT: 'live',
  SUSP: 'abandoned',
  FT: 'completed',
  AET: 'completed',
  PEN: 'completed',
  PST: 'postponed',
  CANC: 'cancelled',
  ABD: 'abandoned',
  AWD: 'completed',
  WO: 'completed',
};
