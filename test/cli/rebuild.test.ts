import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { compareExports } from '../support/lake-difference.js';

let folder: TestFolder;
const at = (): Record<string, string> => ({ TOUCHLINE_HOME: path.join(folder.path, 'home') });

async function done(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await touchline(args, at());
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  return stdout;
}

beforeAll(async () => {
  folder = await makeTestFolder();
  await done('up', '--detach');
});

afterAll(async () => {
  await touchline(['down'], at());
  await folder.remove();
});

/** The site's next edition of a season: its first match is gone, the score of its second is another. */
async function correct(file: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\r\n');
  const [header = '', , second = '', ...others] = lines;
  const names = header.split(',');
  const cells = second.split(',');
  for (const [name, value] of [
    ['FTHG', '9'],
    ['FTAG', '0'],
    ['FTR', 'H'],
  ] as const) {
    cells[names.indexOf(name)] = value;
  }
  await writeFile(file, [header, cells.join(','), ...others].join('\r\n'));
  const later = new Date(Date.UTC(2024, 9, 20));
  await utimes(file, later, later);
}

it('silver, lake and gold, emptied and derived again after two editions, are the same row for row', async () => {
  const files = path.join(folder.path, 'files');
  const league = createLeague({ seed: 3, now: instant(Date.UTC(2024, 9, 1)), seasons: 2 });
  await writeFootballData({ directory: files, leagues: [league] });
  await done('import', 'football-data', files);

  const names = await readdir(files, { recursive: true });
  const season = names.filter((name) => /\d{4}\/SIM\.csv$/.test(name)).sort()[0] ?? '';
  await correct(path.join(files, season));
  const second = await done('import', 'football-data', files, '--json');
  expect(JSON.parse(second)).toMatchObject({ stored: 1, revisions: 2 });

  const grown = path.join(folder.path, 'grown');
  const rebuilt = path.join(folder.path, 'rebuilt');
  await done('lake', 'export', grown);
  await done('run', 'rebuild');
  await done('lake', 'export', rebuilt);
  const { rows, differences } = await compareExports(grown, rebuilt);
  expect(differences).toEqual([]);
  expect(rows).toBeGreaterThan(5_000);
});
