import { createServer } from 'node:http';
import { z } from 'zod';
import { anAnswer } from './api-football-payloads.js';

type Entry = Readonly<Record<string, unknown>>;

/** An API-Football that knows the fixtures that it is given. */
export interface ApiFootballServer {
  readonly url: string;
  /** What it lists from now on, by the league's id. */
  fixtures: Readonly<Record<string, readonly Entry[]>>;
  /** What its headers say is left of the minute; undefined: they say nothing. */
  remainingThisMinute: number | undefined;
  /** What it says of pages in place of `1 of 1`. */
  paging: unknown;
  /** When it answered last, in milliseconds since 1970. */
  answeredAt: number;
  /** The addresses it was asked for, with their parameters. */
  readonly asked: string[];
  close(): Promise<void>;
}

const Address = z.object({ port: z.number().int() });
const refusal = { token: 'Error/Missing application key.' };

/** Starts one on 127.0.0.1 that takes this key and no other. `close` has to be awaited. */
export async function serveApiFootball(key: string): Promise<ApiFootballServer> {
  const asked: string[] = [];
  const state: Omit<ApiFootballServer, 'url' | 'asked' | 'close'> = {
    fixtures: {},
    remainingThisMinute: undefined,
    paging: undefined,
    answeredAt: 0,
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${pathname}${search}`);
    const listed = state.fixtures[searchParams.get('league') ?? ''] ?? [];
    const answer =
      request.headers['x-apisports-key'] === key
        ? anAnswer(listed, state.paging === undefined ? {} : { paging: state.paging })
        : anAnswer([], { errors: refusal });
    if (state.remainingThisMinute !== undefined) {
      response.setHeader('x-ratelimit-remaining', state.remainingThisMinute);
    }
    state.answeredAt = Date.now();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(state, {
    url: `http://127.0.0.1:${Address.parse(server.address()).port}`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  });
}
