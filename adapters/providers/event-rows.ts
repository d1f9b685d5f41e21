import type { ReadOutcome } from '../../schemas/records/collected-match.js';
import type { ToldEvent } from '../../schemas/records/live.js';
import type { Instant } from '../../schemas/values.js';
import type { DeclaredDivision, IdentifiedRow, MatchFileProvider, UnreadableRow } from './provider.js';
import { seasonOfDate } from './read-values.js';
import { entryOf, parseToldList, unreadableEntry, utcStart, type Entry } from './told-list.js';
import type { Entries } from './wire/contract.js';

/** Writes the day of an instant in a zone: `2026-08-15`. */
function dayWriter(timeZone: string): (at: Instant) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at) => format.format(at);
}

/** Of a league that nobody declared. */
const utcDay = dayWriter('UTC');

/** How a provider's entries tell which match they are about. */
export interface EventRows {
  readonly divisions: readonly DeclaredDivision[];
  /** Reads entries as a list that stands at the top of a body. */
  readonly readEvents: (entries: readonly unknown[]) => Entries<ToldEvent>;
}

type RowReading = Pick<
  MatchFileProvider,
  'divisions' | 'parseFile' | 'identifyRow' | 'readRow' | 'statesScore'
>;

/**
 * How rows are read that tell which match is meant and when it begins, and no more: neither status nor score. No season is stated; it is that of the
 * day in the league's zone.
 */
export function eventRows({ divisions, readEvents }: EventRows): RowReading {
  const days = new Map(divisions.map(({ externalId, league }) => [externalId, dayWriter(league.timeZone)]));
  const eventOf = (raw: Entry): ToldEvent | UnreadableRow => {
    const { told, rejected } = readEvents([entryOf(raw)]);
    return told[0]?.record ?? unreadableEntry(rejected[0], '');
  };
  const identityOf = ({ league, kickoff, home, away }: ToldEvent) => ({
    division: league,
    season: seasonOfDate((days.get(league) ?? utcDay)(kickoff)),
    ...utcStart(kickoff, 'minute'),
    homeTeam: home.name,
    awayTeam: away.name,
  });
  return {
    divisions,
    parseFile: parseToldList,
    statesScore: () => false,
    identifyRow(raw: Entry): IdentifiedRow | UnreadableRow {
      const event = eventOf(raw);
      return 'externalId' in event
        ? { kind: 'identified', sourceId: event.externalId, ...identityOf(event) }
        : event;
    },
    readRow(raw: Entry): ReadOutcome {
      const event = eventOf(raw);
      if (!('externalId' in event)) return event;
      const unstated = { status: null, homeScore: null, awayScore: null, statedResult: null };
      const match = { homeHalfTimeScore: null, awayHalfTimeScore: null, venue: null, referee: null };
      return {
        kind: 'read',
        problems: [],
        match: { ...identityOf(event), ...unstated, ...match, statistics: null, quotes: [] },
      };
    },
  };
}
