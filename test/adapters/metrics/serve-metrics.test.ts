import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMeters } from '../../../adapters/metrics/meters.js';
import { serveMetrics, type MetricsServer } from '../../../adapters/metrics/serve-metrics.js';
import { metrics } from '../../../schemas/metrics.js';

const host = '127.0.0.1';
const open: MetricsServer[] = [];
const warnings: string[] = [];
const log = { warn: (message: string): void => void warnings.push(message) };

async function serve(refresh: () => Promise<void> = () => Promise.resolve(), meters = createMeters()) {
  const server = await serveMetrics({ meters, host, port: 0, refresh, log });
  open.push(server);
  return { server, meters };
}
const textAt = async (url: string): Promise<string> => await (await fetch(url)).text();

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  warnings.splice(0);
});

describe('the metrics of a process', () => {
  it('are served at both addresses in the text format of Prometheus, every declared one by its name and type', async () => {
    const { server, meters } = await serve();
    meters.add('football_tasks_total', { task_name: 'data_cleaning', status: 'failed' }, 0);
    const response = await fetch(server.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    for (const [name, { type }] of Object.entries(metrics))
      expect(text).toContain(`# TYPE ${name} ${type}\n`);
    expect(text).toContain('football_tasks_total{task_name="data_cleaning",status="failed"} 0\n');
    expect(text).toContain('process_cpu_seconds_total');
    expect(await textAt(server.url.replace(/\/metrics$/, '/monitoring/metrics'))).toContain(
      'football_tasks_total{',
    );
  });

  it('read what lies elsewhere once in thirty seconds, also where many look at once', async () => {
    let reads = 0;
    const { server } = await serve(() => {
      reads += 1;
      return Promise.resolve();
    });
    await Promise.all(Array.from({ length: 5 }, () => textAt(server.url)));
    await textAt(server.url);
    expect(reads).toBe(1);
  });

  it('show what the process counted itself while Postgres is away', async () => {
    const { server, meters } = await serve(() => Promise.reject(new Error('Postgres is away')));
    meters.add('football_task_retries_total', { task_name: 'data_cleaning', retry_count: '1' });
    expect(await textAt(server.url)).toContain(
      'football_task_retries_total{task_name="data_cleaning",retry_count="1"} 1',
    );
    expect(warnings).toEqual(['Some metrics are not up to date: Postgres is away']);
  });

  it('answer nothing else, and change nothing', async () => {
    const { server } = await serve();
    expect((await fetch(server.url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  });

  it('are shown within seconds while what lies elsewhere does not answer', async () => {
    const { server } = await serve(() => new Promise(() => undefined));
    expect(await textAt(server.url)).toContain('process_cpu_seconds_total');
  });

  it('outlive a request that no address can be made of', async () => {
    const { server } = await serve();
    const { hostname, port } = new URL(server.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET // HTTP/1.1\r\nHost: x\r\n\r\n'),
      );
      socket.once('data', (data) => {
        socket.destroy();
        resolve(String(data));
      });
      socket.once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect((await fetch(server.url)).status).toBe(200);
  });

  it('name the setting where the port is taken', async () => {
    const { server } = await serve();
    const port = Number(new URL(server.url).port);
    await expect(
      serveMetrics({ meters: createMeters(), host, port, refresh: () => Promise.resolve(), log }),
    ).rejects.toMatchObject({ name: 'BadInput', subject: { setting: 'METRICS_PORT' } });
  });

  it('follow a total that is kept elsewhere, also where it begins again', async () => {
    const meters = createMeters();
    const series = { constraint: 'ck_odds_price' };
    const shown = async (): Promise<string | undefined> =>
      /^football_constraint_violations_total\{.*\} (.*)$/m.exec((await meters.exposition()).text)?.[1];
    for (const [total, expected] of [
      [3, '3'],
      [3, '3'],
      [7, '7'],
      [2, '2'],
      [4, '4'],
    ] as const) {
      meters.follow('football_constraint_violations_total', series, total);
      expect(await shown()).toBe(expected);
    }
  });
});
