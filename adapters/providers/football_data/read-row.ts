import type {
  CollectedQuote,
  FieldProblem,
  MatchStatistics,
  ReadOutcome,
} from '../../../schemas/records/collected-match.js';
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

  const { column: dateColumn, text: dateText } = firstOf(raw, dateColumns);
  if (dateText === '') return unreadable(dateColumn, '', 'no date');
  const date = readDate(dateText);
  if ('reason' in date) return unreadable(dateColumn, dateText, date.reason);

  const season = context.season ?? seasonOfDate(date.value);
  const days = daysOfSeason(season);
  if (date.value < days.first || date.value > days.last) {
    return unreadable(dateColumn, dateText, `is outside the season ${season}`);
  }

  const teams: string[] = [];
  for (const columns of [homeTeamColumns, awayTeamColumns]) {
    const { column, text } = firstOf(raw, columns);
    const name = tidyText(text);
    if (name === '') return unreadable(column, '', 'no team');
    if (name.length > longestTeamName) return unreadable(column, text, 'is too long for the name of a team');
    teams.push(name);
  }
  const [homeTeam = '', awayTeam = ''] = teams;
  if (homeTeam === awayTeam) return unreadable('AwayTeam', awayTeam, 'is the home team as well');

  const timeText = cell(raw, 'Time');
  const time = timeText === '' ? undefined : readTime(timeText);
  return {
    kind: 'identified',
    division,
    season,
    date: date.value,
    time: time !== undefined && 'value' in time ? time.value : null,
    timeZone,
    homeTeam,
    awayTeam,
  };
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

/** Whether the row carries a full-time score, readable or not. */
export const statesScore = (raw: Cells): boolean =>
  firstOf(raw, ['FTHG', 'HG']).text !== '' || firstOf(raw, ['FTAG', 'AG']).text !== '';
