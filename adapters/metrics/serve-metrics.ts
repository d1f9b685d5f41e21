import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import type { Meters } from './meters.js';

export interface ServeMetricsOptions {
  readonly meters: Meters;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Brings the gauges up to date that are read from elsewhere. It is asked at most every 30 s, however often somebody looks. */
  readonly refresh: () => Promise<void>;
  /** What another part of the process measures by itself, in the same format, shown after ours. */
  readonly beside?: () => Promise<string>;
  readonly log: { warn(message: string): void };
}

export interface MetricsServer {
  /** `http://127.0.0.1:41234/metrics` */
  readonly url: string;
  close(): Promise<void>;
}

const freshForMs = 30_000;
/** Who looks does not wait longer for what lies elsewhere: the values of before are shown, and what is read is there the next time. */
const patienceMs = 2_000;
const paths = new Set(['/metrics', '/monitoring/metrics']);
async function inTime(refreshed: Promise<void>): Promise<void> {
  const giveUp = new AbortController();
  const patience = sleep(patienceMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
  await Promise.race([refreshed, patience]).finally(() => {
    giveUp.abort();
  });
}

const Address = z.object({ port: z.number().int() });

/**
 * Serves a process's metrics at `/metrics` and `/monitoring/metrics`. What cannot be read at the moment (Postgres or Temporal is away)
 * keeps its last value: what the process counts itself is shown all the same.
 * @throws BadInput where the port is taken.
 */
export async function serveMetrics(options: ServeMetricsOptions): Promise<MetricsServer> {
  const { meters, host, port, refresh, beside, log } = options;
  let refreshing: Promise<void> | undefined;
  let refreshedAt = -Infinity;
  const upToDate = (): Promise<void> => {
    if (refreshing !== undefined) return refreshing;
    if (performance.now() - refreshedAt < freshForMs) return Promise.resolve();
    refreshing = refresh()
      .catch((error: unknown) => {
        log.warn(
          `Some metrics are not up to date: ${error instanceof Error ? error.message : String(error)}`,
        );
      })
      .finally(() => {
        refreshedAt = performance.now();
        refreshing = undefined;
      });
    return refreshing;
  };

  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    if (!paths.has(path)) return void response.writeHead(404).end('Not Found\n');
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
    inTime(upToDate())
      .then(() => Promise.all([meters.exposition(), beside?.() ?? '']))
      .then(
        ([{ contentType, text }, others]) =>
          response.writeHead(200, { 'content-type': contentType }).end(text + others),
        (error: unknown) => {
          log.warn(`The metrics cannot be shown: ${String(error)}`);
          response.writeHead(500).end();
        },
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new BadInput(
          `The metrics cannot be served at ${host}:${port}: ${error.message}`,
          { setting: 'METRICS_PORT', advice: 'Choose a free port; 0 lets the system choose.' },
          error,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  server.unref();
  return {
    url: `http://${host}:${Address.parse(server.address()).port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
