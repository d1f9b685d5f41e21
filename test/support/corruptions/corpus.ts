import type { Draw } from './draw.js';
import { kinds, type Corrupted, type Kind, type Material, type Size } from './kinds.js';
import { cellOf, dayOf, daysAfter, readSeason, writeText, type SeasonText } from './season-text.js';

/** A season that is corrupted, with what is known before it. */
export interface Target {
  readonly season: SeasonText;
  readonly seasonBefore: SeasonText;
  readonly otherLeague: SeasonText;
  /** The rows of the edition that stands where a corruption comes with the next one: a quarter to seven tenths of the season. */
  readonly standing: SeasonText;
}

/** One state of a file, and the day on which it is fetched. */
export interface Edition {
  readonly text: string;
  readonly day: string;
}

/** One corruption: what stands before it, and what comes then. */
export interface Case extends Omit<Corrupted, 'text'> {
  readonly kind: string;
  readonly size: Size;
  readonly target: Target;
  /** The edition before, which is clean; undefined where the corrupted one is the first of its file. */
  readonly standing: Edition | undefined;
  readonly corrupted: Edition;
}

const leagues = ['E0', 'D1', 'SP1', 'I1', 'F1'];
const folderOf = (startYear: number): string =>
  [startYear, startYear + 1].map((year) => String(year % 100).padStart(2, '0')).join('');

/** So many seasons from 1994-95 to 2023-24, one of each year before a second of any, of leagues that are drawn. */
export async function drawTargets(root: string, count: number, draw: Draw): Promise<readonly Target[]> {
  const years = Array.from({ length: 30 }, (_, index) => 1994 + index);
  const order: number[] = [];
  while (years.length > 0) order.push(...years.splice(draw.below(years.length), 1));
  const drawn = Array.from({ length: count }, (_, place) => ({
    year: order[place % order.length] ?? NaN,
    league: draw.of(leagues),
    other: draw.of(leagues),
    share: 0.25 + draw.below(46) / 100,
  }));
  return await Promise.all(
    drawn
      .toSorted((a, b) => a.year - b.year)
      .map(async ({ year, league, other, share }) => {
        const season = await readSeason(root, folderOf(year), league);
        return {
          season,
          seasonBefore: await readSeason(root, folderOf(year - 1), league),
          otherLeague: await readSeason(root, folderOf(year), other === league ? leagueAfter(league) : other),
          standing: upToRow(season, Math.floor(season.rows.length * share)),
        };
      }),
  );
}

const leagueAfter = (league: string): string => leagues[(leagues.indexOf(league) + 1) % leagues.length] ?? '';

const lastDay = (season: SeasonText): string =>
  season.rows.map((row) => dayOf(season, row)).reduce((a, b) => (a > b ? a : b), '');

export const roundOf = (season: SeasonText): number =>
  Math.floor(new Set(season.rows.map((row) => cellOf(season, row, 'HomeTeam'))).size / 2);

/** A day after a season on which all of it is over. */
function afterSeason({ folder }: SeasonText): string {
  const year = Number(folder.slice(2));
  return `${year >= 90 ? 1900 + year : 2000 + year}-08-20`;
}

/** The first rows of a season in the order of its days, up to the end of a day. */
export function upToRow(season: SeasonText, count: number): SeasonText {
  const rows = season.rows.toSorted((a, b) =>
    dayOf(season, a) < dayOf(season, b) ? -1 : dayOf(season, a) > dayOf(season, b) ? 1 : 0,
  );
  const last = rows[Math.min(count, rows.length) - 1];
  return last === undefined
    ? { ...season, rows: [] }
    : { ...season, rows: rows.filter((row) => dayOf(season, row) <= dayOf(season, last)) };
}

/** A season's file as it grows, every so many rounds, and once the season is over. */
export function editionsOf(season: SeasonText, rounds: number): readonly Edition[] {
  const step = rounds * roundOf(season);
  const growing: Edition[] = [];
  for (let count = step; count < season.rows.length - step / 2; count += step) {
    const part = upToRow(season, count);
    growing.push({ text: writeText(part), day: daysAfter(lastDay(part), 1) });
  }
  return [...growing, { text: writeText(season), day: afterSeason(season) }];
}

/** A file that has not grown although three rounds and more were played since. */
const stale: Kind = {
  name: 'stale feed',
  sizes: ['whole'],
  edition: 'next',
  make: () => undefined,
};

export const everyKind: readonly Kind[] = [...kinds, stale];

/** The edition before a next one, fetched the day after its last match. */
export const standingEdition = ({ standing }: Target): Edition => ({
  text: writeText(standing),
  day: daysAfter(lastDay(standing), 1),
});

function makeCase(kind: Kind, size: Size, target: Target, draw: Draw): Case | undefined {
  const { season } = target;
  const round = roundOf(season);
  const isNext = kind.edition === 'next' || (kind.edition === undefined && draw.withChance(0.5));
  const standingText = target.standing;
  const standing = isNext ? standingEdition(target) : undefined;
  const about = { kind: kind.name, size, target, standing };
  if (kind === stale) {
    const later = upToRow(season, standingText.rows.length + (4 + draw.below(4)) * round);
    return {
      ...about,
      corrupted: { text: writeText(standingText), day: daysAfter(lastDay(later), 5) },
      touched: new Set(),
      says: `nothing new from ${lastDay(standingText)} to ${lastDay(later)}`,
    };
  }
  const clean = isNext ? upToRow(season, standingText.rows.length + (1 + draw.below(3)) * round) : season;
  const material: Material = { ...target, clean, draw, firstNew: isNext ? standingText.rows.length : 0 };
  const made = kind.make(material, size);
  if (made === undefined) return undefined;
  const { text, ...rest } = made;
  const day = isNext ? daysAfter(lastDay(clean), 1) : afterSeason(season);
  return { ...about, ...rest, corrupted: { text, day } };
}

/**
 * So many corruptions of these seasons: each kind in each of its sizes as often as the others, everything else drawn. What was drawn and
 * changes nothing is drawn again.
 */
export function drawCorpus(targets: readonly Target[], count: number, draw: Draw): readonly Case[] {
  const pairs = everyKind.flatMap((kind) => kind.sizes.map((size) => ({ kind, size })));
  const cases: Case[] = [];
  for (let place = 0; cases.length < count; place += 1) {
    const pair = pairs[place % pairs.length];
    if (pair === undefined) break;
    const { kind, size } = pair;
    const applicable = targets.filter(({ season }) => kind.applies?.(season) !== false);
    if (applicable.length === 0) continue;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const made = makeCase(kind, size, draw.of(applicable), draw);
      if (made === undefined) continue;
      cases.push(made);
      break;
    }
  }
  return cases;
}
