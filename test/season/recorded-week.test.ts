import { beforeAll, expect, it } from 'vitest';
import { alertsOver } from '../support/alerts-over.js';
import { everyMinutes } from '../support/clean-week.js';
import { recordWeek, type RecordedWeek } from '../support/season/record-week.js';

/** The week of `bench/clean-week.ts`, matches looked at less often. */
let week: RecordedWeek;
beforeAll(async () => {
  week = await recordWeek({
    ...{ days: 7, everyMinutes: 60, faults: [] },
    say: (line) => process.stdout.write(`${line}\n`),
  });
}, 600_000);

it('what a house exports through a week of matches in which no source fails lets no alert fire', async () => {
  for (const [name, { outcomes }] of week.runs) expect([...outcomes.keys()], name).not.toContain('failed');
  for (const name of [
    ...['football_data_collection_total', 'football_data_collection_errors_total'],
    ...['football_scheduler_task_delay_seconds', 'football_task_error_rate', 'football_queue_size'],
    ...['football_data_quality_score', 'football_data_freshness_hours'],
    ...['football_database_last_backup_timestamp', 'football_database_backup_file_size_bytes'],
    ...['football_data_anomalies_detected_total', 'football_machine_free_ratio'],
  ])
    expect(week.series.names, name).toContain(name);
  const { text, fired } = await alertsOver(week.series.over(week.minutes, everyMinutes), week.minutes);
  expect(fired, text).toEqual([]);
}, 300_000);
