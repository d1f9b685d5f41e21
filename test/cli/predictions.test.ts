import { expect, it } from 'vitest';
import { z } from 'zod';
import { modelsRootOf } from '../../adapters/lake/lake-of-home.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { madeUpModel } from '../support/made-up-model.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();
const Chances = z.object({ home: z.number(), draw: z.number(), away: z.number() });
const Predicted = z.object({
  matchId: z.number(),
  version: z.number(),
  predicted: z.enum(['home', 'draw', 'away']),
  probabilities: Chances,
  market: Chances.nullable(),
  missing: z.array(z.string()),
  explanation: z
    .object({
      homeOverAway: z.number(),
      terms: z.array(z.object({ value: z.number() })),
      groups: z.array(z.object({})),
    })
    .nullable(),
});

it('a match that lies ahead is predicted by command, taken apart where that is asked for, and counted in the report', async () => {
  const files = placeOf('files');
  const league = createLeague({ seed: 3, now: instant(Date.now()), seasons: 1 });
  await writeFootballData({ directory: files, leagues: [league] });
  await ask('import', 'football-data', files);
  const [match] = z
    .array(z.object({ id: z.number() }))
    .parse(
      await ask(
        ...['lake', 'query'],
        "select match_id as id from gold.match_features where match_status = 'scheduled' and match_time > now() + interval 5 minute order by match_time desc limit 1",
      ),
    );
  const id = String(match?.id ?? 0);
  expect((await call(['predict', id])).stderr).toContain('No model is registered');

  const registry = openFileRegistry(modelsRootOf({ home: placeOf('home'), lakeUrl: undefined }));
  const { version } = await registry.register(await madeUpModel([league.code]));
  await registry.advanceAlias('staging', version);
  const told = Predicted.parse(await ask('predict', id, '--explain'));
  expect(told).toMatchObject({ matchId: match?.id, version: 1 });
  const { home, draw, away } = told.probabilities;
  expect(home + draw + away).toBeCloseTo(1, 9);
  expect(told.explanation?.homeOverAway).toBeCloseTo(Math.log(home / away), 9);
  expect(Predicted.parse(await ask('predict', id)).explanation).toBeNull();
  const refused = await call(['predict', id, '--model', 'production']);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('promote')]);
  expect((await call(['predict', '7777777'])).stderr).toContain('nobody knows it');
  expect((await call(['predict', id, '--explain'])).stdout).toContain('ablation');

  expect(await ask('predictions', 'report')).toMatchObject({
    ...{ rows: [], coverage: [] },
    daily: [{ model: 'football_baseline_model', predictions: 1 }],
  });
});
