import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMeters } from '../../adapters/metrics/meters.js';
import { projectRoot } from '../../config.js';
import { dashboards, grafanaFiles } from '../../deploy/grafana/files.js';
import { undeclaredIn } from '../support/declared-series.js';
import { raiseAll } from '../support/filled-series.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { alertRules, startTestPrometheus, type TestServer } from '../support/prometheus.js';

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

const queries = dashboards.flatMap(({ file, groups }) =>
  groups.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries: of }) => Object.values(of).map((query) => ({ file, title, query }))),
  ),
);

describe('the dashboards', () => {
  it('are written as their sources say', async () => {
    for (const [file, text] of grafanaFiles())
      expect(await readFile(path.join(projectRoot, 'deploy', 'grafana', file), 'utf8'), file).toBe(text);
  });

  it('ask for series, labels and values that are declared', () => {
    expect(queries.length).toBeGreaterThan(50);
    for (const { file, title, query } of queries)
      expect(undeclaredIn(query), `${file}: ${title}`).toEqual([]);
  });

  it('have the panels that were asked for, each with a name of its own', () => {
    const panels = new Map(
      dashboards.map(({ file, groups }) => [file, groups.flatMap((group) => group.panels)]),
    );
    expect(panels.get('data_anomaly_detection_dashboard.json')).toHaveLength(9);
    expect(panels.get('data_quality_dashboard.json')).toHaveLength(8);
    const backups = dashboards.find(({ file }) => file === 'backup_dashboard.json');
    expect(backups?.groups.map(({ title, panels: of }) => [title, of.length])).toEqual([
      ['Backups', 5],
      ['Drills of a restore', 3],
    ]);
    const platform = dashboards.find(({ uid }) => uid === 'football-monitoring');
    expect(platform?.groups.map(({ title }) => title)).toEqual([
      'Collection',
      'Scheduler',
      'System',
      'Alerts',
    ]);
    for (const [file, of] of panels) expect(new Set(of.map(({ title }) => title)).size, file).toBe(of.length);
  });
});

describe('every question of a dashboard', () => {
  let processes: LocalServer;
  let prometheus: TestServer;
  beforeAll(async () => {
    const registry = new Registry();
    const meters = createMeters(registry);
    processes = await startLocalServer();
    processes.answer((_, response) => {
      raiseAll(registry);
      void meters.exposition().then(({ contentType, text }) => {
        response.writeHead(200, { 'content-type': contentType }).end(text);
      });
    });
    prometheus = await startTestPrometheus({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [path.join(alertRules, '*.yml')],
      scrape_configs: [
        { job_name: 'touchline', static_configs: [{ targets: [new URL(processes.url).host] }] },
      ],
    });
  });
  afterAll(async () => {
    await prometheus.stop();
    await processes.close();
  });

  async function ask(query: string): Promise<readonly number[]> {
    const form = new URLSearchParams({ query });
    const answer = await fetch(`${prometheus.url}/api/v1/query`, { method: 'POST', body: form });
    return Answer.parse(await answer.json()).data.result.map(({ value: [, value] }) => Number(value));
  }

  it('is answered with numbers by a Prometheus that has looked at what a process exports', async () => {
    const fires = 'ALERTS{alertname="ModelPlausibilityFailed",alertstate="firing"}';
    await expect.poll(() => ask(fires), { timeout: 60_000 }).not.toEqual([]);
    await expect.poll(() => processes.requests.length, { timeout: 60_000 }).toBeGreaterThan(5);
    for (const { file, title, query } of queries) {
      const asked = query.replaceAll('$__range', '1m').replaceAll('$__rate_interval', '10s');
      const numbers = await ask(asked);
      expect(numbers.filter(Number.isFinite).length, `${file}: ${title}: ${query}`).toBeGreaterThan(0);
    }
  });
});
