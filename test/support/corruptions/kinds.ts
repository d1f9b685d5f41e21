import type { Draw } from './draw.js';
import {
  bookmakersOf,
  cellOf,
  dayOf,
  daysAfter,
  pairOf,
  placeOf,
  priceColumns,
  tripleNames,
  withCells,
  writeText,
  writtenDay,
  type Row,
  type SeasonText,
} from './season-text.js';

/** How much of a file is touched: one row, the rows of a round, half of them, or the whole. */
export type Size = 'row' | 'round' | 'half' | 'whole';

/** What a corruption is made of. */
export interface Material {
  /** The file as it should be. */
  readonly clean: SeasonText;
  /** From which row on the file has what its edition before had not; 0 where there was none. */
  readonly firstNew: number;
  /** Another league's file of the same season, and the same league's of the season before. */
  readonly otherLeague: SeasonText;
  readonly seasonBefore: SeasonText;
  readonly draw: Draw;
}

/** A corrupted file, and what is wrong with it. */
export interface Corrupted {
  readonly text: string;
  /** The matches whose rows are wrong, as they are written now and as they should be; empty where the file as a whole is. */
  readonly touched: ReadonlySet<string>;
  /** Whose prices are wrong, where it is one bookmaker's alone. */
  readonly bookmaker?: string;
  /** What was drawn. */
  readonly says: string;
}

/** A kind of corruption. */
export interface Kind {
  readonly name: string;
  /** Sizes that mean something: a score of another league in one row is a score like any other. */
  readonly sizes: readonly Size[];
  /** Whether a file can have it: kick-offs are told from 2019-20 on, prices from 2000-01 on. */
  readonly applies?: (season: SeasonText) => boolean;
  /** Whether it needs an edition before it, or can have none; without it either will do. */
  readonly edition?: 'next' | 'first';
  /** Undefined where what was drawn changes nothing. */
  readonly make: (material: Material, size: Size) => Corrupted | undefined;
}

interface Block {
  readonly from: number;
  readonly to: number;
}

const roundOf = ({ clean }: Material): number =>
  Math.floor(new Set(clean.rows.map((row) => cellOf(clean, row, 'HomeTeam'))).size / 2);

/** The rows that a corruption of this size touches. A single row, or a round, is among the new ones every other time. */
function blockOf(material: Material, size: Size): Block {
  const { clean, firstNew, draw } = material;
  const count = clean.rows.length;
  const length = {
    row: 1,
    round: Math.min(roundOf(material), count),
    half: Math.floor(count / 2),
    whole: count,
  }[size];
  if (size === 'half')
    return draw.withChance(0.5) ? { from: 0, to: length } : { from: count - length, to: count };
  const isNewest = firstNew > 0 && count - firstNew >= length && draw.withChance(0.5);
  const first = isNewest ? firstNew : 0;
  const from = first + draw.below(count - first - length + 1);
  return { from, to: from + length };
}

/** Changes the rows of a block. */
function changing(
  { clean }: Material,
  { from, to }: Block,
  change: (row: Row, index: number) => Row,
): { readonly text: string; readonly touched: ReadonlySet<string>; readonly changed: number } {
  const touched = new Set<string>();
  let changed = 0;
  const rows = clean.rows.map((row, index) => {
    if (index < from || index >= to) return row;
    const now = change(row, index);
    if (now.every((cell, place) => cell === row[place])) return row;
    changed += 1;
    touched.add(pairOf(clean, row)).add(pairOf(clean, now));
    return now;
  });
  return { text: writeText({ header: clean.header, rows }), touched, changed };
}

const sayBlock = ({ from, to }: Block): string =>
  to - from === 1 ? `row ${from + 2}` : `rows ${from + 2} to ${to + 1}`;

const hasPrices = (season: SeasonText): boolean => bookmakersOf(season).length >= 4;
const hasKickoffs = ({ header }: SeasonText): boolean => header.includes('Time');
/** A bookmaker with both prices, whose last is another than the first for most matches. */
const withClosing = (season: SeasonText): readonly { readonly letters: string; readonly name: string }[] =>
  bookmakersOf(season).filter(
    ({ letters }) =>
      season.rows.filter(
        (row) =>
          Number(cellOf(season, row, `${letters}CH`)) > 1 &&
          cellOf(season, row, `${letters}CH`) !== cellOf(season, row, `${letters}H`),
      ).length >
      0.6 * season.rows.length,
  );

/** Two prices that are so near to each other that exchanging them hardly says anything else. */
const alike = 1.25;

function exchangeSides(season: SeasonText, row: Row, letters: string): Row {
  const [home, away] = [cellOf(season, row, `${letters}H`), cellOf(season, row, `${letters}A`)];
  return withCells(season, row, { [`${letters}H`]: away, [`${letters}A`]: home });
}

const isClear = (season: SeasonText, row: Row, letters: string): boolean => {
  const ratio = Number(cellOf(season, row, `${letters}H`)) / Number(cellOf(season, row, `${letters}A`));
  return ratio > alike || ratio < 1 / alike;
};

const statistics = ['HS', 'AS', 'HST', 'AST', 'HF', 'AF', 'HC', 'AC', 'HY', 'AY', 'HR', 'AR'];
const scores = ['FTHG', 'FTAG', 'FTR', 'HTHG', 'HTAG', 'HTR'];

/** Every kind of the corpus. */
export const kinds: readonly Kind[] = [
  {
    name: 'teams exchanged',
    sizes: ['row', 'round', 'half', 'whole'],
    make(material, size) {
      const { clean } = material;
      const block = blockOf(material, size);
      const made = changing(material, block, (row) =>
        withCells(clean, row, {
          HomeTeam: cellOf(clean, row, 'AwayTeam'),
          AwayTeam: cellOf(clean, row, 'HomeTeam'),
        }),
      );
      return { ...made, says: sayBlock(block) };
    },
  },
  {
    name: 'scores of another league',
    sizes: ['round', 'half', 'whole'],
    make(material, size) {
      const { clean, otherLeague } = material;
      const block = blockOf(material, size);
      const made = changing(material, block, (row, index) => {
        const other = otherLeague.rows[index % otherLeague.rows.length] ?? [];
        return withCells(
          clean,
          row,
          Object.fromEntries(scores.map((name) => [name, cellOf(otherLeague, other, name)])),
        );
      });
      return { ...made, says: `${otherLeague.league}'s, ${sayBlock(block)}` };
    },
  },
  {
    name: 'home and away prices exchanged, one bookmaker',
    sizes: ['row', 'round', 'half', 'whole'],
    applies: hasPrices,
    make(material, size) {
      const { clean, draw } = material;
      const { letters, name } = draw.of(bookmakersOf(clean));
      const block = blockOf(material, size);
      const made = changing(material, block, (row) =>
        isClear(clean, row, letters) ? exchangeSides(clean, row, letters) : row,
      );
      return made.changed === 0
        ? undefined
        : { ...made, bookmaker: name, says: `${name}, ${sayBlock(block)}` };
    },
  },
  {
    name: 'home and away prices exchanged, all bookmakers',
    sizes: ['row', 'round', 'half', 'whole'],
    applies: hasPrices,
    make(material, size) {
      const { clean } = material;
      const block = blockOf(material, size);
      const names = tripleNames(clean).filter((letters) => !(letters.endsWith('C') && letters !== 'VC'));
      const [first = ''] = names;
      const made = changing(material, block, (row) =>
        isClear(clean, row, first)
          ? names.reduce((now, letters) => exchangeSides(clean, now, letters), row)
          : row,
      );
      return made.changed === 0 ? undefined : { ...made, says: sayBlock(block) };
    },
  },
  {
    name: 'decimal point shifted',
    sizes: ['row', 'round', 'half'],
    applies: hasPrices,
    make(material, size) {
      const { clean, draw } = material;
      const { letters, name } = draw.of(bookmakersOf(clean));
      const leg = draw.of(['H', 'D', 'A']);
      const factor = draw.of([10, 0.1]);
      const block = blockOf(material, size);
      const made = changing(material, block, (row) => {
        const price = Number(cellOf(clean, row, `${letters}${leg}`));
        return price > 1
          ? withCells(clean, row, { [`${letters}${leg}`]: String(Number((price * factor).toPrecision(4))) })
          : row;
      });
      return made.changed === 0
        ? undefined
        : { ...made, bookmaker: name, says: `${letters}${leg} times ${factor}, ${sayBlock(block)}` };
    },
  },
  {
    name: 'closing before opening',
    sizes: ['round', 'half', 'whole'],
    applies: (season) => withClosing(season).length > 0 && hasPrices(season),
    make(material, size) {
      const { clean, draw } = material;
      const { letters, name } = draw.of(withClosing(clean));
      const block = blockOf(material, size);
      const made = changing(material, block, (row) =>
        withCells(
          clean,
          row,
          Object.fromEntries(
            ['H', 'D', 'A'].flatMap((leg) => [
              [`${letters}${leg}`, cellOf(clean, row, `${letters}C${leg}`)],
              [`${letters}C${leg}`, cellOf(clean, row, `${letters}${leg}`)],
            ]),
          ),
        ),
      );
      return made.changed === 0
        ? undefined
        : { ...made, bookmaker: name, says: `${name}, ${sayBlock(block)}` };
    },
  },
  {
    name: "one bookmaker's feed frozen",
    sizes: ['round', 'half', 'whole'],
    applies: hasPrices,
    make(material, size) {
      const { clean, draw } = material;
      const { letters, name } = draw.of(bookmakersOf(clean));
      const block = blockOf(material, size);
      const still = clean.rows[block.from] ?? [];
      const names = ['H', 'D', 'A'].map((leg) => `${letters}${leg}`);
      // A feed stands still at prices; where it has none it is silent.
      if (names.some((column) => !(Number(cellOf(clean, still, column)) > 1))) return undefined;
      const made = changing(material, block, (row) =>
        withCells(
          clean,
          row,
          Object.fromEntries(names.map((column) => [column, cellOf(clean, still, column)])),
        ),
      );
      return made.changed === 0
        ? undefined
        : { ...made, bookmaker: name, says: `${name}, ${sayBlock(block)}` };
    },
  },
  {
    name: 'prices of the next match',
    sizes: ['round', 'half', 'whole'],
    applies: hasPrices,
    make(material, size) {
      const { clean } = material;
      const block = blockOf(material, size);
      const columns = priceColumns(clean);
      const made = changing(material, block, (row, index) => {
        const next = clean.rows[(index + 1) % clean.rows.length] ?? row;
        return withCells(
          clean,
          row,
          Object.fromEntries(columns.map((name) => [name, cellOf(clean, next, name)])),
        );
      });
      return { ...made, says: sayBlock(block) };
    },
  },
  {
    name: 'a cell lost, all after it moved up',
    sizes: ['row', 'round', 'half', 'whole'],
    make(material, size) {
      const { clean, draw } = material;
      const block = blockOf(material, size);
      const [first, last] = [placeOf(clean, 'FTHG'), clean.header.length - 4];
      const lost = first + draw.below(Math.max(1, last - first));
      const made = changing(material, block, (row) => [...row.slice(0, lost), ...row.slice(lost + 1), '']);
      return made.changed === 0
        ? undefined
        : { ...made, says: `${clean.header[lost] ?? ''}, ${sayBlock(block)}` };
    },
  },
  {
    name: 'day and month exchanged',
    sizes: ['row', 'round'],
    make(material, size) {
      const { clean } = material;
      const block = blockOf(material, size);
      const made = changing(material, block, (row) => {
        const [date = '', month = '', year = ''] = cellOf(clean, row, 'Date').split('/');
        return Number(date) <= 12 ? withCells(clean, row, { Date: `${month}/${date}/${year}` }) : row;
      });
      return made.changed === 0 ? undefined : { ...made, says: sayBlock(block) };
    },
  },
  {
    name: 'time zone off by an hour',
    sizes: ['half'],
    applies: hasKickoffs,
    make(material, size) {
      const { clean, draw } = material;
      const block = blockOf(material, size);
      const shift = draw.of([-1, 1]);
      const made = changing(material, block, (row) => {
        const [hours = '', minutes = ''] = cellOf(clean, row, 'Time').split(':');
        if (minutes === '') return row;
        return withCells(clean, row, {
          Time: `${String((Number(hours) + shift + 24) % 24).padStart(2, '0')}:${minutes}`,
        });
      });
      return made.changed === 0 ? undefined : { ...made, says: `${shift} h, ${sayBlock(block)}` };
    },
  },
  {
    name: 'round duplicated',
    sizes: ['round'],
    make(material, size) {
      const { clean } = material;
      const block = blockOf(material, size);
      const last = clean.rows.map((row) => dayOf(clean, row)).reduce((a, b) => (a > b ? a : b), '');
      const copies = clean.rows
        .slice(block.from, block.to)
        .map((row) => withCells(clean, row, { Date: writtenDay(clean, row, daysAfter(last, 3)) }));
      return {
        text: writeText({ header: clean.header, rows: [...clean.rows, ...copies] }),
        touched: new Set(copies.map((row) => pairOf(clean, row))),
        says: `${sayBlock(block)} once more under ${daysAfter(last, 3)}`,
      };
    },
  },
  {
    name: '0-0 for what is not known',
    sizes: ['round'],
    make(material, size) {
      const { clean } = material;
      const block = blockOf(material, size);
      const made = changing(material, block, (row) =>
        withCells(clean, row, {
          ...Object.fromEntries(statistics.map((name) => [name, ''])),
          ...{ FTHG: '0', FTAG: '0', FTR: 'D', HTHG: '0', HTAG: '0', HTR: 'D' },
        }),
      );
      return { ...made, says: sayBlock(block) };
    },
  },
  {
    name: 'file truncated',
    sizes: ['whole'],
    make({ clean, draw }) {
      const text = writeText(clean);
      const cut = Math.floor(text.length * (0.1 + draw.below(86) / 100));
      return {
        text: text.slice(0, cut),
        touched: new Set(),
        says: `after ${cut} of ${text.length} characters`,
      };
    },
  },
  {
    name: "another league's file",
    sizes: ['whole'],
    make: ({ otherLeague }) => ({
      text: writeText(otherLeague),
      touched: new Set(otherLeague.rows.map((row) => pairOf(otherLeague, row))),
      says: otherLeague.league,
    }),
  },
  {
    name: "last year's file",
    sizes: ['whole'],
    make: ({ seasonBefore }) => ({
      text: writeText(seasonBefore),
      touched: new Set(seasonBefore.rows.map((row) => pairOf(seasonBefore, row))),
      says: seasonBefore.folder,
    }),
  },
  {
    name: 'an earlier edition again',
    sizes: ['whole'],
    edition: 'next',
    make(material) {
      const { clean, firstNew, draw } = material;
      const rounds = 1 + draw.below(3);
      const kept = Math.max(roundOf(material), firstNew - rounds * roundOf(material));
      return {
        text: writeText({ header: clean.header, rows: clean.rows.slice(0, kept) }),
        touched: new Set(),
        says: `${kept} of ${firstNew} rows`,
      };
    },
  },
];
