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
  const { stdout } = await call(['errors']);
  expect(stdout).toMatch(/listSourceFiles +BadInput +0 +final/);
  expect(z.object({ removed: z.number() }).parse(await ask('run', 'error-cleanup'))).toEqual({
    removed: 0,
  });
  expect(await ask('errors', '--grouped')).toHaveLength(1);
});
