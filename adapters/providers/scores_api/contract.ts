import { z } from 'zod';
import { ToldEvent, ToldScore } from '../../../schemas/records/live.js';
import { MatchStatus } from '../../../schemas/values.js';

/** A text that says something, as it came. */
const text = z.string().regex(/\S/, 'is blank');
const time = z.iso.datetime({ offset: true, error: 'is not a time' });
const goals = ToldScore.shape.score.shape.home;

/** How a match stands: docs/scores-feed.md. The same over both transports. */
export const MatchState = z.object({
  id: ToldScore.shape.externalId,
  league: ToldEvent.shape.league,
  kickoff: time,
  status: MatchStatus,
  minute: ToldScore.shape.minute,
  added: ToldScore.shape.addedMinutes,
  home: z.object({ name: text, goals }),
  away: z.object({ name: text, goals }),
  halfTime: ToldScore.shape.halfTime.nullable(),
  updatedAt: time,
});
export type MatchState = z.infer<typeof MatchState>;

/** What of a state tells which match it is about. */
export const MatchHead = MatchState.pick({ id: true, league: true, kickoff: true }).extend({
  home: z.object({ name: text }),
  away: z.object({ name: text }),
});
export type MatchHead = z.infer<typeof MatchHead>;

const sequence = z.number().int().nonnegative();
const list = z.array(z.unknown());

// Each state of a list is read by itself, so that one of them cannot break the others.

/** `GET /v1/scores`. */
export const ScoresList = z.object({ matches: list });

/** What the stream sends. */
export const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), sequence, matches: list }),
  z.object({ type: z.literal('score'), sequence, match: z.unknown() }),
  z.object({ type: z.literal('heartbeat'), sequence: sequence.optional() }),
]);

/** The same with the states in full: what is known of the fields. */
export const ScoresBody = ScoresList.extend({ matches: z.array(MatchState) });
export const MessageBody = z.union([
  z.object({ type: z.literal('snapshot'), sequence, matches: z.array(MatchState) }),
  z.object({ type: z.literal('score'), sequence, match: MatchState }),
  z.object({ type: z.literal('heartbeat'), sequence: sequence.optional() }),
]);
