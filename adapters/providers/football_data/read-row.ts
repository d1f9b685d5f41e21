import type {
  CollectedQuote,
  FieldProblem,
  MatchStatistics,
  ReadOutcome,
} from '../../../schemas/records/collected-match.js';
import type { CalendarDate, Season } from '../../../schemas/values.js';
import { daysOfSeason, readTime, seasonOfDate, tidyText } from '../read-values.js';
import type { FileContext, IdentifiedRow, UnreadableRow } from '../provider.js';
import type { QuoteSlot, ScoreProperty } from './columns.js';
import {
  awayTeamColumns,
  dateColumns,
  goalLine,
  homeTeamColumns,
  plainName,
  quoteSlots,
  roleOf,
  unfinishedRow,
} from './columns.js';
import { readCount, readDate, readLine, readPrice } from './read-cells.js';

type Cells = Readonly<Record<string, unknown>>;

/** Where the site keeps its clock, whatever the league. */
const timeZone = 'Europe/London';

/** Team names beyond this are cells of another column. */
const longestTeamName = 40;
const longestReferee = 100;

const cell = (raw: Cells, column: string): string => {
  const value = raw[column];
  return typeof value === 'string' ? value.trim() : '';
};

const firstOf = (raw: Cells, columns: readonly string[]): { column: string; text: string } => {
  for (const column of columns) {
    const text = cell(raw, column);
    if (text !== '') return { column, text };
  }
  return { column: columns[0] ?? '', text: '' };
};

const unreadable = (field: string, text: string, reason: string): UnreadableRow => ({
  kind: 'unreadable',
  field,
  text,
  reason,
});

/** Which match a row speaks of. Cheap: for collection, which needs keys and no prices. */
export function identifyRow(raw: Cells, context: FileContext): IdentifiedRow | UnreadableRow {
  const division = context.division ?? cell(raw, 'Div');
  if (division === '') return unreadable('Div', '', 'no division');
  if (division.length > 20) return unreadable('Div', division, 'is not a division');

  const day = readDay(raw, context.season);
  const home = readTeam(raw, homeTeamColumns);
  const away = readTeam(raw, awayTeamColumns);
  const partly = (problem: UnreadableRow): UnreadableRow => ({
    ...problem,
    identity: {
      division,
      season: isUnreadable(day) ? context.season : day.season,
      date: isUnreadable(day) ? null : day.date,
      homeTeam: isUnreadable(home) ? null : home,
      awayTeam: isUnreadable(away) ? null : away,
    },
  });
  const cutOff = cell(raw, unfinishedRow);
  if (cutOff !== '')
    return partly(unreadable(unfinishedRow, cutOff, 'the file ends in the middle of the row'));
  if (isUnreadable(day)) return partly(day);
  if (isUnreadable(home)) return partly(home);
  if (isUnreadable(away)) return partly(away);
  if (home === away) return unreadable('AwayTeam', away, 'is the home team as well');

  const timeText = cell(raw, 'Time');
  const time = timeText === '' ? undefined : readTime(timeText);
  return {
    kind: 'identified',
    division,
    season: day.season,
    date: day.date,
    time: time !== undefined && 'value' in time ? time.value : null,
    timeZone,
    homeTeam: home,
    awayTeam: away,
  };
}

const isUnreadable = (part: string | object): part is UnreadableRow =>
  typeof part === 'object' && 'kind' in part;

function readDay(
  raw: Cells,
  fileSeason: Season | null,
): { readonly date: CalendarDate; readonly season: Season } | UnreadableRow {
  const { column, text } = firstOf(raw, dateColumns);
  if (text === '') return unreadable(column, '', 'no date');
  const date = readDate(text);
  if ('reason' in date) return unreadable(column, text, date.reason);
  const season = fileSeason ?? seasonOfDate(date.value);
  const days = daysOfSeason(season);
  return date.value < days.first || date.value > days.last
    ? unreadable(column, text, `is outside the season ${season}`)
    : { date: date.value, season };
}

function readTeam(raw: Cells, columns: readonly string[]): string | UnreadableRow {
  const { column, text } = firstOf(raw, columns);
  const name = tidyText(text);
  if (name === '') return unreadable(column, '', 'no team');
  return name.length > longestTeamName
    ? unreadable(column, text, 'is too long for the name of a team')
    : name;
}

/** The most legs that any market has. */
const legPlaces = 3;

const blankStatistics: MatchStatistics = {
  homeShots: null,
  awayShots: null,
  homeShotsOnTarget: null,
  awayShotsOnTarget: null,
  homeCorners: null,
  awayCorners: null,
  homeFouls: null,
  awayFouls: null,
  homeYellowCards: null,
  awayYellowCards: null,
  homeRedCards: null,
  awayRedCards: null,
};

/** What the cells of one row add up to, while they are read. */
class RowReading {
  readonly problems: FieldProblem[] = [];
  readonly scores: Record<ScoreProperty, number | null> = {
    homeScore: null,
    awayScore: null,
    homeHalfTimeScore: null,
    awayHalfTimeScore: null,
  };
  statistics: MatchStatistics | null = null;
  statedResult: 'H' | 'D' | 'A' | null = null;
  referee: string | null = null;
  /** 0 is no price. */
  private readonly prices = new Float64Array(quoteSlots.length * legPlaces);
  private readonly raw: Cells;
  private readonly division: string;

  constructor(raw: Cells, division: string) {
    this.raw = raw;
    this.division = division;
  }

  problem(field: string, text: string, reason: string): void {
    this.problems.push({ field, text, reason });
  }

  /** Reads one cell that is not blank. `column` is the name without its repeat mark. */
  read(column: string, text: string): void {
    const role = roleOf(column);
    if (role === undefined) return;
    switch (role.kind) {
      case 'price':
        this.readPriceCell(column, text, role.slot * legPlaces + role.leg);
        return;
      case 'statistic': {
        const count = readCount(text);
        if ('value' in count) {
          this.statistics ??= { ...blankStatistics };
          this.statistics[role.property] ??= count.value;
        } else this.problem(role.property, text, `${column} ${count.reason}`);
        return;
      }
      case 'score': {
        const score = readCount(text);
        if ('value' in score) this.scores[role.property] ??= score.value;
        else this.problem(role.property, text, `${column} ${score.reason}`);
        return;
      }
      case 'statedResult':
        if (text === 'H' || text === 'D' || text === 'A') this.statedResult ??= text;
        else this.problem('statedResult', text, `${column} is none of H, D, A`);
        return;
      case 'referee':
        if (text.length > longestReferee) this.problem('referee', text, 'is too long for a name');
        else this.referee = tidyText(text);
        return;
      case 'time': {
        const time = readTime(text);
        if ('reason' in time) this.problem('time', text, time.reason);
        return;
      }
      case 'line': {
        const line = readLine(text);
        if ('reason' in line) this.problem(column, text, line.reason);
        return;
      }
      case 'division':
        if (text !== this.division)
          this.problem('division', text, `differs from the file's, ${this.division}`);
        return;
      // Read by identifyRow.
      case 'date':
      case 'homeTeam':
      case 'awayTeam':
      case 'ignored':
    }
  }

  private readPriceCell(column: string, text: string, place: number): void {
    const price = readPrice(text);
    const before = this.prices[place];
    if (price === 0) this.problem(column, text, 'is not a price');
    else if (before === 0) this.prices[place] = price;
    else if (before !== price)
      this.problem(column, text, `stands beside another price of the same, ${before ?? 0}`);
  }

  quotes(): CollectedQuote[] {
    const quotes: CollectedQuote[] = [];
    for (let index = 0; index < quoteSlots.length; index++) {
      const place = index * legPlaces;
      const first = this.prices[place] ?? 0;
      const second = this.prices[place + 1] ?? 0;
      const third = this.prices[place + 2] ?? 0;
      if (first === 0 && second === 0 && third === 0) continue;
      const slot = quoteSlots[index];
      if (slot !== undefined) quotes.push(this.quote(slot, first || null, second || null, third || null));
    }
    return quotes;
  }

  private quote(
    slot: QuoteSlot,
    first: number | null,
    second: number | null,
    third: number | null,
  ): CollectedQuote {
    const { source, market, phase } = slot;
    const quote: CollectedQuote = {
      bookmaker: source.bookmaker,
      kind: source.kind,
      phase,
      market,
      line: null,
      home: null,
      draw: null,
      away: null,
      over: null,
      under: null,
    };
    switch (market) {
      case '1x2':
        quote.home = first;
        quote.draw = second;
        quote.away = third;
        return quote;
      case 'over_under':
        quote.line = goalLine;
        quote.over = first;
        quote.under = second;
        return quote;
      case 'asian_handicap': {
        const { text } = firstOf(this.raw, slot.lineColumns);
        const line = readLine(text);
        quote.line = 'value' in line ? line.value : null;
        quote.home = first;
        quote.away = second;
        return quote;
      }
    }
  }
}

/**
 * Everything a row says, from the cells of {@link FileRow.raw} (whatever the order of its keys). Cells that cannot be read become problems, named
 * by the property of the match they would have filled, or by their column for prices and lines;
 * a row is unreadable exactly when {@link identifyRow} says so.
 */
export function readRow(raw: Cells, context: FileContext): ReadOutcome {
  const identity = identifyRow(raw, context);
  if (identity.kind === 'unreadable') return identity;

  const reading = new RowReading(raw, identity.division);
  for (const column of Object.keys(raw)) {
    const text = cell(raw, column);
    if (text === '') continue;
    if (!column.includes('#')) reading.read(column, text);
    else readRepeatedColumn(reading, raw, column, text);
  }
  reading.problems.sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0));

  return {
    kind: 'read',
    match: {
      division: identity.division,
      season: identity.season,
      date: identity.date,
      time: identity.time,
      timeZone,
      homeTeam: identity.homeTeam,
      awayTeam: identity.awayTeam,
      status: null,
      ...reading.scores,
      statedResult: reading.statedResult,
      referee: reading.referee,
      venue: null,
      statistics: reading.statistics,
      quotes: reading.quotes(),
    },
    problems: reading.problems,
  };
}

/** A column that stands twice: its second place counts where the first is blank, and is a problem where they differ. */
function readRepeatedColumn(reading: RowReading, raw: Cells, column: string, text: string): void {
  const name = plainName(column);
  const first = cell(raw, name);
  if (first === '') reading.read(name, text);
  else if (first !== text)
    reading.problem(name, text, `stands twice with different values, the first ${first}`);
}

/** Whether a rule reads the column of this name, or leaves it out on purpose. */
export const knowsColumn = (name: string): boolean => roleOf(plainName(name)) !== undefined;

/** Whether the row carries a full-time score, readable or not. */
export const statesScore = (raw: Cells): boolean =>
  firstOf(raw, ['FTHG', 'HG']).text !== '' || firstOf(raw, ['FTAG', 'AG']).text !== '';
