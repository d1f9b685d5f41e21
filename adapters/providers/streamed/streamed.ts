import { MatchEnvelope, OddsEnvelope, ScoresEnvelope } from '../../../schemas/events/envelope.js';
import type { ToldScore } from '../../../schemas/records/live.js';
import type { ReadOutcome } from '../../../schemas/records/collected-match.js';
import type { SourceFile } from '../../../schemas/records/source-file.js';
import { parseSeason, toIso, type MatchStatus, type Season } from '../../../schemas/values.js';
import { leagues } from '../leagues.js';
import type { DeclaredDivision, IdentifiedRow, MatchFileProvider, UnreadableRow } from '../provider.js';
import { seasonOfDate } from '../read-values.js';
import { entryOf, parseToldList, utcStart, type Entry } from '../told-list.js';
import type { Entries } from '../wire/contract.js';
import type { StoredReading } from '../wire/stored-quote.js';
import { eventOf, quoteOf, scoreOf, whatIsWrong } from './read-envelope.js';

/** Producers of others call leagues by our codes. */
const divisions: readonly DeclaredDivision[] = leagues.map((league) => ({ externalId: league.code, league }));

/** The messages of a producer of others about matches, as one file that no match ever leaves. */
export const streamedFile = (dataSource: string): SourceFile => ({
  ...{ dataSource, uri: 'matches-stream', kind: 'fixtures', location: 'kafka' },
  season: null,
  division: null,
});

/** How the envelopes of matches are read that messages brought to bronze. There is no list to ask for: messages come by themselves. */
export const streamedMatches: MatchFileProvider = {
  divisions,
  listFiles: () => Promise.resolve([]),
  fetchFile: () => Promise.resolve('absent'),
  parseFile: parseToldList,
  identifyRow,
  readRow,
  statesScore: () => false,
};

type MatchReading = { readonly envelope: MatchEnvelope } | { readonly unreadable: UnreadableRow };

function readMatch(raw: Entry): MatchReading {
  const read = MatchEnvelope.safeParse(entryOf(raw));
  if (read.success) return { envelope: read.data };
  const field = read.error.issues[0]?.path.join('.') ?? 'envelope';
  return { unreadable: { kind: 'unreadable', field, text: '', reason: whatIsWrong(read.error) } };
}

function identityOf(envelope: MatchEnvelope) {
  const { league, kickoff, home, away } = eventOf(envelope);
  const season: Season = parseSeason(envelope.data.season ?? '') ?? seasonOfDate(toIso(kickoff).slice(0, 10));
  return {
    division: league,
    season,
    ...utcStart(kickoff, 'minute'),
    homeTeam: home.name,
    awayTeam: away.name,
  };
}

function identifyRow(raw: Entry): IdentifiedRow | UnreadableRow {
  const read = readMatch(raw);
  if ('unreadable' in read) return read.unreadable;
  const { envelope } = read;
  return { kind: 'identified', sourceId: envelope.data.match_id, ...identityOf(envelope) };
}

/** How a match stands in play and how it ended is told with its score, by messages of their own. */
const toldWithScore: ReadonlySet<MatchStatus> = new Set(['live', 'completed']);

function readRow(raw: Entry): ReadOutcome {
  const read = readMatch(raw);
  if ('unreadable' in read) return read.unreadable;
  const { match_status: told, venue, referee } = read.envelope.data;
  const status = told === null || toldWithScore.has(told) ? null : told;
  return {
    kind: 'read',
    problems: [],
    match: {
      ...identityOf(read.envelope),
      ...{ status, homeScore: null, awayScore: null, homeHalfTimeScore: null, awayHalfTimeScore: null },
      ...{ statedResult: null, venue, referee, statistics: null, quotes: [] },
    },
  };
}

/** What a stored envelope of a price says. */
export function readStreamedQuote(raw: unknown): StoredReading {
  const read = OddsEnvelope.safeParse(raw);
  return read.success ? { quote: quoteOf(read.data) } : { reason: whatIsWrong(read.error) };
}

/** What a stored envelope of a score says. */
export function readStreamedScore(raw: unknown): Entries<ToldScore> {
  const read = ScoresEnvelope.safeParse(raw);
  return read.success
    ? { told: [{ record: scoreOf(read.data), raw }], rejected: [] }
    : { told: [], rejected: [{ field: 'envelope', text: '', reason: whatIsWrong(read.error), raw }] };
}
