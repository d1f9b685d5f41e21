import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMeters } from '../../adapters/metrics/meters.js';
import { projectRoot } from '../../config.js';
import { dashboards, grafanaFiles } from '../../deploy/grafana/files.js';
import { numbersOf, questions, unanswered } from '../support/dashboard-questions.js';
import { undeclaredIn } from '../support/declared-series.js';
import { raiseAll } from '../support/filled-series.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { alertRules, startTestPrometheus, type TestServer } from '../support/prometheus.js';

describe('the dashboards', () => {
  it('are written as their sources say', async () => {
    for (const [file, text] of grafanaFiles())
      expect(await readFile(path.join(projectRoot, 'deploy', 'grafana', file), 'utf8'), file).toBe(text);
  });

  it('ask for series, labels and values that are declared', () => {
    expect(questions.length).toBeGreaterThan(50);
    for (const { file, title, query } of questions)
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

  it('is answered with numbers by a Prometheus that has looked at what a process exports', async () => {
    const fires = 'ALERTS{alertname="ModelPlausibilityFailed",alertstate="firing"}';
    await expect.poll(() => numbersOf(prometheus.url, fires), { timeout: 60_000 }).not.toEqual([]);
    await expect.poll(() => processes.requests.length, { timeout: 60_000 }).toBeGreaterThan(5);
    expect(await unanswered(prometheus.url, { range: '1m', rate: '10s' })).toEqual([]);
  });
});
