import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { alertRules, checked } from '../support/prometheus.js';
import { calmSeries, everyMinutes, minutesOfWeek, type Span } from '../support/clean-week.js';

let folder: TestFolder;
beforeAll(async () => {
  folder = await makeTestFolder();
});
afterAll(() => folder.remove());

/** What promtool says of the rules over these series: whether none fires at any moment. */
async function noneFires(span: Span): Promise<{ code: number; text: string }> {
  const files = (await readdir(alertRules)).map((file) => path.join(alertRules, file));
  const test = {
    rule_files: files,
    evaluation_interval: `${everyMinutes}m`,
    tests: [
      {
        ...{ interval: `${everyMinutes}m`, input_series: calmSeries(span) },
        promql_expr_test: [
          {
            expr: `count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[${span.minutes}m]))`,
            ...{ eval_time: `${span.minutes}m`, exp_samples: [] },
          },
        ],
      },
    ],
  };
  const file = path.join(folder.path, 'week.yml');
  await writeFile(file, JSON.stringify(test));
  return await checked('promtool', 'test', 'rules', file);
}

it('in a week in which all goes as it should no alert fires', async () => {
  expect(await noneFires({ minutes: minutesOfWeek })).toMatchObject({ code: 0 });
}, 600_000);

it('one source that fails within hours that are so is seen, and nothing else', async () => {
  const { code, text } = await noneFires({ minutes: 180, failing: { source: 'odds_api', from: 120 } });
  expect(code).toBe(1);
  expect([...text.matchAll(/alertname="(\w+)"/g)].map(([, name]) => name)).toEqual([
    'DataCollectionFailureRateHigh',
  ]);
}, 300_000);
