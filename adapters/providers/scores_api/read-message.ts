import type { ToldEvent, ToldScore } from '../../../schemas/records/live.js';
import type { Entries } from '../wire/contract.js';
import type { Answer } from '../wire/endpoint.js';
import { readJson } from '../wire/read-json.js';
import { shortText } from '../wire/short-text.js';
import { unknownFields } from '../wire/unknown-fields.js';
import { Message, MessageBody } from './contract.js';
import { readStates } from './read-states.js';
import { dataSource } from './scores-api.js';

type ScoresAnswer = Answer<ToldEvent | ToldScore>;

/** Where a reader of the stream stands. */
export interface StreamPosition {
  /** Of the last change that was told; null before the first message. */
  readonly sequence: number | null;
  /** A snapshot is on its way: the first one comes by itself. */
  readonly awaitsSnapshot: boolean;
}

export const streamBeginning: StreamPosition = { sequence: null, awaitsSnapshot: true };

/** What a message says, where the reader stands after it, and whether it has to ask for a snapshot. */
export interface ReadMessage {
  /** Null for a heartbeat. */
  readonly answer: ScoresAnswer | null;
  readonly position: StreamPosition;
  readonly asksForSnapshot: boolean;
}

/**
 * Reads one message of the stream. Pure, and never throws: what cannot be read is rejected whole. A message that cannot be read and a
 * gap in the sequence may both be a change that was missed, so a snapshot is asked for, one at a time.
 */
export function readMessage(text: string, { sequence, awaitsSnapshot }: StreamPosition): ReadMessage {
  const rejected = (reason: string): ReadMessage => ({
    answer: {
      told: [],
      rejected: [{ field: 'message', text: shortText(text), reason, raw: text }],
      unknownFields: [],
      next: null,
    },
    position: { sequence, awaitsSnapshot: true },
    asksForSnapshot: !awaitsSnapshot,
  });
  const body = jsonOf(text);
  if (body === undefined) return rejected('is not JSON, or nested too deep');
  const parsed = Message.safeParse(body);
  if (!parsed.success) return rejected('is no message of the stream');
  const message = parsed.data;
  switch (message.type) {
    case 'snapshot':
      return {
        answer: answerOf(readStates(message.matches, 'matches'), body),
        position: { sequence: message.sequence, awaitsSnapshot: false },
        asksForSnapshot: false,
      };
    case 'score': {
      const isNext = sequence !== null && message.sequence === sequence + 1;
      return {
        answer: answerOf(readOne(message.match), body),
        position: { sequence: message.sequence, awaitsSnapshot: awaitsSnapshot || !isNext },
        asksForSnapshot: !awaitsSnapshot && !isNext,
      };
    }
    case 'heartbeat': {
      const isBehind = message.sequence !== undefined && message.sequence !== sequence;
      return {
        answer: null,
        position: { sequence, awaitsSnapshot: awaitsSnapshot || isBehind },
        asksForSnapshot: !awaitsSnapshot && isBehind,
      };
    }
  }
}

function readOne(match: unknown): Entries<ToldEvent | ToldScore> {
  const { told, rejected } = readStates([match], 'match');
  return { told, rejected: rejected.map((part) => ({ ...part, field: part.field.replace('[0]', '') })) };
}

const answerOf = (read: Entries<ToldEvent | ToldScore>, body: unknown): ScoresAnswer => ({
  ...read,
  unknownFields: unknownFields(MessageBody, body),
  next: null,
});

/** Undefined where the text is none that could be stored. */
function jsonOf(text: string): unknown {
  try {
    return readJson(text, dataSource, '/v1/stream');
  } catch {
    return undefined;
  }
}
