import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { testLeague } from '../support/lake.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();

const Checkpoint = z.object({
  checkpoint: z.number(),
  kind: z.string(),
  execution_time: z.number(),
  scores: z.record(z.string(), z.number()),
  heldBack: z.boolean(),
  validation_results: z.object({
    overall_statistics: z.object({
      overall_success_rate: z.number(),
      expectations: z.number(),
      unmet: z.number(),
    }),
    validations: z.array(z.object({ table: z.string(), says: z.string(), unexpected: z.number() })),
  }),
  anomalies_count: z.number(),
  freshness: z.object({ due: z.array(z.object({ kind: z.string(), due: z.number(), missing: z.number() })) }),
});
const Lines = z.array(
  z.object({ kind: z.string(), heldBack: z.boolean(), scores: z.record(z.string(), z.number()) }),
);

it('what is published is judged, told of in full and as a page, and listed beside what was judged as it was published', async () => {
  const unchecked = await call(['quality', 'report']);
  expect(unchecked).toMatchObject({ code: 1, stdout: '' });
  expect(unchecked.stderr).toContain('touchline quality check');

  const files = placeOf('files');
  // After its season: nothing is due, whenever this runs.
  await writeFootballData({ directory: files, leagues: [testLeague('2026-07-01T10:00:00Z')] });
  await ask('import', 'football-data', files);

  const checked = Checkpoint.parse(await ask('quality', 'check'));
  expect(checked).toMatchObject({ kind: 'check', heldBack: false });
  expect(checked.validation_results.validations.filter(({ unexpected }) => unexpected > 0)).toEqual([]);
  expect(checked.validation_results.overall_statistics).toMatchObject({
    overall_success_rate: 100,
    unmet: 0,
  });
  expect(Checkpoint.parse(await ask('quality', 'report'))).toEqual(checked);

  const page = placeOf('quality.html');
  const { stdout } = await call(['quality', 'report', '--html', page]);
  expect(stdout).toMatch(/silver\.matches +100\.00 +\d+ +0/);
  const written = await readFile(page, 'utf8');
  expect(written).toContain('Every contract is kept.');
  expect(written).toContain('no side has more goals at half-time than at the end');

  const lines = Lines.parse(await ask('quality', 'history'));
  expect(lines.map(({ kind }) => kind)).toEqual(['check', 'build-gold', 'publish']);
  const ofOdds = Lines.parse(await ask('quality', 'history', '--table', 'silver.odds'));
  expect(ofOdds.map(({ kind }) => kind)).toEqual(['check', 'publish']);

  const unknown = await call(['quality', 'check', '--table', 'silver.odd']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('silver.odds');
});
