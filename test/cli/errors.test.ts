import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

let folder: TestFolder;

beforeAll(async () => {
  folder = await makeTestFolder();
});
afterAll(async () => {
  await call('down');
  await folder.remove();
});

const call = (...args: string[]) => touchline(args, { TOUCHLINE_HOME: path.join(folder.path, 'home') });

async function answerOf(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await call(...args, '--json');
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  return JSON.parse(stdout);
}

it('a job that failed stands in the error log, without the secret of its address, until a cleanup', async () => {
  await answerOf('up', '--detach');
  const missing = path.join(folder.path, 'files?apiKey=q7Xv-hidden');
  const failed = await call('import', 'football-data', missing, '--json');
  expect(failed.code).toBe(1);
  expect(failed.stdout + failed.stderr).not.toContain('q7Xv-hidden');

  const lines = await answerOf('errors', '--since', '30m');
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
  expect(await answerOf('errors', '--grouped')).toMatchObject([
    { task: 'listSourceFiles', type: 'BadInput', failures: 1, final: 1 },
  ]);
  expect(await answerOf('errors', '--task', 'refineBatch')).toEqual([]);
  const { stdout } = await call('errors');
  expect(stdout).toMatch(/listSourceFiles +BadInput +0 +final/);
  expect(z.object({ removed: z.number() }).parse(await answerOf('run', 'error-cleanup'))).toEqual({
    removed: 0,
  });
  expect(await answerOf('errors', '--grouped')).toHaveLength(1);
});
