import { expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();

const Feeds = z.object({
  nodes: z.array(z.object({ namespace: z.string(), name: z.string(), tags: z.array(z.string()) })),
  edges: z.array(
    z.object({ job: z.string(), from: z.string(), to: z.string(), depth: z.number(), lastRunId: z.uuid() }),
  ),
});

it('features are told back to the provider that fed them, and each run with what it read and wrote', async () => {
  const files = placeOf('files');
  const league = createLeague({ seed: 3, now: instant(Date.UTC(2024, 9, 1)), seasons: 1 });
  await writeFootballData({ directory: files, leagues: [league] });
  await ask('import', 'football-data', files);

  const { nodes, edges } = Feeds.parse(await ask('lineage', 'features', '--depth', '4'));
  expect(edges.map(({ depth, from, job, to }) => `${depth} ${from} > ${job} > ${to}`)).toEqual(
    expect.arrayContaining([
      '1 football_db.silver/lake.matches > buildGold > football_db.gold/features',
      '2 football_db.silver/matches > publishSilver > football_db.silver/lake.matches',
      '3 football_db.bronze/raw_match_data > refineBatch > football_db.silver/matches',
      '4 football_data/matches > collectFile > football_db.bronze/raw_match_data',
    ]),
  );
  expect(nodes).toContainEqual({
    ...{ namespace: 'football_db.bronze', name: 'raw_match_data', tags: ['bronze', 'raw', 'matches'] },
  });
  const gold = edges.filter(({ job, to }) => job === 'buildGold' || to.includes('gold'));
  expect(gold.filter(({ from }) => from.includes('bronze'))).toEqual([]);

  const collecting = edges.find(({ job }) => job === 'collectFile')?.lastRunId ?? '';
  expect(await ask('lineage', collecting)).toMatchObject([
    { event: 'START', job: 'collectFile', attempt: 1, inputs: ['football_data/matches'], rows: {} },
    { event: 'COMPLETE', rows: { 'football_db.bronze/raw_match_data': expect.any(Number) as unknown } },
  ]);
  expect((await call(['lineage', collecting])).stdout).toMatch(
    /COMPLETE +collectFile +1 .*raw_match_data \([\d,]+ rows\)/,
  );

  const unknown = await call(['lineage', 'matchs']);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('matchs is neither a dataset nor a run');
});
