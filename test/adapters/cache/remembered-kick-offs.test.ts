import { afterAll, beforeAll, expect, it } from 'vitest';
import { followWrites } from '../../../adapters/cache/follow-writes.js';
import { knownWrites } from '../../../adapters/cache/known-writes.js';
import { rememberedKickOffs } from '../../../adapters/cache/remembered-kick-offs.js';
import { readKickOffs, type KickOffs } from '../../../adapters/postgres/kick-offs.js';
import { instant } from '../../../schemas/values.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../../support/lake.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'kick-offs/1', '2026-11-24T10:00:00Z');
});
afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const matches = async (): Promise<number[]> => {
  const { rows } = await lake.house.pool.query<{ id: number }>('select id from matches order by id limit 3');
  return rows.map(({ id }) => id);
};
const silent = { warn: () => undefined, info: () => undefined };

it('kick-offs are asked once, and anew after a match was written, also one that nobody knew', async () => {
  const { pool } = lake.house;
  const known = knownWrites();
  const following = await followWrites({ url: postgres.url, applicationName: 'test', known, log: silent });
  const asked: number[][] = [];
  const kickOffs = rememberedKickOffs((ids) => {
    asked.push([...ids]);
    return readKickOffs(pool, ids);
  }, known);
  try {
    const ids = await matches();
    const [moved = 0] = ids;
    const nobody = 999_999_999;
    const first = await kickOffs([...ids, nobody]);
    expect([...first.keys()]).toEqual(ids);
    expect(await kickOffs([nobody, ...ids])).toEqual(first);
    expect(asked).toEqual([[...ids, nobody]]);

    await pool.query(
      `with moved as (update match_registry set match_time = match_time + interval '1 day' where id = $1 returning id)
       select * from moved`,
      [moved],
    );
    await expect.poll(async () => (await kickOffs([moved])).get(moved)).not.toBe(first.get(moved));
    expect((await kickOffs([moved])).get(moved)).toBe(instant((first.get(moved) ?? 0) + 86_400_000));
    // Only of what was written.
    expect(await kickOffs(ids.slice(1))).toEqual(new Map([...first].slice(1)));
    expect(asked.slice(1)).toEqual(asked.slice(1).map(() => [moved]));
  } finally {
    await following.close();
  }
});

it('while writes are not heard of each question is asked; what is written while one is under way has the next one asked', async () => {
  const known = knownWrites();
  let kickOff = instant(1_000);
  let whileAsked: () => void = () => undefined;
  let questions = 0;
  const ask: KickOffs = (ids) => {
    questions += 1;
    const answer = new Map(ids.map((id) => [id, kickOff]));
    whileAsked();
    return Promise.resolve(answer);
  };
  let now = 0;
  const kickOffs = rememberedKickOffs(ask, known, () => now);
  for (const times of [1, 2]) {
    await kickOffs([7]);
    expect(questions).toBe(times);
  }
  known.setCurrent('current');
  whileAsked = () => {
    kickOff = instant(2_000);
    known.learn([{ scope: 'match', id: 7, version: 1 }]);
  };
  expect((await kickOffs([7])).get(7)).toBe(1_000);
  whileAsked = () => undefined;
  expect((await kickOffs([7])).get(7)).toBe(2_000);
  expect((await kickOffs([7])).get(7)).toBe(2_000);
  expect(questions).toBe(4);
  // Not for ever, whatever is heard.
  now += 1_800_000;
  await kickOffs([7]);
  expect(questions).toBe(5);
});
