import { expect, it } from 'vitest';
import { z } from 'zod';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack({
  // A source that could be asked, if its budget allowed it.
  API_FOOTBALL_KEY: 'of-nobody',
  BUDGETS: JSON.stringify({ api_football: { perDay: 0 } }),
});

it('a job that failed stands in the error log, without the secret of its address, until a cleanup', async () => {
  const missing = placeOf('files?apiKey=q7Xv-hidden');
  const failed = await call(['import', 'football-data', missing, '--json']);
  expect(failed.code).toBe(1);
  expect(failed.stdout + failed.stderr).not.toContain('q7Xv-hidden');

  const lines = await ask('errors', '--since', '30m');
  expect(lines).toMatchObject([
    {
      task: 'listSourceFiles',
      type: 'BadInput',
      retry: 0,
      final: true,
      context: { workflowType: 'importHistory' },
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('q7Xv-hidden');
  expect(await ask('errors', '--grouped')).toMatchObject([
    { task: 'listSourceFiles', type: 'BadInput', failures: 1, final: 1 },
  ]);
  expect(await ask('errors', '--task', 'refineBatch')).toEqual([]);

  const [{ run }] = z.tuple([z.object({ run: z.string() })]).parse(await listedFailed(1));
  const shown = await ask('runs', 'show', run);
  expect(shown).toMatchObject({ job: 'import-history', status: 'failed', failure: { name: 'BadInput' } });
  expect(JSON.stringify(shown)).not.toContain('q7Xv-hidden');
  expect(await ask('runs', 'restart', run)).toMatchObject({ job: 'import-history' });
  expect(await listedFailed(2)).toHaveLength(2);
  const nothing = await call(['runs', 'terminate', '--job', 'import-history', '--why', 'x']);
  expect(nothing.stdout).toBe('0 runs ended.\n');
  const { stdout } = await call(['errors']);
  expect(stdout).toMatch(/listSourceFiles +BadInput +0 +final/);
  expect(z.object({ removed: z.number() }).parse(await ask('run', 'error-cleanup'))).toEqual({
    removed: 0,
  });
  expect(await ask('errors', '--grouped')).toHaveLength(1);
});

it('the sources are shown as the last check found them, once there was one', async () => {
  expect(await ask('sources')).toEqual([]);
  expect((await call(['sources'])).stdout).toContain('No source was checked yet');
  const { providers } = z
    .object({ providers: z.array(z.object({ dataSource: z.string(), state: z.string() })) })
    .parse(await ask('run', 'system-health-check'));
  expect(providers).toHaveLength(6);
  const shown = z.array(z.looseObject({ dataSource: z.string() })).parse(await ask('sources'));
  expect(shown.map(({ dataSource }) => dataSource)).toEqual(
    providers.map(({ dataSource }) => dataSource).toSorted(),
  );
  expect(shown[0]).toMatchObject({ state: 'unused', askedAt: null, newAt: null, reasons: [] });
  const { stdout } = await call(['sources']);
  expect(stdout).toMatch(/api_football +unused +–/);
  const lacking = shown.flatMap(({ dataSource, lacks }) => (lacks === null ? [] : [[dataSource, lacks]]));
  expect(lacking).toContainEqual(['odds_api', 'ODDS_API_KEY']);
  expect(stdout).toContain('odds_api has no key here: ODDS_API_KEY is not set.');
  expect(stdout.match(/has no key here/g)).toHaveLength(lacking.length);
});

it.each([
  ['what has to be there before', 'build-gold', {}, 'buildGold', 'There is no silver in the lake'],
  [
    'budget',
    'import-history',
    { dataSource: 'api_football', location: 'http://127.0.0.1:9', seasons: ['2024-25'], divisions: ['E0'] },
    'importHistory',
    'api_football is not asked',
  ],
])(
  'a run that ends for want of %s says so to whoever asked for it, and has a final line',
  async (_, job, input, workflow, sentence) => {
    const refused = await call(['run', job, '--input', JSON.stringify(input)]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(sentence);
    const lines = z.array(z.object({ final: z.boolean(), message: z.string() }));
    const told = lines.parse(await ask('errors', '--task', workflow));
    expect(told.filter(({ final }) => final).map(({ message }) => message)).toEqual([
      expect.stringContaining(sentence),
    ]);
  },
);

/** The runs that failed, once Temporal, which lists a change a moment after it was made, lists as many. */
async function listedFailed(count: number): Promise<unknown[]> {
  for (;;) {
    const runs = z.array(z.unknown()).parse(await ask('runs', 'list', '--status', 'failed'));
    if (runs.length === count) return runs;
  }
}
