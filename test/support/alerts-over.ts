import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { everyMinutes, type Series } from './clean-week.js';
import { makeTestFolder } from './folder.js';
import { alertRules, checked } from './prometheus.js';

/** What promtool says of the rules over series of so many minutes, and which alerts fire at any moment. */
export async function alertsOver(
  series: readonly Series[],
  minutes: number,
): Promise<{ readonly code: number; readonly text: string; readonly fired: readonly string[] }> {
  const folder = await makeTestFolder();
  try {
    const files = (await readdir(alertRules)).map((file) => path.join(alertRules, file));
    const test = {
      rule_files: files,
      evaluation_interval: `${everyMinutes}m`,
      tests: [
        {
          ...{ interval: `${everyMinutes}m`, input_series: series },
          promql_expr_test: [
            {
              expr: `count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[${minutes}m]))`,
              ...{ eval_time: `${minutes}m`, exp_samples: [] },
            },
          ],
        },
      ],
    };
    const file = path.join(folder.path, 'week.yml');
    await writeFile(file, JSON.stringify(test));
    const { code, text } = await checked('promtool', 'test', 'rules', file);
    return { code, text, fired: [...text.matchAll(/alertname="(\w+)"/g)].map(([, name = '']) => name) };
  } finally {
    await folder.remove();
  }
}
