import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { controlAnswer } from './control.js';
import { serveScoreStream } from './score-stream.js';
import type { SimulationOptions } from './simulation.js';
import { Simulation } from './simulation.js';
import type { ProviderName, WireAnswer, WireRequest } from './wire/wire.js';
import { providerNames } from './wire/wire.js';

export interface SimulatorOptions extends SimulationOptions {
  /** A free port where it is not given. */
  readonly port?: number | undefined;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:41234`, without a slash at the end. Providers are below it, see {@link prefixes}. */
  readonly url: string;
  readonly simulation: Simulation;
  readonly close: () => Promise<void>;
}

/** Where each provider is, below the simulator's address. */
export const prefixes: Readonly<Record<ProviderName, string>> = {
  api_football: '/api-football',
  odds_api: '/odds-api',
  scores_api: '/scores-api',
  open_meteo: '/open-meteo',
  football_data: '/football-data',
};
const controlPrefix = '/simulator';

const Address = z.object({ port: z.number().int() });

/** Serves a simulation on 127.0.0.1. Rejects where the port is taken. */
export async function serveSimulator({ port = 0, ...options }: SimulatorOptions): Promise<Simulator> {
  const simulation = new Simulation(options);
  const server = createServer((request, response) => {
    answer(simulation, request, response).catch((error: unknown) => {
      // What fails here is a mistake of the simulator, not a fault that it simulates: it says so.
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (response.headersSent) response.destroy();
      else write(response, { status: 500, text: JSON.stringify({ simulatorFailed: reason }) });
    });
  });
  // An idle connection is kept: closed just as it is used again, it would be a reset that nobody has switched on.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stream = serveScoreStream(server, {
    path: `${prefixes.scores_api}/v1/stream`,
    simulation,
    requestOf: (request) =>
      wireRequest(request, new URL(request.url ?? '/', 'http://localhost'), prefixes.scores_api),
  });
  const address = Address.parse(server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    simulation,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        stream.close();
        server.closeAllConnections();
      }),
  };
}

async function answer(
  simulation: Simulation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (isBelow(url.pathname, controlPrefix)) {
    await answerControl(simulation, request, response, url);
    return;
  }
  const name = providerNames.find((candidate) => isBelow(url.pathname, prefixes[candidate]));
  if (name === undefined) {
    const known = [...Object.values(prefixes), controlPrefix].join(', ');
    write(response, { status: 404, text: JSON.stringify({ error: `There are ${known}` }) });
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const delivery = simulation.ask(name, wireRequest(request, url, prefixes[name]));
  switch (delivery.kind) {
    case 'answer':
      send(response, delivery.answer);
      return;
    case 'cut off':
      sendHalf(response, delivery.answer);
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hang':
      // The asker's patience ends it, or the end of the server.
      return;
  }
}

const wireRequest = (request: IncomingMessage, url: URL, prefix: string): WireRequest => ({
  path: url.pathname.slice(prefix.length),
  query: url.searchParams,
  header: (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  },
});

const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** Node leaves the body of a HEAD out by itself. */
function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  if (status === 304) response.writeHead(status, headers).end();
  else response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Announces the whole body, sends its first half, and ends the connection. */
function sendHalf(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, Math.floor(body.length / 2)), () => {
    response.destroy();
  });
}

async function answerControl(
  simulation: Simulation,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { method = 'GET' } = request;
  const answered = controlAnswer(simulation, {
    method,
    path: url.pathname.slice(controlPrefix.length),
    query: url.searchParams,
    body: method === 'POST' ? await json(request).catch(() => undefined) : undefined,
  });
  const { status } = answered;
  const document = 'document' in answered ? answered.document : { error: answered.reason };
  write(response, { status, text: JSON.stringify(document) });
}

function write(response: ServerResponse, { status, text }: { status: number; text: string }): void {
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}
