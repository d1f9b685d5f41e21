import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

/** A request that came. */
export interface CameIn {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface LocalServer {
  readonly url: string;
  /** What came, the oldest first. */
  readonly requests: readonly CameIn[];
  /** How every request from now on is answered. */
  answer(handler: (request: CameIn, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** A web server of this process on a port of its own, that answers as it is told. */
export async function startLocalServer(): Promise<LocalServer> {
  const requests: CameIn[] = [];
  let handler = (_request: CameIn, response: ServerResponse): void => {
    response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const cameIn = { path: pathname, query: searchParams, headers: request.headers };
    requests.push(cameIn);
    handler(cameIn, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (next) => {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
