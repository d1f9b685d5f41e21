import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import type { LeagueResults, ToldResult } from '../../../schemas/records/league-results.js';
import type { CalendarDate, Season } from '../../../schemas/values.js';

/** A row of an edition that could be read, beside what the file said of its match before. */
export interface EditionMatch {
  readonly rowNo: number;
  /** No edition of the file that stands has said this: it would change what is known. */
  readonly isNew: boolean;
  readonly match: CollectedMatch;
  /** What the latest edition that stands said of it; undefined where it did not have it. */
  readonly before: CollectedMatch | undefined;
}

/** An edition of a season's file, with what it can be judged by. */
export interface Edition {
  /** Our code, `E0`. */
  readonly league: string;
  readonly season: Season;
  /** The day on which it was fetched. */
  readonly today: CalendarDate;
  /** In the order of the file. */
  readonly matches: readonly EditionMatch[];
  /** What the file says of other matches of this season that are not judged any more: a person released them. */
  readonly released: readonly CollectedMatch[];
  /** How many matches the latest edition that stands had. */
  readonly had: number;
  /** Those of them that this one lacks, as that one told them. */
  readonly lost: readonly CollectedMatch[];
  /** What is usual: the same league's season before, as the same source tells it, empty where it does not; else what was released of this one. */
  readonly previous: readonly CollectedMatch[];
  /** What the source's files of other leagues tell of the same season. */
  readonly elsewhere: readonly LeagueResults[];
}

/** A match's result as files are compared by it. */
export const toldResult = ({
  homeScore,
  awayScore,
  homeHalfTimeScore,
  awayHalfTimeScore,
}: CollectedMatch): ToldResult =>
  homeScore === null || awayScore === null
    ? ''
    : `${homeScore}-${awayScore}/${homeHalfTimeScore === null || awayHalfTimeScore === null ? '' : `${homeHalfTimeScore}-${awayHalfTimeScore}`}`;

/** Why an edition, or some rows of it, should not be believed before a person has looked. */
export interface Doubt {
  /** The rule's name. */
  readonly rule: string;
  /** One sentence, for the person. */
  readonly says: string;
  /** The rows that show it, by their numbers; empty where it is about the file as a whole. */
  readonly rows: readonly number[];
  /** Whose prices it is about, where these are one bookmaker's. */
  readonly bookmaker?: string;
  /** What waits for a person: these rows, all that the edition brings, or nothing, where what it says may be right and only lacks something. */
  readonly holds: 'rows' | 'edition' | 'nothing';
}

/** Why a payload is held that no edition which stands has said. */
export const waitsWithItsEdition = 'edition: it waits in the review queue';

/** Fewer matches than three rounds of a league are no season that could be judged. */
export const fewestMatches = 30;

/** A rule over an edition. Pure, total, and silent where it has too little to go by. */
export type EditionRule = (edition: Edition) => readonly Doubt[];

/** As many doubtful rows are no longer single mistakes of an edition. */
export const systematic = 4;

/** Some of the rows, as a sentence names them. */
export function nameRows(rows: readonly EditionMatch[]): string {
  const named = rows
    .slice(0, 3)
    .map(({ rowNo, match }) => `${match.homeTeam} against ${match.awayTeam} (${match.date}, row ${rowNo})`);
  const more = rows.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** By day, rows of one day in the order of the file. */
export const byDay = <Of extends Pick<EditionMatch, 'match'>>(matches: readonly Of[]): readonly Of[] =>
  matches.toSorted((a, b) => (a.match.date < b.match.date ? -1 : a.match.date > b.match.date ? 1 : 0));

/** A part of a season in the order of its days. */
export interface Stretch {
  readonly name: string;
  readonly matches: readonly EditionMatch[];
}

/** The stretches over which what grows with the number of matches is looked for: all, each half, and what is new. */
export function stretchesOf(matches: readonly EditionMatch[], fewest: number): readonly Stretch[] {
  const inOrder = byDay(matches);
  const middle = Math.floor(inOrder.length / 2);
  const fresh = inOrder.filter(({ isNew }) => isNew);
  return [
    { name: 'the season', matches: inOrder },
    { name: 'its first half', matches: inOrder.slice(0, middle) },
    { name: 'its second half', matches: inOrder.slice(middle) },
    ...(fresh.length < inOrder.length ? [{ name: 'what is new', matches: fresh }] : []),
  ].filter((stretch) => stretch.matches.length >= fewest && stretch.matches.some(({ isNew }) => isNew));
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
