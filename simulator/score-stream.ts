import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Simulation } from './simulation.js';
import type { WireAnswer, WireRequest } from './wire/wire.js';
import { jsonList } from './wire/wire.js';

/** How often changes are looked for, in real time: what changes twice in between is told once, as it is then. */
const lookEveryMs = 100;
const heartbeatEveryMs = 10_000;

const AsksForSnapshot = z.object({ type: z.literal('snapshot') });

export interface ScoreStream {
  /** Ends every connection. */
  readonly close: () => void;
}

export interface ScoreStreamOptions {
  readonly path: string;
  readonly simulation: Simulation;
  readonly requestOf: (request: IncomingMessage) => WireRequest;
}

/** The WebSocket transport of the score feed (docs/scores-feed.md), at a path of a server. Faults befall the opening, and what is told. */
export function serveScoreStream(
  server: Server,
  { path, simulation, requestOf }: ScoreStreamOptions,
): ScoreStream {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) {
      socket.destroy();
      return;
    }
    const asked = requestOf(request);
    const delivery = simulation.ask('scores_api', asked);
    switch (delivery.kind) {
      case 'hang':
        return;
      case 'reset':
        socket.destroy();
        return;
      case 'answer':
      case 'cut off':
        if (delivery.answer.status !== 200) refuse(socket, delivery.answer);
        else {
          sockets.handleUpgrade(request, socket, head, (connection) => {
            tell(connection, simulation, asked.query);
          });
        }
    }
  });
  return {
    close: () => {
      for (const connection of sockets.clients) connection.terminate();
      sockets.close();
    },
  };
}

function refuse(socket: Duplex, { status, headers, body }: WireAnswer): void {
  const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** Tells one listener of its selection: all of it first, then each change with the number after the one before. */
function tell(connection: WebSocket, simulation: Simulation, query: URLSearchParams): void {
  const told = new Map<number, string>();
  let sequence = 0;

  const sendSnapshot = (): void => {
    told.clear();
    for (const { state, text } of simulation.scores.matches(query, simulation.tellingOf('scores_api'))) {
      told.set(state.life.id, text);
    }
    connection.send(`{"type":"snapshot","sequence":${sequence},"matches":${jsonList([...told.values()])}}`);
  };
  // A match that has left the selection, as one that is over leaves those in play, is told as it left.
  const sendChanges = (): void => {
    const telling = simulation.tellingOf('scores_api');
    for (const { state, text } of simulation.scores.matches(query, telling, new Set(told.keys()))) {
      const { id } = state.life;
      if (told.get(id) === text) continue;
      told.set(id, text);
      sequence += 1;
      connection.send(`{"type":"score","sequence":${sequence},"match":${text}}`);
    }
  };

  sendSnapshot();
  const looking = setInterval(sendChanges, lookEveryMs);
  const beating = setInterval(() => {
    connection.send(`{"type":"heartbeat","sequence":${sequence}}`);
  }, heartbeatEveryMs);
  connection.on('message', (data: Buffer) => {
    if (AsksForSnapshot.safeParse(parsed(data.toString('utf8'))).success) sendSnapshot();
  });
  connection.on('error', () => {
    connection.terminate();
  });
  connection.on('close', () => {
    clearInterval(looking);
    clearInterval(beating);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
