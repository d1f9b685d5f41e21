import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

/** What somebody posted, and where. */
export interface Posted {
  readonly path: string;
  readonly body: string;
}

/** Stands where Slack and the sender of SMS would: it keeps what it is posted. */
export interface HookReceiver {
  readonly url: string;
  readonly posted: readonly Posted[];
  stop(): Promise<void>;
}

const Address = z.object({ port: z.number() });

/** Starts one on a free port of 127.0.0.1. */
export async function startHookReceiver(): Promise<HookReceiver> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      posted.push({ path: request.url ?? '/', body });
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${Address.parse(server.address()).port}`,
    posted,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
