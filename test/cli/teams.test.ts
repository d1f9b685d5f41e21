import { expect, it } from 'vitest';
import { z } from 'zod';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { anEntry, jsonText } from '../support/openfootball-files.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();

const why = ['--why', 'The yearbook says so'];
const Listed = z.object({ findings: z.array(z.object({ id: z.number() })) });
const Conflicts = z.array(z.object({ matchId: z.number(), fieldGroup: z.string(), home: z.string() }));
const Teams = z.array(z.object({ id: z.number(), name: z.string(), names: z.array(z.string()) }));
const teams = async (name: string) => Teams.parse(await ask('team', 'list', '--name', name));
const idOf = async (name: string): Promise<string> => String((await teams(name))[0]?.id);

it('two sources meet once a name has its team; teams are merged, parted, and a wrong answer is taken back', async () => {
  const [csv, json] = [placeOf('csv'), placeOf('json')];
  const drawn = { Date: '21/08/2021', FTHG: 1, FTAG: 1, FTR: 'D' };
  await writeEdition(
    csv,
    '2122/E0.csv',
    fileText([aRow({ HomeTeam: 'Man United' }), aRow({ HomeTeam: 'Rovers', AwayTeam: 'Leeds', ...drawn })]),
  );
  await writeEdition(
    json,
    '2021-22/en.1.json',
    jsonText([
      anEntry({ team1: 'Manchester United FC', score: { ft: [2, 2] } }),
      anEntry({ team1: 'Blue Harbour', team2: 'Leeds FC', date: '2021-08-21', score: { ft: [1, 1] } }),
    ]),
  );
  await ask('import', 'football-data', csv);
  expect(await ask('import', 'openfootball', json)).toMatchObject({ rows: 2, stored: 2, heldInSilver: 1 });

  const { findings } = Listed.parse(await ask('review', 'list', '--type', 'identity_suggestion'));
  expect(findings).toHaveLength(1);
  const id = String(findings[0]?.id);
  expect(await ask('review', 'resolve', id, '--team', 'Man United', '--refine', ...why)).toMatchObject({
    moved: 1,
    pending: 1,
    refined: { done: 1, held: 0 },
  });
  const [conflict, ...others] = Conflicts.parse(await ask('conflicts', '--league', 'E0'));
  expect(others).toEqual([]);
  expect(conflict).toMatchObject({ fieldGroup: 'result', home: 'Man United' });
  expect(await ask('match', String(conflict?.matchId))).toMatchObject({
    home: 'Man United',
    away: 'Chelsea',
    state: { homeScore: 2, awayScore: 1 },
    revisions: expect.arrayContaining([
      expect.objectContaining({ dataSource: 'openfootball', awayScore: 2 }) as unknown,
      expect.objectContaining({ dataSource: 'football_data', awayScore: 1 }) as unknown,
    ]) as unknown,
  });

  const [kept, merged] = [await idOf('Rovers'), await idOf('Blue Harbour')];
  expect(await ask('team', 'merge', kept, merged, ...why)).toEqual({
    mergeId: 1,
    moved: 0,
    folded: 1,
    payloads: 1,
    archivedPredictions: 0,
  });
  await ask('run', 'refine');
  expect(await teams('harbour')).toMatchObject([{ name: 'Rovers', names: ['Blue Harbour'] }]);
  expect(await ask('team', 'merges')).toMatchObject([
    { id: 1, kept: 'Rovers', merged: 'Blue Harbour', by: 'ada', undoneBy: null },
  ]);
  expect(await ask('team', 'undo-merge', '1', ...why)).toMatchObject({ payloads: 2 });
  await ask('run', 'refine');
  expect(await teams('harbour')).toMatchObject([{ name: 'Blue Harbour', names: [] }]);

  expect(await ask('team', 'doubt', 'openfootball', 'Manchester United FC', ...why)).toEqual({
    findingId: Number(id),
    pending: 2,
  });
  expect(await ask('review', 'resolve', id, '--new', '--refine', ...why)).toMatchObject({
    moved: 1,
    refined: { done: 2, held: 0 },
  });
  expect(await teams('man')).toMatchObject([{ name: 'Man United' }, { name: 'Manchester United FC' }]);
  expect(await ask('conflicts')).toEqual([]);
  const shown = await call(['review', 'show', id]);
  expect(shown.stdout).toMatch(/ada +resolve[^]*ada +reopen[^]*ada +resolve/);
});
