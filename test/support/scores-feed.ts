import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { WebSocketServer, type WebSocket } from 'ws';

/** A state as a feed of docs/scores-feed.md tells it: a home goal up, two minutes into the time added on before half-time. */
export const matchState = {
  id: 'm-1001',
  league: 'E0',
  kickoff: '2026-11-28T15:00:00Z',
  status: 'live',
  minute: 45,
  added: 2,
  home: { name: 'Arsenal', goals: 1 },
  away: { name: 'Everton', goals: 0 },
  halfTime: null,
  updatedAt: '2026-11-28T15:47:12Z',
};

/** What a feed does when it is asked. */
export interface FeedBehaviour {
  /** What `/v1/scores` answers. */
  readonly body?: unknown;
  /** Answers every request so, in place of what was asked for. */
  readonly refusal?: { readonly status: number; readonly headers?: Record<string, string> };
  /** A reader has connected to `/v1/stream`. */
  readonly onStream?: (stream: WebSocket) => void;
  /** A reader has asked for a snapshot. */
  readonly onSnapshotAsked?: (stream: WebSocket) => void;
}

/** A feed on this machine. */
export interface ScoresFeed {
  readonly url: string;
  /** The path and parameters of each request. */
  readonly asked: readonly string[];
  readonly keys: readonly (string | undefined)[];
  readonly close: () => Promise<void>;
}

/** Serves the behaviour over both transports, on a port of its own. */
export async function serveScores(behaviour: FeedBehaviour): Promise<ScoresFeed> {
  const asked: string[] = [];
  const keys: (string | undefined)[] = [];
  const note = ({ url = '', headers }: IncomingMessage): void => {
    asked.push(url);
    keys.push(headers.authorization);
  };
  const { status = 200, headers = {} } = behaviour.refusal ?? {};
  const server = createServer((request, response) => {
    note(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(behaviour.body ?? {}));
  });
  const streams = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    note(request);
    if (behaviour.refusal !== undefined) {
      const lines = Object.entries({ ...headers, 'content-length': '0' }).map(
        ([name, value]) => `${name}: ${value}`,
      );
      socket.end(`${[`HTTP/1.1 ${status} No`, ...lines].join('\r\n')}\r\n\r\n`);
      return;
    }
    streams.handleUpgrade(request, socket, head, (stream) => {
      stream.on('message', () => behaviour.onSnapshotAsked?.(stream));
      behaviour.onStream?.(stream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    keys,
    close: () =>
      new Promise((resolve) => {
        for (const stream of streams.clients) stream.terminate();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
