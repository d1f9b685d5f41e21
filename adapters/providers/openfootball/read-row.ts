import type { FieldProblem, ReadOutcome } from '../../../schemas/records/collected-match.js';
import { CalendarDate, MatchStatus } from '../../../schemas/values.js';
import type { FileContext, IdentifiedRow, UnreadableRow } from '../provider.js';
import { daysOfSeason, readTime, seasonOfDate, tidyText } from '../read-values.js';
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
  return value === undefined || value === null ? '' : JSON.stringify(value);
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

  const dateText = written(raw['date']);
  if (dateText === '') return unreadable('date', '', 'no date');
  const date = CalendarDate.safeParse(dateText);
  if (!date.success) return unreadable('date', dateText, 'is not a day of the calendar, as in 2021-08-13');
  const season = context.season ?? seasonOfDate(date.data);
  const days = daysOfSeason(season);
  if (date.data < days.first || date.data > days.last) {
    return unreadable('date', dateText, `is outside the season ${season}`);
  }

  const homeTeam = teamName(raw['team1']);
  const awayTeam = teamName(raw['team2']);
  for (const [field, name] of [
    ['team1', homeTeam],
    ['team2', awayTeam],
  ] as const) {
    if (name === '') return unreadable(field, written(raw[field]), 'no team');
    if (name.length > longestTeamName) return unreadable(field, name, 'is too long for the name of a team');
  }
  if (homeTeam === awayTeam) return unreadable('team2', awayTeam, 'is the home team as well');

  const time = readTime(written(raw['time']));
  return {
    kind: 'identified',
    division,
    season,
    date: date.data,
    time: 'value' in time ? time.value : null,
    timeZone: zoneOf(division),
    homeTeam,
    awayTeam,
  };
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
