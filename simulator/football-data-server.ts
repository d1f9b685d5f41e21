import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { z } from 'zod';
import { footballDataFiles } from './football-data/files.js';
import type { Representation } from './football-data/representation.js';
import { isUnchanged, represent } from './football-data/representation.js';
import type { League } from './league/league.js';

export interface ServerOptions {
  readonly league: League;
  /** A free port where it is not given. */
  readonly port?: number;
}

export interface FootballDataServer {
  /** `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const Address = z.object({ port: z.number().int() });

/**
 * Serves the league as football-data.co.uk serves its files: `/mmz4281/<season>/<division>.csv` and `/fixtures.csv`, on 127.0.0.1,
 * with ETag and Last-Modified, 304 for what the caller has, 404 for what there is not. Rejects where the port is taken.
 */
export async function serveFootballData({ league, port = 0 }: ServerOptions): Promise<FootballDataServer> {
  const files = new Map(
    footballDataFiles([league]).map((file): [string, Representation] => [`/${file.path}`, represent(file)]),
  );
  const header = (request: IncomingMessage) => (name: 'if-none-match' | 'if-modified-since') =>
    request.headers[name];

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const file = files.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found\n');
    } else if (isUnchanged(header(request), file)) {
      response.writeHead(304, { etag: file.etag, 'last-modified': file.lastModified }).end();
    } else {
      response.writeHead(200, {
        'content-type': 'text/csv',
        'content-length': Buffer.byteLength(file.text),
        etag: file.etag,
        'last-modified': file.lastModified,
      });
      response.end(request.method === 'HEAD' ? undefined : file.text);
    }
  };

  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = Address.parse(server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeAllConnections();
      }),
  };
}
