import { z } from 'zod';
import { BadInput, ContractBroken } from '../../../schemas/errors.js';
import type { ReadOutcome } from '../../../schemas/records/collected-match.js';
import type { ToldFixture } from '../../../schemas/records/live.js';
import type { FetchedFile, SourceFile } from '../../../schemas/records/source-file.js';
import { CalendarDate, seasonStartYear } from '../../../schemas/values.js';
import { isRemote } from '../file-tree.js';
import type {
  FileContext,
  IdentifiedRow,
  ListOptions,
  MatchFileProvider,
  UnreadableRow,
} from '../provider.js';
import { daysOfSeason, tidyText } from '../read-values.js';
import { selectionOf, type DivisionNames } from '../selection.js';
import { entryOf, parseToldList, toldList, unreadableEntry, utcStart, type Entry } from '../told-list.js';
import { ask } from '../wire/ask.js';
import type { Connection } from '../wire/prepare.js';
import { apiFootball } from './api-football.js';
import { divisions } from './divisions.js';
import { fixtures, readFixtures } from './fixtures.js';

/**
 * API-Football's fixtures as files: the list of a league's season is a file, each of its entries a row, and what it says next time an
 * edition. One request has the whole season, so that a match that is taken off the list is news, as are its results.
 */
export const apiFootballFixtures = (connection: Connection): MatchFileProvider => ({
  divisions,
  listFiles: (options) => Promise.resolve(listFiles(options)),
  fetchFile: (options) => fetchList(connection, options),
  parseFile: parseToldList,
  identifyRow,
  readRow,
  statesScore: (raw) => {
    const fixture = fixtureOf(raw);
    return 'externalId' in fixture && isOver(fixture) && fixture.score.home !== null;
  },
});

const divisionNames: DivisionNames = {
  source: apiFootball.dataSource,
  declared: divisions,
  undeclared: (text) => (/^\d{1,6}$/.test(text) ? text : undefined),
};

/**
 * The lists of the running season, or of the seasons asked for.
 * @throws BadInput where the location is no address, or a season or division is none.
 */
function listFiles(options: ListOptions): SourceFile[] {
  const { location } = options;
  if (!isRemote(location)) {
    throw new BadInput('API-Football is no folder', {
      file: location,
      advice: `Give its address, ${apiFootball.defaultUrl}, or that of a proxy.`,
    });
  }
  const selection = selectionOf(options, divisionNames);
  const seasons = selection.seasons ?? [selection.runningSeason];
  // A simulated league is asked for by its name alone: the real provider would take a request for it.
  const real = divisions.filter(({ league }) => !league.isSimulated);
  const wanted = selection.divisions ?? real.map(({ externalId }) => externalId);
  return [...seasons].flatMap((season) =>
    [...wanted].map((division) => ({
      dataSource: apiFootball.dataSource,
      uri: `fixtures/${season}/${division}.json`,
      kind: 'season' as const,
      location: `${location.replace(/\/+$/, '')}${listPath}?league=${division}&season=${seasonStartYear(season)}`,
      season,
      division,
    })),
  );
}

const listPath = '/fixtures';

async function fetchList(
  connection: Connection,
  { file, now, signal, onFailedRequest, hooks }: Parameters<MatchFileProvider['fetchFile']>[0],
): Promise<FetchedFile | 'absent'> {
  const { season, division: league, location } = file;
  if (season === null || league === null) {
    throw new BadInput('A list of fixtures is that of a league and a season', { file: file.uri });
  }
  const days = daysOfSeason(season);
  const query = { league, season, from: CalendarDate.parse(days.first), to: CalendarDate.parse(days.last) };
  const url = location.slice(0, location.lastIndexOf(`${listPath}?`));
  const entries: unknown[] = [];
  const unknownFields = new Set<string>();
  for await (const page of ask({ ...connection, url, clock: () => now }, fixtures, query, {
    ...hooks,
    signal,
    onFailedRequest,
  })) {
    if (page.kind === 'not-modified') continue;
    const { told, rejected, unknownFields: unknown } = page.answer;
    // A list whose end nobody knows is no list: what is missing from it would be taken for gone.
    const [unread] = rejected.filter(({ field }) => field.startsWith('paging'));
    if (unread !== undefined) {
      throw new ContractBroken(`api_football does not say how many pages there are: ${unread.text}`, {
        field: unread.field,
        file: file.uri,
      });
    }
    entries.push(...told.map(({ raw }) => raw), ...rejected.map(({ raw }) => raw));
    for (const field of unknown) unknownFields.add(field);
  }
  // A season that is not on the list yet, and a provider that has gone quiet, look alike: neither takes a match away.
  if (entries.length === 0) return 'absent';
  return toldList({ entries, header: { league, season }, unknownFields: [...unknownFields], at: now });
}

function fixtureOf(raw: Entry): ToldFixture | UnreadableRow {
  const { told, rejected } = readFixtures([entryOf(raw)]);
  if (told[0] !== undefined) return told[0].record;
  return unreadableEntry(rejected[0], 'response');
}

const Named = z.object({ name: z.string() });
const Teams = z.object({ teams: z.object({ home: Named, away: Named }) });
const Identified = z.object({ fixture: z.object({ id: z.int() }) });

function identifyRow(raw: Entry, { division, season }: FileContext): IdentifiedRow | UnreadableRow {
  const fixture = fixtureOf(raw);
  if ('externalId' in fixture)
    return { kind: 'identified', sourceId: fixture.externalId, ...identityOf(fixture) };
  if (division === null) return fixture;
  const { home, away } = Teams.safeParse(raw).data?.teams ?? {};
  const sourceId = Identified.safeParse(raw).data?.fixture.id;
  return {
    ...fixture,
    identity: {
      ...{ division, season, date: null },
      homeTeam: home === undefined ? null : tidyText(home.name),
      awayTeam: away === undefined ? null : tidyText(away.name),
      ...(sourceId === undefined ? {} : { sourceId: String(sourceId) }),
    },
  };
}

type Identity = Omit<IdentifiedRow, 'kind' | 'sourceId'>;

function identityOf({ league, season, kickoff, precision, home, away }: ToldFixture): Identity {
  return {
    division: league,
    season,
    ...utcStart(kickoff, precision),
    homeTeam: home.name,
    awayTeam: away.name,
  };
}

const isOver = ({ status }: ToldFixture): boolean => status === 'completed';

function readRow(raw: Entry): ReadOutcome {
  const fixture = fixtureOf(raw);
  if (!('externalId' in fixture)) return fixture;
  const { status, score, halfTime, venue, referee } = fixture;
  return {
    kind: 'read',
    problems: [],
    match: {
      ...identityOf(fixture),
      status,
      homeScore: score.home,
      awayScore: score.away,
      homeHalfTimeScore: halfTime.home,
      awayHalfTimeScore: halfTime.away,
      statedResult: null,
      referee,
      venue,
      statistics: null,
      quotes: [],
    },
  };
}
