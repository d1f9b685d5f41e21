import { expect, it } from 'vitest';
import { z } from 'zod';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();

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
  expect((await call(['sources'])).stdout).toMatch(/api_football +unused +–/);
});

/** The runs that failed, once Temporal, which lists a change a moment after it was made, lists as many. */
async function listedFailed(count: number): Promise<unknown[]> {
  for (;;) {
    const runs = z.array(z.unknown()).parse(await ask('runs', 'list', '--status', 'failed'));
    if (runs.length === count) return runs;
  }
}
