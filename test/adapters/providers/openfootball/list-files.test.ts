import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFiles } from '../../../../adapters/providers/openfootball/list-files.js';
import { describeError } from '../../../../schemas/errors.js';
import { instantFromIso } from '../../../../schemas/values.js';
import { writeEdition } from '../../../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../../../support/folder.js';
import { anEntry, jsonText } from '../../../support/openfootball-files.js';

const now = instantFromIso('2021-10-01T00:00:00Z');
const uris = async (options: Omit<Parameters<typeof listFiles>[0], 'now'>) =>
  (await listFiles({ ...options, now })).map(({ uri }) => uri);
const refusal = async (options: Omit<Parameters<typeof listFiles>[0], 'now'>): Promise<string> =>
  describeError(await listFiles({ ...options, now }).catch((error: unknown) => error));

describe('the files of a folder', () => {
  let folder: TestFolder;
  beforeAll(async () => {
    folder = await makeTestFolder();
    for (const uri of [
      '2021-22/en.1.json',
      '2021-22/de.cup.json',
      'mirror/2020-21/en.1.json',
      '2021-22/en.1.clubs.json',
      '2021-22/cl.groups.json',
      '2021/br.1.json',
      'package.json',
    ]) {
      await writeEdition(folder.path, uri, jsonText([anEntry()]));
    }
  });
  afterAll(() => folder.remove());

  it('are those in the folder of a season, oldest first; lists of clubs and calendar years are not among them', async () => {
    expect(await uris({ location: folder.path })).toEqual([
      '2020-21/en.1.json',
      '2021-22/de.cup.json',
      '2021-22/en.1.json',
    ]);
  });

  it('are chosen by season in both spellings, by the source’s name of a league or by our code', async () => {
    for (const division of ['en.1', 'EN.1', 'E0', 'e0']) {
      expect(await uris({ location: folder.path, seasons: ['2122'], divisions: [division] })).toEqual([
        '2021-22/en.1.json',
      ]);
    }
    expect(await uris({ location: folder.path, divisions: ['de.cup'] })).toEqual(['2021-22/de.cup.json']);
    expect(await refusal({ location: folder.path, divisions: ['D1'] })).toContain(
      'no file of the division de.1',
    );
    expect(await refusal({ location: folder.path, divisions: ['X9'] })).toContain(
      'Write a division by the code of its league, as E0, or as openfootball does: en.1',
    );
  });
});

describe('the files of a URL tree', () => {
  it('are every league of every season until now, or those asked for', async () => {
    const location = 'https://example.org/football.json/master/';
    const files = await listFiles({ location, now });
    expect(files[0]).toEqual({
      dataSource: 'openfootball',
      uri: '2010-11/en.1.json',
      kind: 'season',
      location: 'https://example.org/football.json/master/2010-11/en.1.json',
      season: '2010-11',
      division: 'en.1',
    });
    expect(files.at(-1)).toMatchObject({ season: '2021-22' });
    expect(await uris({ location, seasons: ['2021-22'], divisions: ['D1', 'at.cup'] })).toEqual([
      '2021-22/de.1.json',
      '2021-22/at.cup.json',
    ]);
  });
});
