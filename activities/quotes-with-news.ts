import type pg from 'pg';
import {
  listRecords,
  type ClaimedMatch,
  type ClaimedPrice,
  type NamedMatch,
} from '../adapters/postgres/prices-claim.js';
import { resumePoints, type RecordWithNews } from '../adapters/postgres/prices-resume.js';
import { isStreamedSource } from '../adapters/providers/stored-quotes.js';
import { bookmakerOf, quotesOf, recordName, type QuoteToTell } from './derive-prices.js';

interface News {
  readonly matches: readonly ClaimedMatch[];
  readonly names: readonly NamedMatch[];
  readonly claimed: readonly ClaimedPrice[];
}

/**
 * The quotes that are to be told. A price of a stream is told from the last one before it on, so that a match's long history costs nothing; a quote
 * whose match has changed or begun, or that several records tell of, is told whole.
 */
export async function quotesWithNews(
  client: pg.ClientBase,
  { matches, names, claimed }: News,
): Promise<QuoteToTell[]> {
  const resumed = await resumedQuotes(client, { matches, names, claimed });
  const goesOn = new Set(resumed.flatMap(({ records }) => records.map(recordName)));
  const touched = new Set(claimed.map(recordName).filter((name) => !goesOn.has(name)));
  const ofWhole = new Set(matches.filter(({ isToldAnew }) => isToldAnew).map(({ id }) => id));
  const matchOf = matchesByName(names);
  for (const record of claimed) {
    const matchId = matchOf.get(nameOf(record))?.matchId;
    if (touched.has(recordName(record)) && matchId !== undefined) ofWhole.add(matchId);
  }
  const namesOfWhole = names.filter(({ matchId }) => ofWhole.has(matchId));
  const records = namesOfWhole.length === 0 ? [] : await listRecords(client, namesOfWhole);
  const whole = quotesOf(matches, namesOfWhole, records).filter(
    (quote) => quote.match.isToldAnew || quote.records.some((record) => touched.has(recordName(record))),
  );
  // Where another spelling of the bookmaker has news that cannot go on, the quote is told once, whole.
  const toldWhole = new Set(whole.flatMap((quote) => quote.records.map(recordName)));
  return [
    ...whole,
    ...resumed.filter((quote) => !quote.records.some((record) => toldWhole.has(recordName(record)))),
  ];
}

const nameOf = ({ dataSource, sourceId }: Pick<NamedMatch, 'dataSource' | 'sourceId'>): string =>
  `${dataSource}\n${sourceId}`;

const matchesByName = (names: readonly NamedMatch[]): ReadonlyMap<string, NamedMatch> =>
  new Map(names.map((name) => [nameOf(name), name]));

/** Those that are told from their last price on. */
async function resumedQuotes(
  client: pg.ClientBase,
  { matches, names, claimed }: News,
): Promise<QuoteToTell[]> {
  const matchOf = matchesByName(names);
  const settled = new Map(
    matches
      .filter(({ isToldAnew, hasBegun, kickoff }) => !isToldAnew && !hasBegun && kickoff !== null)
      .map((match) => [match.id, match]),
  );
  const idsOfMatch = new Map<string, number>();
  for (const { matchId, dataSource } of names) {
    const one = `${matchId}\n${dataSource}`;
    idsOfMatch.set(one, (idsOfMatch.get(one) ?? 0) + 1);
  }
  const news = new Map<string, RecordWithNews & { readonly record: ClaimedPrice }>();
  for (const record of claimed) {
    const { dataSource, sourceId, recordKey, market, line, collectedAt } = record;
    const matchId = matchOf.get(nameOf(record))?.matchId ?? -1;
    if (!settled.has(matchId) || !isStreamedSource(dataSource)) continue;
    if (idsOfMatch.get(`${matchId}\n${dataSource}`) !== 1) continue;
    const before = news.get(recordName(record))?.firstNews ?? collectedAt;
    news.set(recordName(record), {
      ...{ matchId, dataSource, sourceId, recordKey, market: market ?? '', line, record },
      bookmaker: bookmakerOf(record),
      firstNews: before < collectedAt ? before : collectedAt,
    });
  }
  const records = [...news.values()];
  const since = await resumePoints(client, records);
  return records.flatMap(({ matchId, dataSource, bookmaker, market, line, record }, place): QuoteToTell[] => {
    const match = settled.get(matchId);
    const from = since.get(place);
    if (match === undefined || from === undefined) return [];
    return [{ match, dataSource, bookmaker, market, line, records: [record], since: from }];
  });
}
