import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The cells of one row, by column name. */
export type Cells = Readonly<Record<string, string | number>>;

/** The text of a file as football-data.co.uk lays it out; its columns are those of all rows, in the order of their first use. */
export function fileText(rows: readonly Cells[]): string {
  const columns = [...new Set(['Div', 'Date', 'HomeTeam', 'AwayTeam', ...rows.flatMap(Object.keys)])];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** A played match of Saturday 14 August 2021, Arsenal against Chelsea 2-1; what the test is about is passed in. */
export const aRow = (cells: Cells = {}): Cells => ({
  Div: 'E0',
  Date: '14/08/2021',
  Time: '15:00',
  HomeTeam: 'Arsenal',
  AwayTeam: 'Chelsea',
  FTHG: 2,
  FTAG: 1,
  FTR: 'H',
  ...cells,
});

/** Writes one state of a file (`2122/E0.csv`) into a folder, as if it had been changed last at that time. */
export async function writeEdition(
  folder: string,
  uri: string,
  content: string | Uint8Array,
  modifiedAt = '2022-06-01T00:00:00Z',
): Promise<void> {
  const target = path.join(folder, uri);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
  const at = new Date(modifiedAt);
  await utimes(target, at, at);
}
