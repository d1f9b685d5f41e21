import type { CopyRow } from '../adapters/postgres/copy-rows.js';
import type {
  ClaimedMatch,
  NamedMatch,
  PriceRecord,
  StoredPrice,
} from '../adapters/postgres/prices-claim.js';
import { unknownMatch } from '../adapters/postgres/prices-claim.js';
import type { PriceBatch } from '../adapters/postgres/prices-write.js';
import type { ReleasedDoubt } from '../adapters/postgres/review/load-decisions.js';
import { readStoredQuote } from '../adapters/providers/stored-quotes.js';
import { standardBookmaker } from '../domain/clean/bookmaker-names.js';
import { doubtName, type LastSeen } from '../domain/clean/history.js';
import {
  deriveLiveQuote,
  type LiveFinding,
  type LiveQuoteRow,
  type PricedMatch,
  type StoredQuote,
} from '../domain/clean/live-quotes.js';
import { readMatchKey } from '../domain/identity/match-key.js';
import { instant } from '../schemas/values.js';
import { iso, lastSeenRow, quoteRow, type About } from './silver-rows.js';

/** One quote of silver: a bookmaker's market and line of one match from one source, and the records of bronze that tell of it. */
export interface QuoteToTell {
  readonly match: ClaimedMatch;
  readonly dataSource: string;
  readonly bookmaker: string;
  readonly market: string;
  readonly line: number | null;
  readonly records: readonly PriceRecord[];
  /** It is told from then on, and stays as it is before; null: it is told whole. */
  readonly since: Date | null;
}

/** The names of a record's parts, as one text. */
export const recordName = ({
  dataSource,
  sourceId,
  recordKey,
}: Pick<PriceRecord, 'dataSource' | 'sourceId' | 'recordKey'>): string =>
  `${dataSource}\n${sourceId}\n${recordKey}`;

const sourceName = ({ dataSource, sourceId }: Pick<NamedMatch, 'dataSource' | 'sourceId'>): string =>
  `${dataSource}\n${sourceId}`;

/** As silver calls it. No name of ours is written in quotation marks: what cannot be named is with nobody else's. */
export function bookmakerOf({ bookmaker }: Pick<PriceRecord, 'bookmaker'>): string {
  const told = bookmaker ?? '';
  const standard = standardBookmaker(told);
  return 'value' in standard ? standard.value : `"${told}"`;
}

/**
 * The quotes of silver that these records tell of. Several records may tell of one: two ids of a match, or two spellings of a bookmaker.
 */
export function quotesOf(
  matches: readonly ClaimedMatch[],
  names: readonly NamedMatch[],
  records: readonly PriceRecord[],
): QuoteToTell[] {
  const byId = new Map(matches.map((match) => [match.id, match]));
  const matchOf = new Map(names.map((name) => [sourceName(name), byId.get(name.matchId)]));
  const quotes = new Map<string, QuoteToTell & { readonly records: PriceRecord[] }>();
  for (const record of records) {
    const match = matchOf.get(sourceName(record));
    if (match === undefined) continue;
    const bookmaker = bookmakerOf(record);
    const { dataSource, line } = record;
    const market = record.market ?? '';
    const name = [match.id, dataSource, bookmaker, market, line].join('\n');
    const quote = quotes.get(name);
    if (quote === undefined) {
      quotes.set(name, { match, dataSource, bookmaker, market, line, records: [record], since: null });
    } else {
      quote.records.push(record);
    }
  }
  return [...quotes.values()];
}

/** What the quotes are told by. */
export interface PriceMaterial {
  readonly quotes: readonly QuoteToTell[];
  readonly names: readonly NamedMatch[];
  readonly prices: readonly StoredPrice[];
  /** The payloads that this batch has claimed. */
  readonly claimed: ReadonlySet<number>;
  readonly decisions: ReadonlyMap<number, readonly ReleasedDoubt[]>;
}

type Parts = Omit<PriceBatch, 'matchIds' | 'since' | 'until'>;
/** The parts of a batch while it is made. */
type Growing = { readonly [Part in keyof Parts]: Parts[Part][number][] };

/** Tells each quote by all that is stored of it, as rows of the stages of `odds`. */
export function derivePrices({ quotes, names, prices, claimed, decisions }: PriceMaterial): PriceBatch {
  const nameOf = new Map(names.map((name) => [sourceName(name), name]));
  const byRecord = new Map<string, StoredPrice[]>();
  for (const price of prices) {
    const known = byRecord.get(recordName(price));
    if (known === undefined) byRecord.set(recordName(price), [price]);
    else known.push(price);
  }
  const batch: Growing = { told: [], quotes: [], lastSeen: [], findings: [], outcomes: [] };
  for (const quote of quotes) {
    const { match, dataSource, bookmaker, market, line } = quote;
    const stored = quote.records.flatMap((record) => byRecord.get(recordName(record)) ?? []);
    const firstRawIds = new Map<number, number>();
    for (const { id, ...price } of stored) {
      const firstRawId = nameOf.get(sourceName(price))?.firstRawId ?? null;
      if (firstRawId !== null) firstRawIds.set(id, firstRawId);
    }
    const told = tellQuote(match, stored, { firstRawIds, decisions });
    batch.told.push([match.id, dataSource, bookmaker, market, line, quote.since ?? '-infinity']);
    for (const row of told.rows) {
      batch.quotes.push(priceRow([match.id, dataSource], row, firstRawIds.get(row.rawOddsId) ?? 0));
    }
    for (const seen of told.lastSeen) batch.lastSeen.push(lastSeenRow([match.id, dataSource], seen));
    for (const finding of told.findings) {
      const price = stored.find(({ id }) => id === finding.rawId);
      const key = price && nameOf.get(sourceName(price))?.key;
      batch.findings.push(findingRow(finding, { dataSource, key }));
    }
    for (const { id, status, error } of stored) {
      const held = told.held.get(id) ?? null;
      const isClaimed = claimed.has(id);
      const isOther = status !== (held === null ? 'done' : 'held') || error !== held;
      // What is told anew has some payload processed, whether its outcome changed or not: by it rows are withdrawn.
      if (isClaimed || isOther || match.isToldAnew) batch.outcomes.push({ rawId: id, held, isClaimed });
    }
  }
  const times = prices.map(({ collectedAt }) => collectedAt.getTime());
  const [since, until] = times.reduce(
    ([least, most], at) => [Math.min(least, at), Math.max(most, at)],
    [Infinity, -Infinity],
  );
  return {
    ...batch,
    matchIds: [...new Set(quotes.map(({ match }) => match.id))],
    since: new Date(Number.isFinite(since) ? since : 0),
    // A Date has milliseconds, a column microseconds.
    until: new Date(Number.isFinite(until) ? until + 1 : 0),
  };
}

interface Told {
  readonly rows: readonly LiveQuoteRow[];
  readonly lastSeen: readonly LastSeen[];
  readonly findings: readonly LiveFinding[];
  readonly held: ReadonlyMap<number, string>;
}

function tellQuote(
  { kickoff, precision, hasBegun }: ClaimedMatch,
  stored: readonly StoredPrice[],
  {
    firstRawIds,
    decisions,
  }: Pick<PriceMaterial, 'decisions'> & { readonly firstRawIds: ReadonlyMap<number, number> },
): Told {
  const held = new Map<number, string>();
  if (kickoff === null || precision === null) {
    for (const { id } of stored) held.set(id, unknownMatch);
    return { rows: [], lastSeen: [], findings: [], held };
  }
  const quotes: StoredQuote[] = [];
  for (const { id, dataSource, raw, collectedAt, lastSeenAt } of stored) {
    const at = instant(collectedAt.getTime());
    const reading = readStoredQuote(dataSource, raw, at);
    if ('reason' in reading || !firstRawIds.has(id)) {
      held.set(id, 'reason' in reading ? `payload: ${reading.reason}` : unknownMatch);
      continue;
    }
    const accepted = decisions.get(id)?.map(doubtName);
    quotes.push({
      rawId: id,
      told: reading.quote,
      collectedAt: at,
      lastSeenAt: instant(lastSeenAt.getTime()),
      accepted: accepted === undefined ? undefined : new Set(accepted),
    });
  }
  const match: PricedMatch = { kickoff: instant(kickoff.getTime()), precision, hasBegun };
  const history = deriveLiveQuote(quotes, match);
  return { ...history, held: new Map([...held, ...history.held]) };
}

/** As that of a file's quote, and the payload of the price, whose match the other payload tells. */
const priceRow = (
  about: About,
  { providerUpdatedAt, rawOddsId, ...quote }: LiveQuoteRow,
  rawId: number,
): CopyRow => [
  ...quoteRow(about, { ...quote, rawId }, iso),
  providerUpdatedAt === null ? null : iso(providerUpdatedAt),
  rawOddsId,
];

/** With the source, league and season, by which people look for findings. */
function findingRow(
  finding: LiveFinding,
  { dataSource, key }: { readonly dataSource: string; readonly key: string | undefined },
): CopyRow {
  const about = key === undefined ? {} : readMatchKey(key);
  const { division, season } = { division: undefined, season: undefined, ...about };
  const data = { ...finding.data, dataSource, division, season };
  return [
    finding.rawId,
    finding.errorType,
    finding.severity,
    finding.field,
    finding.message,
    JSON.stringify(data),
    finding.requiresReview,
  ];
}
