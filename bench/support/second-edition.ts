import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

type Row = Readonly<Record<string, string>>;

/** Of every ten matches one has another score, one another kick-off, and five another price. */
const changed = (row: Row, index: number): Row => {
  switch (index % 10) {
    case 0: {
      const home = Number(row['FTHG']) + 1;
      const away = Number(row['FTAG']);
      return { ...row, FTHG: String(home), FTR: home > away ? 'H' : home < away ? 'A' : 'D' };
    }
    case 1:
      return { ...row, Time: row['Time'] === '20:45' ? '19:30' : '20:45' };
    case 2:
    case 4:
    case 5:
    case 7:
    case 8:
      return { ...row, B365H: (Number(row['B365H']) + 0.05).toFixed(2) };
    default:
      return row;
  }
};

const parse = (text: string): { header: readonly string[]; rows: readonly Row[] } => {
  const [header = [], ...lines] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  const rows = lines.map((cells) =>
    Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ''])),
  );
  return { header, rows };
};

const written = (header: readonly string[], rows: readonly Row[]): string =>
  [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('');

const fixtureColumns = ['Div', 'Date', 'Time', 'HomeTeam', 'AwayTeam', 'B365H', 'B365D', 'B365A'];

/**
 * Writes the season files of a folder again, as they were changed later, and a list of fixtures that has every fifth of their matches
 * (after `listed`, which it already had): those are told by two files, so that refine tells their histories anew. Returns all listed.
 */
export async function writeSecondEdition(folder: string, listed: readonly Row[]): Promise<readonly Row[]> {
  const fixtures = [...listed];
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/^\d{4}[\\/].*\.csv$/.test(name)) continue;
    const file = path.join(folder, name);
    const { header, rows } = parse(await readFile(file, 'utf8'));
    fixtures.push(...rows.filter((_, index) => index % 5 === 0));
    await writeFile(file, written(header, rows.map(changed)));
  }
  await writeFile(path.join(folder, 'fixtures.csv'), written(fixtureColumns, fixtures));
  return fixtures;
}

/** Leaves the season files alone. */
export const removeFixtures = (folder: string): Promise<void> =>
  rm(path.join(folder, 'fixtures.csv'), { force: true });
