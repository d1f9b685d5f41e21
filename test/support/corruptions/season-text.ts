import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** A season's file of football-data.co.uk as a table of texts. Rows are what lies between two commas, whatever it means. */
export interface SeasonText {
  readonly league: string;
  /** As its folder is called: `2122`. */
  readonly folder: string;
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

/** The cells of a row, as many as the header has. */
export type Row = readonly string[];

const Cells = z.array(z.array(z.string()));

/** Reads a real file. Blank rows are left out, and every row has as many cells as the header. */
export async function readSeason(root: string, folder: string, league: string): Promise<SeasonText> {
  const text = (await readFile(path.join(root, folder, `${league}.csv`), 'latin1')).replace(/^ï»¿/, '');
  const lines: unknown = parse(text, {
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const [names = [], ...rows] = Cells.parse(lines);
  const width = names.findLastIndex((name) => name.trim() !== '') + 1;
  const header = names.slice(0, width).map((name) => name.trim());
  return {
    ...{ league, folder, header },
    rows: rows
      .map((cells) => header.map((_, place) => cells[place] ?? ''))
      .filter((cells) => (cells[header.indexOf('Date')] ?? '').trim() !== ''),
  };
}

const written = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The file's text. Line n has row n - 2, from 0. */
export const writeText = ({ header, rows }: Pick<SeasonText, 'header' | 'rows'>): string =>
  [header, ...rows].map((cells) => `${cells.map(written).join(',')}\r\n`).join('');

/** The place of a column; -1 where the file has none of this name. */
export const placeOf = ({ header }: Pick<SeasonText, 'header'>, name: string): number => header.indexOf(name);

export const cellOf = (season: Pick<SeasonText, 'header'>, row: Row, name: string): string =>
  (row[placeOf(season, name)] ?? '').trim();

/** The row with some cells replaced; columns that the file lacks are left out. */
export function withCells(
  season: Pick<SeasonText, 'header'>,
  row: Row,
  cells: Readonly<Record<string, string>>,
): Row {
  const changed = [...row];
  for (const [name, text] of Object.entries(cells)) {
    const place = placeOf(season, name);
    if (place >= 0) changed[place] = text;
  }
  return changed;
}

/** `2021-08-13` of `13/08/21` or `13/08/2021`. */
export function dayOf(season: Pick<SeasonText, 'header'>, row: Row): string {
  const [date = '', month = '', year = ''] = cellOf(season, row, 'Date').split('/');
  const whole = year.length === 2 ? `${Number(year) >= 90 ? '19' : '20'}${year}` : year;
  return `${whole}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
}

/** A day in the form in which the row has its own. */
export function writtenDay(season: Pick<SeasonText, 'header'>, row: Row, day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  const isShort = (cellOf(season, row, 'Date').split('/')[2] ?? '').length === 2;
  return `${date}/${month}/${isShort ? year.slice(2) : year}`;
}

const day = 86_400_000;
export const daysAfter = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);

/** What a row's match is called, as written. */
export const pairOf = (season: Pick<SeasonText, 'header'>, row: Row): string =>
  `${cellOf(season, row, 'HomeTeam')} - ${cellOf(season, row, 'AwayTeam')}`;

/** Everything that was played up to a day, in the order of the file. */
export const until = (season: SeasonText, last: string): SeasonText => ({
  ...season,
  rows: season.rows.filter((row) => dayOf(season, row) <= last),
});

/** The columns of one bookmaker's 1x2 prices: what stands before `H`, `D` and `A`. */
export const tripleNames = ({ header }: Pick<SeasonText, 'header'>): readonly string[] =>
  header
    .filter((name) => name.length > 1 && name.endsWith('H'))
    .map((name) => name.slice(0, -1))
    .filter((name) => header.includes(`${name}D`) && header.includes(`${name}A`));

const aggregates = new Set(['BbMx', 'BbAv', 'Max', 'Avg', 'MaxC', 'AvgC']);
const bookmakers: Readonly<Record<string, string>> = {
  B365: 'bet365',
  BS: 'blue_square',
  BW: 'bwin',
  GB: 'gamebookers',
  IW: 'interwetten',
  LB: 'ladbrokes',
  PS: 'pinnacle',
  SB: 'sportingbet',
  SJ: 'stan_james',
  SO: 'sporting_odds',
  SY: 'stanleybet',
  VC: 'vc_bet',
  WH: 'william_hill',
};

/** The bookmakers of a file by the letters of their columns before the match, each with a price in most of the rows. */
export const bookmakersOf = (
  season: SeasonText,
): readonly { readonly letters: string; readonly name: string }[] =>
  tripleNames(season)
    .filter((letters) => !aggregates.has(letters) && bookmakers[letters] !== undefined)
    .filter(
      (letters) =>
        season.rows.filter((row) => Number(cellOf(season, row, `${letters}H`)) > 1).length >
        0.8 * season.rows.length,
    )
    .map((letters) => ({ letters, name: bookmakers[letters] ?? letters }));

/** All columns of prices, of every market. */
export const priceColumns = (season: Pick<SeasonText, 'header'>): readonly string[] => {
  const first = season.header.findIndex((name) => /^(GB|B365|IW)H$/.test(name));
  return first < 0 ? [] : season.header.slice(first);
};
