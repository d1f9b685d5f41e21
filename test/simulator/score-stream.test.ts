import { on, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { instant } from '../../schemas/values.js';
import type { Simulator } from '../../simulator/server.js';
import { runningSeason, saturday, scoresApiKey, serveStandingStill } from '../support/simulation.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await serveStandingStill();
});
afterAll(() => simulator.close());

const Match = z.object({
  id: z.string(),
  status: z.string(),
  home: z.object({ goals: z.number().nullable() }),
  away: z.object({ goals: z.number().nullable() }),
});
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), sequence: z.number(), matches: z.array(Match) }),
  z.object({ type: z.literal('score'), sequence: z.number(), match: Match }),
]);

const Received = z.object({ value: z.tuple([z.instanceof(Buffer), z.boolean()]) });

/** Listens to the stream; `next` gives its messages one by one. */
function listen(query: string, headers: Readonly<Record<string, string>> = scoresApiKey) {
  const socket = new WebSocket(`${simulator.url}/scores-api/v1/stream${query}`, { headers });
  const messages = on(socket, 'message');
  return {
    socket,
    next: async () => {
      const { value } = Received.parse(await messages.next());
      return Message.parse(JSON.parse(value[0].toString('utf8')));
    },
    end: async () => {
      socket.terminate();
      await messages.return?.();
    },
  };
}

const refusal = async (headers: Readonly<Record<string, string>>): Promise<number> => {
  const { socket } = listen('', headers);
  socket.on('error', () => undefined);
  const [, response] = z
    .tuple([z.unknown(), z.object({ statusCode: z.number() })])
    .parse(await once(socket, 'unexpected-response'));
  socket.terminate();
  return response.statusCode;
};

describe('the stream of scores', () => {
  it('tells all in play, then each change with the next number, also the end of a match', async () => {
    const stream = listen('?live=true');
    try {
      const first = await stream.next();
      if (first.type !== 'snapshot') throw new Error('The first message is no snapshot.');
      expect(first.sequence).toBe(0);
      expect(first.matches.length).toBeGreaterThan(2);
      expect(first.matches.every(({ status }) => status === 'live')).toBe(true);

      simulator.simulation.advanceTo(instant(saturday + 2 * 3_600_000));
      const ended = new Map<string, z.infer<typeof Match>>();
      for (let sequence = 1; ended.size < first.matches.length; sequence += 1) {
        const message = await stream.next();
        if (message.type !== 'score') throw new Error('A change is no score.');
        expect(message.sequence).toBe(sequence);
        if (message.match.status === 'completed') ended.set(message.match.id, message.match);
      }
      const lives = simulator.simulation.competition.lives(runningSeason);
      for (const [id, { home, away }] of ended) {
        const { report } = lives.find((life) => id === `m-${life.id}`) ?? {};
        expect([home.goals, away.goals]).toEqual([report?.home.goals, report?.away.goals]);
      }
    } finally {
      await stream.end();
    }
  });

  it('sends a snapshot to whoever asks for one', async () => {
    const stream = listen('');
    try {
      await stream.next();
      stream.socket.send('{"type":"snapshot"}');
      expect((await stream.next()).type).toBe('snapshot');
    } finally {
      await stream.end();
    }
  });

  it('refuses a wrong key with 401, and is no HTTP endpoint', async () => {
    expect(await refusal({ authorization: 'Bearer another' })).toBe(401);
    const plain = await fetch(`${simulator.url}/scores-api/v1/stream`, { headers: scoresApiKey });
    expect(plain.status).toBe(426);
  });
});
