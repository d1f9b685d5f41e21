import { expect, it } from 'vitest';
import { z } from 'zod';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();

const Listed = z.object({ total: z.number(), findings: z.array(z.object({ id: z.number() })) });

it('a held row is listed, shown, tried, released with a reason, and in the lake after refine and publish', async () => {
  const files = placeOf('files');
  await writeEdition(files, '2122/E0.csv', fileText([aRow({ FTHG: 0 }), aRow({ AwayTeam: 'Leeds' })]));
  await ask('import', 'football-data', files);

  const { total, findings } = Listed.parse(await ask('review', 'list', '--type', 'held'));
  expect(total).toBe(1);
  const id = String(findings[0]?.id);
  expect(await ask('review', 'show', id)).toMatchObject({
    status: 'logged',
    payload: { raw: { FTHG: '0', FTR: 'H' }, lines: [{ file: '2122/E0.csv', line: 2 }] },
    release: { kind: 'accepts' },
  });
  const why = ['--why', 'The league says so'];
  expect(
    await ask('review', 'release', '--type', 'held', '--season', '2122', '--dry-run', ...why),
  ).toMatchObject({
    dryRun: true,
    by: 'ada',
    moved: 1,
    pending: 0,
  });
  expect(await ask('review', 'release', id, '--refine', ...why)).toMatchObject({
    dryRun: false,
    moved: 1,
    pending: 1,
    refined: { done: 1, held: 0 },
  });
  const second = await call(['review', 'ignore', id, '--by', 'bob', ...why]);
  expect(second.code).toBe(1);
  expect(second.stderr).toMatch(/is resolved since ada at .*: reopen it first/);
  expect(await ask('review', 'statistics')).toMatchObject({
    statistics: expect.arrayContaining([
      expect.objectContaining({ type: 'held', status: 'resolved', released: 1 }) as unknown,
    ]) as unknown,
  });
  await ask('run', 'publish');
  expect(await ask('lake', 'query', 'select count(*) as matches from silver.matches')).toEqual([
    { matches: 2 },
  ]);
});
