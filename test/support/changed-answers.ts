import { createServer } from 'node:http';
import { z } from 'zod';

const Address = z.object({ port: z.number().int() });

/** What stands between a provider and whoever asks it. */
export interface ChangedAnswers {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Hands every request on to another address, and its JSON back as `change` makes it, which is told the path below that address. `close` has to be
 * awaited.
 */
export async function serveChangedAnswers(
  address: string,
  change: (asked: URL, body: unknown) => unknown,
): Promise<ChangedAnswers> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && name !== 'host' && name !== 'connection' ? [[name, value]] : [],
    );
    fetch(`${address}${path}`, { headers })
      .then(async (answer) => {
        const body: unknown = await answer.json();
        const changed = change(new URL(path, 'http://localhost'), body);
        response
          .writeHead(answer.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(changed));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${Address.parse(server.address()).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
