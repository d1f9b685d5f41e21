import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFiles } from '../../../../adapters/providers/football_data/list-files.js';
import { BadInput, describeError } from '../../../../schemas/errors.js';
import { instantFromIso } from '../../../../schemas/values.js';
import { aRow, fileText, writeEdition } from '../../../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../../../support/folder.js';

const now = instantFromIso('2021-10-01T00:00:00Z');
const uris = async (options: Omit<Parameters<typeof listFiles>[0], 'now'>) =>
  (await listFiles({ ...options, now })).map(({ uri }) => uri);
const refusal = async (location: string, seasons?: readonly string[]): Promise<string> => {
  const error: unknown = await listFiles({ location, seasons, now }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BadInput);
  return describeError(error);
};

const nobody = 65_534;

/** Root may read everything: there the work is done as a user who may not. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await work();
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('the files of a folder', () => {
  let folder: TestFolder;
  beforeAll(async () => {
    folder = await makeTestFolder();
    const text = fileText([aRow()]);
    for (const uri of [
      '2122/E0.csv',
      '2122/sc0.CSV',
      '9394/E0.csv',
      'fixtures.csv',
      'notes/E0.csv',
      '.old/2021/E0.csv',
    ]) {
      await writeEdition(folder.path, uri, text);
    }
    await writeEdition(folder.path, '2122/readme.txt', 'no file of matches');
  });
  afterAll(() => folder.remove());

  it('are those in the folder of a season, oldest first, and the fixtures at its root, last', async () => {
    expect(await uris({ location: folder.path })).toEqual([
      '9394/E0.csv',
      '2122/E0.csv',
      '2122/SC0.csv',
      'fixtures.csv',
    ]);
  });

  it('are chosen by season in both spellings, and by division', async () => {
    for (const season of ['9394', '1993-94']) {
      expect(await uris({ location: folder.path, seasons: [season] })).toEqual(['9394/E0.csv']);
    }
    expect(await uris({ location: folder.path, divisions: ['sc0'] })).toEqual([
      '2122/SC0.csv',
      'fixtures.csv',
    ]);
    expect(await refusal(folder.path, ['2123'])).toContain('Write a season as 2122 or 2021-22.');
  });

  it('may lie below mmz4281, as the site has them', async () => {
    const site = path.join(folder.path, '.site');
    await writeEdition(site, 'mmz4281/2122/E0.csv', fileText([aRow()]));
    expect(await uris({ location: site })).toEqual(['2122/E0.csv']);
  });

  it('are two files of one name in two trees: nobody is guessed right', async () => {
    const doubled = path.join(folder.path, '.doubled');
    await writeEdition(doubled, 'a/2122/E0.csv', fileText([aRow()]));
    await writeEdition(doubled, 'b/2122/E0.csv', fileText([aRow()]));
    expect(await refusal(doubled)).toContain('Import one of the two trees.');
  });

  it('are missing with a clear word: no folder, no CSV, none of a season, a file in place of the folder', async () => {
    const empty = path.join(folder.path, '.empty');
    await mkdir(empty);
    expect(await refusal(path.join(folder.path, 'nowhere'))).toContain('there is none of that name');
    expect(await refusal(empty)).toContain('has no CSV files');
    expect(await refusal(path.join(folder.path, 'notes'))).toContain(
      'none that lies in the folder of a season',
    );
    expect(await refusal(path.join(folder.path, '2122', 'readme.txt'))).toContain('it is not a folder');
    expect(await refusal(empty)).toContain('2122/E0.csv');
  });

  it('are missing with a clear word where the folder may not be read', async () => {
    const closed = path.join(folder.path, '.closed');
    await mkdir(closed);
    await chmod(closed, 0o000);
    expect(await asOrdinaryUser(() => refusal(closed))).toContain('permission denied');
    await chmod(closed, 0o700);
  });
});

describe('the files of a site', () => {
  it('are every division of every season until now, since a site cannot be listed', async () => {
    const files = await listFiles({ location: 'https://example.org/mmz4281/', now });
    expect(files[0]).toMatchObject({
      uri: '9394/E0.csv',
      location: 'https://example.org/mmz4281/9394/E0.csv',
      season: '1993-94',
      division: 'E0',
    });
    expect(files.at(-1)).toMatchObject({
      uri: 'fixtures.csv',
      location: 'https://example.org/fixtures.csv',
      kind: 'fixtures',
    });
    expect(files.at(-2)).toMatchObject({ season: '2021-22' });
  });

  it('are those asked for, with the fixtures of the season that runs', async () => {
    const location = 'http://127.0.0.1:8080';
    expect(await uris({ location, seasons: ['2021'], divisions: ['E0', 'D1'] })).toEqual([
      '2021/E0.csv',
      '2021/D1.csv',
    ]);
    expect(await uris({ location, seasons: ['2122'], divisions: ['E0'] })).toEqual([
      '2122/E0.csv',
      'fixtures.csv',
    ]);
  });
});
