import type { ServerResponse } from 'node:http';
import { readHouseMark } from '../../adapters/postgres/house-mark.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { OutOfTurn } from '../problems.js';
import { securityHeaders } from '../security-headers.js';

const lookEveryMs = 3_000;
/** A line that says nothing: it keeps the connection, and finds out whether somebody still listens. */
const beats = ': still here\n\n';
const mostListeners = 200;

/**
 * Tells pages that something has changed, as server-sent events: one question to Postgres every three seconds for all of them, and none while nobody listens. What has
 * changed the pages then ask for themselves.
 */
export function liveRoute(app: ApiServer, { databases, log }: ApiDeps): void {
  const listeners = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;
  let known: string | undefined;

  const look = async (): Promise<void> => {
    try {
      const mark = await readHouseMark(databases.reader.pool);
      const said = known === undefined || known === mark ? beats : `event: changed\ndata: ${mark}\n\n`;
      known = mark;
      for (const listener of listeners) listener.write(said);
    } catch (error) {
      log.warn({ err: error }, 'Nobody could be told what has changed');
      for (const listener of listeners) listener.write(beats);
    }
    timer = listeners.size === 0 ? undefined : setTimeout(() => void look(), lookEveryMs);
    if (timer === undefined) known = undefined;
  };

  app.get('/console/events', { config: { access: 'reader' }, schema: { hide: true } }, (_, reply) => {
    if (listeners.size >= mostListeners) {
      throw new OutOfTurn('Too many pages listen', { advice: 'Close some.' });
    }
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      ...securityHeaders,
    });
    raw.write('retry: 2000\n\n');
    listeners.add(raw);
    raw.on('close', () => listeners.delete(raw));
    timer ??= setTimeout(() => void look(), 0);
  });
  app.addHook('preClose', () => {
    clearTimeout(timer);
    for (const listener of listeners) listener.end();
    listeners.clear();
  });
}
