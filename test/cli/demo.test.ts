import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { JudgeRow, judgedModels } from '../../schemas/jobs/evaluate-model.js';
import { touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

let home: TestFolder;
const at = (): Record<string, string> => ({ TOUCHLINE_HOME: home.path });

beforeAll(async () => {
  home = await makeTestFolder();
});

afterAll(async () => {
  await touchline(['down'], at());
  await home.remove();
});

const DemoDocument = z.object({
  import: z.object({ rows: z.number().positive(), stored: z.number(), held: z.literal(0) }),
  tables: z.array(z.object({ layer: z.string(), table: z.string(), rows: z.number() })),
  predictions: z.number().positive(),
  modelVersion: z.literal(1),
  evaluation: z.object({ rows: z.array(JudgeRow).min(judgedModels.length) }),
  temporal: z.object({ ui: z.url() }),
});

it('the demo goes from files to stored predictions, and leaves what the other commands can look at', async () => {
  const { code, stdout, stderr } = await touchline(['demo', '--once', '--json'], at());
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  const made = DemoDocument.parse(JSON.parse(stdout));
  expect(made.import.stored).toBe(made.import.rows);
  expect(made.tables.filter(({ rows }) => rows === 0).map(({ table }) => table)).toEqual([
    'quarantined_rows',
  ]);
  expect(new Set(made.evaluation.rows.map(({ model }) => model))).toEqual(new Set(judgedModels));

  const report = await touchline(['model', 'report', '--json'], at());
  expect(JSON.parse(report.stdout)).toMatchObject({ rows: made.evaluation.rows });

  const up = await touchline(['up', '--detach', '--json'], at());
  const { postgres } = z.object({ postgres: z.object({ url: z.string() }) }).parse(JSON.parse(up.stdout));
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client
    .query<{ n: string; odd: string }>(
      `select count(*) as n, count(*) filter (
         where abs(home_win_probability + draw_probability + away_win_probability - 1) > 0.001) as odd
       from predictions`,
    )
    .finally(() => client.end());
  expect(rows).toEqual([{ n: String(made.predictions), odd: '0' }]);
});

it('in its first minute the console has matches ahead with their predictions, and says that they are made up', async () => {
  const { stdout } = await touchline(['status', '--json'], at());
  const { api } = z.object({ api: z.object({ url: z.url() }) }).parse(JSON.parse(stdout));
  const page = await (await fetch(new URL('/console', api.url))).text();
  expect(page).toMatch(/<strong>Simulated:<\/strong>[^<]+never played/);
  expect(page.match(/href="\/console\/matches\/\d+"/g)?.length).toBeGreaterThan(3);
  expect(page).toContain('class="chances"');
});
