import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMeters } from '../../../adapters/metrics/meters.js';
import { projectRoot } from '../../../config.js';
import { metrics, type MetricDeclaration } from '../../../schemas/metrics.js';
import { undeclaredIn, undeclaredInText } from '../../support/declared-series.js';

/** Where a metric can be noted: what runs in a process. */
const places = ['activities', 'adapters', 'api', 'api.ts', 'worker.ts'];
/** The names that tell of backups are noted by the activities that make them. */
const ofBackups = /^football_database_(backup_|last_backup_)/;

async function sourcesOf(place: string): Promise<readonly string[]> {
  const at = path.join(projectRoot, place);
  if (place.endsWith('.ts')) return [await readFile(at, 'utf8')];
  const entries = await readdir(at, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  return await Promise.all(files.map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')));
}

describe('a declared metric', () => {
  it('is noted somewhere', async () => {
    const code = (await Promise.all(places.map(sourcesOf))).flat().join('\n');
    const noted = new Set(
      [...code.matchAll(/'((?:football|kafka|stream)_[a-z_]+)'/g)].map(([, name]) => name),
    );
    const silent = Object.keys(metrics).filter((name) => !noted.has(name) && !ofBackups.test(name));
    expect(silent).toEqual([]);
  });

  it('has no label that would be another series for each match, team or sentence, and closed sets of labels it has', () => {
    const all: [string, MetricDeclaration][] = Object.entries(metrics);
    for (const [name, { labels, values = {} }] of all) {
      for (const label of labels)
        expect(label, name).not.toMatch(/match|team|player|_id$|message|text|reason_text/);
      for (const label of Object.keys(values)) expect(labels, name).toContain(label);
    }
  });
});

describe('what names a series', () => {
  it('is told where a series, a label or a value is not declared', () => {
    expect(
      undeclaredIn('sum by (status) (rate(football_tasks_total{status=~"failed|skipped"}[5m]))'),
    ).toEqual([]);
    expect(
      undeclaredIn('histogram_quantile(0.95, sum by (le) (rate(football_task_duration_seconds_bucket[5m])))'),
    ).toEqual([]);
    expect(undeclaredIn('football_task_total')).toEqual(['series football_task_total']);
    expect(undeclaredIn('football_tasks_total{state="failed"}')).toEqual([
      'label state of football_tasks_total',
    ]);
    expect(undeclaredIn('football_tasks_total{status="broken"}')).toEqual([
      'status="broken" of football_tasks_total',
    ]);
    expect(undeclaredIn('sum by (state) (football_tasks_total)')).toEqual(['grouping by state']);
  });

  it('is told of a process that exports a value outside its set, or labels other than the declared', async () => {
    const meters = createMeters();
    meters.add('football_tasks_total', { task_name: 'data_cleaning', status: 'failed' });
    const { text } = await meters.exposition();
    expect(undeclaredInText(text)).toEqual([]);
    expect(undeclaredInText(text.replace('status="failed"', 'status="lost"'))).toEqual([
      'status="lost" of football_tasks_total',
    ]);
    expect(undeclaredInText('football_tasks_total{status="failed"} 1\n')).toEqual([
      'labels status of football_tasks_total',
    ]);
    expect(undeclaredInText('football_invented_total 1\n')).toEqual(['series football_invented_total']);
  });
});
