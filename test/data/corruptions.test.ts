import { afterAll, beforeAll, expect, it } from 'vitest';
import { everyKind, drawCorpus, drawTargets } from '../support/corruptions/corpus.js';
import { bringCleanSeason, prepareHouse, runCase, stops } from '../support/corruptions/corpus-house.js';
import { drawBy } from '../support/corruptions/draw.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { realFiles } from './real-files.js';

let postgres: TestPostgres;
let folder: TestFolder;
beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
});
afterAll(async () => {
  await postgres.stop();
  await folder.remove();
});

/** A form of `bench/corruptions.ts` that is small: one season, and one corruption of each kind in its largest size. */
it('a season is published without an alarm, and of a corruption of each kind readers find nothing, but of one at most', async () => {
  const draw = drawBy(20);
  const [target] = (await drawTargets(realFiles, 30, draw)).filter(({ season }) => season.folder === '2122');
  if (target === undefined) throw new Error('There is no season 2021-22 among the targets.');
  const prepared = await prepareHouse(postgres, folder.path, target);
  const clean = await bringCleanSeason(prepared, target, 10);
  expect(clean.alarms.filter(stops).map(({ says }) => says)).toEqual([]);

  const corpus = drawCorpus([target], 60, draw);
  const largest = everyKind.flatMap(({ name }) => corpus.filter(({ kind }) => kind === name).slice(-1));
  const missed: string[] = [];
  for (const one of largest) {
    const { caught } = await runCase(prepared, one, clean);
    if (!caught) missed.push(`${one.kind}, ${one.size}: ${one.says}`);
  }
  expect(largest).toHaveLength(everyKind.length);
  expect(missed.length, missed.join('; ')).toBeLessThanOrEqual(1);
});
