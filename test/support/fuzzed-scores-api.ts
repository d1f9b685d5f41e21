import { z } from 'zod';
import { readMessage } from '../../adapters/providers/scores_api/read-message.js';
import { scores } from '../../adapters/providers/scores_api/scores.js';
import type { Answer } from '../../adapters/providers/wire/endpoint.js';
import { ToldEvent, ToldScore } from '../../schemas/records/live.js';
import { instantFromIso } from '../../schemas/values.js';
import { writtenJson, type FuzzedParser } from './fuzz-parser.js';
import { matchState } from './scores-feed.js';

const halfTime = { ...matchState, id: 'm-1002', minute: 45, added: null, halfTime: { home: 1, away: 0 } };
const ahead = {
  ...matchState,
  id: 'm-1003',
  status: 'scheduled',
  minute: null,
  home: { name: 'Fulham', goals: null },
};
const matches = [matchState, halfTime, ahead];

const now = instantFromIso('2026-11-28T15:47:13Z');
const record = z.union([ToldScore, ToldEvent]);
const nothing: Answer<never> = { told: [], rejected: [], unknownFields: [], next: null };

const Body = z.object({ matches: z.array(z.unknown()) });
const Change = z.object({ match: z.unknown() });

/** Each state is told twice, as a match and as its score, or rejected; and not more often. */
const lostStates = (states: readonly unknown[], { told, rejected }: Answer<unknown>): readonly unknown[] =>
  told.length / 2 + rejected.length === states.length ? [] : states;

/** The parsers of a score feed: of its answers, and of the messages of its stream. */
export const fuzzedScoresApi: readonly FuzzedParser[] = [
  {
    name: 'scores_api /v1/scores',
    samples: [{ matches }],
    read: (body) => scores.read(body, { path: '', parameters: {}, cost: 1 }, now),
    record,
    lost: (body, answer) => lostStates(Body.parse(body).matches, answer),
  },
  {
    name: 'scores_api /v1/stream',
    samples: [
      { type: 'snapshot', sequence: 7, matches },
      ...matches.map((match) => ({ type: 'score', sequence: 8, match })),
      { type: 'heartbeat', sequence: 7 },
    ],
    read: (body) => readMessage(writtenJson(body), { sequence: 7, awaitsSnapshot: false }).answer ?? nothing,
    record,
    lost: (body, answer) => {
      if (answer.rejected.some(({ field }) => field === 'message')) return [];
      const snapshot = Body.safeParse(body);
      if (snapshot.success) return lostStates(snapshot.data.matches, answer);
      return lostStates(Change.safeParse(body).success ? [body] : [], answer);
    },
  },
];
