import { BadInput } from '../../../schemas/errors.js';
import type { FetchedFile, SourceFile } from '../../../schemas/records/source-file.js';
import { eventRows } from '../event-rows.js';
import { isRemote } from '../file-tree.js';
import type { ListOptions, MatchFileProvider } from '../provider.js';
import { selectionOf, wantsFixtures } from '../selection.js';
import { toldList } from '../told-list.js';
import { ask } from '../wire/ask.js';
import { entries } from '../wire/contract.js';
import type { Connection } from '../wire/prepare.js';
import { Event } from './contract.js';
import { divisions } from './divisions.js';
import { events } from './events.js';
import { dataSource, oddsApi } from './odds-api.js';
import { readEvent } from './read-event.js';

/** The Odds API's events as files: the list of a sport is a file that a match leaves by being played. They cost nothing. */
export const oddsApiEvents = (connection: Connection): MatchFileProvider => ({
  ...eventRows({
    divisions,
    readEvents: (listed) => entries(listed, { place: '', shape: Event, toRecord: readEvent }),
  }),
  listFiles: (options) => Promise.resolve(listFiles(options)),
  fetchFile: (options) => fetchList(connection, options),
});

/** @throws BadInput where the location is no address, or a season or division is none. */
function listFiles(options: ListOptions): SourceFile[] {
  const location = options.location.replace(/\/+$/, '');
  if (!isRemote(location)) {
    throw new BadInput('The Odds API is no folder', {
      file: location,
      advice: `Give its address, ${oddsApi.defaultUrl ?? ''}, or that of a proxy.`,
    });
  }
  const selection = selectionOf(options, {
    source: dataSource,
    declared: divisions,
    undeclared: (text) => (/^soccer_[a-z0-9_]{1,80}$/.test(text) ? text : undefined),
  });
  if (!wantsFixtures(selection)) return [];
  // A simulated league is asked for by its name alone, as of the other live sources.
  const real = divisions.filter(({ league }) => !league.isSimulated).map(({ externalId }) => externalId);
  return [...(selection.divisions ?? real)].map((sport) => ({
    ...{ dataSource, uri: `events/${sport}.json`, kind: 'fixtures', location },
    season: null,
    division: sport,
  }));
}

async function fetchList(
  connection: Connection,
  { file, now, signal, onFailedRequest, hooks }: Parameters<MatchFileProvider['fetchFile']>[0],
): Promise<FetchedFile | 'absent'> {
  const { division: sport, location } = file;
  if (sport === null) throw new BadInput('A list of events is that of a sport', { file: file.uri });
  const asking = { ...hooks, signal, onFailedRequest };
  for await (const page of ask(
    { ...connection, url: location, clock: () => now },
    events,
    { sport },
    asking,
  )) {
    if (page.kind === 'not-modified') continue;
    const { told, rejected, unknownFields } = page.answer;
    const listed = [...told, ...rejected].map(({ raw }) => raw);
    return toldList({ entries: listed, header: { sport }, unknownFields, at: now });
  }
  return 'absent';
}
