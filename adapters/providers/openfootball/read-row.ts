import type { FieldProblem, ReadOutcome } from '../../../schemas/records/collected-match.js';
import { CalendarDate, MatchStatus, type Season } from '../../../schemas/values.js';
import type { FileContext, IdentifiedRow, UnreadableRow } from '../provider.js';
import { daysOfSeason, readTime, seasonOfDate, tidyText } from '../read-values.js';
import { shortText } from '../wire/short-text.js';
import { zoneOf } from './divisions.js';
import { strayEntry } from './parse-file.js';
import { readScore, writtenScore } from './scores.js';

type Properties = Readonly<Record<string, unknown>>;

const longestTeamName = 60;

/** What the words of the files mean. An awarded match has the score that it was given: it is over. */
const statuses: ReadonlyMap<string, MatchStatus> = new Map([
  ...MatchStatus.options.map((status) => [status, status] as const),
  ['awarded', 'completed'],
  ['walkover', 'completed'],
  ['canceled', 'cancelled'],
  ['annulled', 'cancelled'],
]);

const written = (value: unknown): string => {
  if (typeof value === 'string') return value.trim();
  return value === null ? '' : shortText(value);
};

const unreadable = (field: string, text: string, reason: string): UnreadableRow => ({
  kind: 'unreadable',
  field,
  text,
  reason,
});

/** A team is its name, or in the older form an object that has one; blank where there is none. */
function teamName(team: unknown): string {
  const name = typeof team === 'object' && team !== null && 'name' in team ? team.name : team;
  return typeof name === 'string' ? tidyText(name) : '';
}

/** Which match an entry speaks of. */
export function identifyRow(raw: Properties, context: FileContext): IdentifiedRow | UnreadableRow {
  if (strayEntry in raw) return unreadable('match', written(raw[strayEntry]), 'is not a match');
  const { division } = context;
  if (division === null) return unreadable('division', '', 'no division');

  const day = readDay(raw, context.season);
  const homeTeam = readTeam(raw, 'team1');
  const awayTeam = readTeam(raw, 'team2');
  const partly = (problem: UnreadableRow): UnreadableRow => ({
    ...problem,
    identity: {
      division,
      season: isUnreadable(day) ? context.season : day.season,
      date: isUnreadable(day) ? null : day.date,
      homeTeam: isUnreadable(homeTeam) ? null : homeTeam,
      awayTeam: isUnreadable(awayTeam) ? null : awayTeam,
    },
  });
  if (isUnreadable(day)) return partly(day);
  if (isUnreadable(homeTeam)) return partly(homeTeam);
  if (isUnreadable(awayTeam)) return partly(awayTeam);
  if (homeTeam === awayTeam) return unreadable('team2', awayTeam, 'is the home team as well');

  const time = readTime(written(raw['time']));
  return {
    kind: 'identified',
    division,
    season: day.season,
    date: day.date,
    time: 'value' in time ? time.value : null,
    timeZone: zoneOf(division),
    homeTeam,
    awayTeam,
  };
}

const isUnreadable = (part: string | object): part is UnreadableRow =>
  typeof part === 'object' && 'kind' in part;

function readDay(
  raw: Properties,
  fileSeason: Season | null,
): { readonly date: CalendarDate; readonly season: Season } | UnreadableRow {
  const text = written(raw['date']);
  if (text === '') return unreadable('date', '', 'no date');
  const date = CalendarDate.safeParse(text);
  if (!date.success) return unreadable('date', text, 'is not a day of the calendar, as in 2021-08-13');
  const season = fileSeason ?? seasonOfDate(date.data);
  const days = daysOfSeason(season);
  return date.data < days.first || date.data > days.last
    ? unreadable('date', text, `is outside the season ${season}`)
    : { date: date.data, season };
}

function readTeam(raw: Properties, field: 'team1' | 'team2'): string | UnreadableRow {
  const name = teamName(raw[field]);
  if (name === '') return unreadable(field, written(raw[field]), 'no team');
  return name.length > longestTeamName ? unreadable(field, name, 'is too long for the name of a team') : name;
}

/**
 * Everything an entry says. The score is that after 90 minutes, whatever extra time and penalties brought; they stay in the
 * payload, as round, stage and group do. What cannot be read becomes a problem; an entry is unreadable exactly when {@link identifyRow} says so.
 */
export function readRow(raw: Properties, context: FileContext): ReadOutcome {
  const identity = identifyRow(raw, context);
  if (identity.kind === 'unreadable') return identity;

  const problems: FieldProblem[] = [];
  const timeText = written(raw['time']);
  const time = readTime(timeText);
  if (timeText !== '' && 'reason' in time) {
    problems.push({ field: 'time', text: timeText, reason: time.reason });
  }
  const statusText = written(raw['status']);
  const status = statuses.get(statusText.toLowerCase()) ?? null;
  if (statusText !== '' && status === null) {
    problems.push({ field: 'status', text: statusText, reason: 'is no status that we know' });
  }
  return {
    kind: 'read',
    match: {
      division: identity.division,
      season: identity.season,
      date: identity.date,
      time: identity.time,
      timeZone: identity.timeZone,
      homeTeam: identity.homeTeam,
      awayTeam: identity.awayTeam,
      status,
      ...readScore(raw, problems),
      statedResult: null,
      referee: null,
      venue: null,
      statistics: null,
      quotes: [],
    },
    problems,
  };
}

/** Whether the entry carries a score after 90 minutes, readable or not. */
export const statesScore = (raw: Properties): boolean => writtenScore(raw).fullTime !== undefined;
