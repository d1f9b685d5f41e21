import { BadInput } from '../../../schemas/errors.js';
import type { ToldEvent, ToldScore } from '../../../schemas/records/live.js';
import type { FetchedFile, SourceFile } from '../../../schemas/records/source-file.js';
import type { Instant } from '../../../schemas/values.js';
import { eventRows } from '../event-rows.js';
import { isRemote } from '../file-tree.js';
import type { ListOptions, MatchFileProvider } from '../provider.js';
import { selectionOf, wantsFixtures } from '../selection.js';
import { toldList } from '../told-list.js';
import { ask } from '../wire/ask.js';
import type { Answer } from '../wire/endpoint.js';
import type { Connection } from '../wire/prepare.js';
import { divisions } from './divisions.js';
import { headOf, readHeads } from './read-states.js';
import { dataSource } from './scores-api.js';
import { scores } from './scores.js';

type ScoresAnswer = Answer<ToldEvent | ToldScore>;

/** The matches that the feed has of today as one file. A row is what tells its match: the same while goals are scored. */
export const scoresApiMatches = (connection: Connection): MatchFileProvider => ({
  ...eventRows({ divisions, readEvents: (heads) => readHeads(heads, '') }),
  listFiles: (options) => Promise.resolve(listFiles(options)),
  fetchFile: (options) => fetchList(connection, options),
});

const file = (uri: string, location: string): SourceFile => ({
  ...{ dataSource, uri, kind: 'fixtures', location },
  season: null,
  division: null,
});

/** @throws BadInput where the location is no address, or a season or division is none. */
function listFiles(options: ListOptions): SourceFile[] {
  const location = options.location.replace(/\/+$/, '');
  if (!isRemote(location)) {
    throw new BadInput('A feed of scores is no folder', {
      file: location,
      advice: 'Give its address of http or https.',
    });
  }
  const selection = selectionOf(options, {
    source: dataSource,
    declared: divisions,
    undeclared: () => undefined,
  });
  return wantsFixtures(selection) ? [file('matches.json', location)] : [];
}

async function fetchList(
  connection: Connection,
  { file: { location }, now, signal, onFailedRequest, hooks }: Parameters<MatchFileProvider['fetchFile']>[0],
): Promise<FetchedFile | 'absent'> {
  const asking = { ...hooks, signal, onFailedRequest };
  for await (const page of ask(
    { ...connection, url: location, clock: () => now },
    scores,
    { matches: 'all' },
    asking,
  )) {
    if (page.kind === 'answer') return listOf(page.answer, now);
  }
  return 'absent';
}

/** What tells the matches of an answer, also where how they stand cannot be read. */
const headsOf = ({ told, rejected }: Pick<ScoresAnswer, 'told' | 'rejected'>): unknown[] =>
  [...told, ...rejected].map(({ raw }) => headOf(raw));

const listOf = (answer: ScoresAnswer, at: Instant): FetchedFile | 'absent' =>
  listOfHeads(headsOf(answer), answer, at);

/** Each match once. The order is that of the ids: a feed may shuffle its own. */
function listOfHeads(
  heads: readonly unknown[],
  { unknownFields }: Pick<ScoresAnswer, 'unknownFields'>,
  at: Instant,
): FetchedFile | 'absent' {
  const texts = new Set(heads.map((head) => JSON.stringify(head)));
  const entries = [...texts].sort().map((head): unknown => JSON.parse(head));
  return toldList({ entries, header: {}, unknownFields, at });
}

/** A file as a live poll has it already. */
export interface PolledMatches {
  readonly file: SourceFile;
  readonly fetched: FetchedFile;
}

/** The feed's ids of the matches that an answer tells of. */
export const idsOfMatches = (answer: ScoresAnswer): string[] =>
  readHeads(headsOf(answer), '').told.map(({ record }) => record.externalId);

/**
 * The matches that the answer of a live poll tells of and nobody has told of yet, as a file of their own: those of today's list are not taken for gone.
 * Undefined where there is none. A match of which not even this can be read is left to the findings about the scores.
 * @param known the feed's ids of the matches that have been told
 */
export function polledMatches(
  answer: ScoresAnswer,
  {
    location,
    at,
    known,
  }: { readonly location: string; readonly at: Instant; readonly known: ReadonlySet<string> },
): PolledMatches | undefined {
  const unknown = readHeads(headsOf(answer), '').told.filter(({ record }) => !known.has(record.externalId));
  const fetched = listOfHeads(
    unknown.map(({ raw }) => raw),
    answer,
    at,
  );
  return fetched === 'absent' ? undefined : { file: file('matches-polled.json', location), fetched };
}
