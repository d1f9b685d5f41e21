import type { CopyRow } from '../adapters/postgres/copy-rows.js';
import type { SilverBatch, SilverRows } from '../adapters/postgres/silver-write.js';
import type {
  Finding,
  FixtureRevision,
  LastSeen,
  QuoteRow,
  StatisticsRevision,
} from '../domain/clean/history.js';
import type { DerivedBatch } from './derive-batch.js';
import type { IdentifiedKey } from './identify-batch.js';

/** Which match a row is about, and who says so. */
export type About = readonly [matchId: number, dataSource: string];

/** What a batch brings to silver, as the cells of its stages. Quotes are written one by one as they are asked for. */
export function silverRows(
  keys: readonly IdentifiedKey[],
  { findings, toldAnew }: Pick<DerivedBatch, 'findings' | 'toldAnew'>,
): SilverBatch {
  const fresh = keys.filter(({ isFresh }) => isFresh);
  const known = keys.filter(({ isFresh }) => !isFresh);
  return {
    matches: keys.map(({ matchId, claimed, isFresh }) => [matchId, claimed.dataSource, claimed.key, isFresh]),
    fresh: rowsOf(fresh),
    known: rowsOf(known),
    lastSeen: keys.flatMap((key) => key.history.lastSeen.map((seen) => lastSeenRow(about(key), seen))),
    findings: [...findings, ...keys.flatMap(({ history }) => history.findings)].map(findingRow),
    toldAnew: toldAnew.map(({ dataSource, key }) => [dataSource, key]),
  };
}

const about = ({ matchId, claimed }: IdentifiedKey): About => [matchId, claimed.dataSource];

const rowsOf = (keys: readonly IdentifiedKey[]): SilverRows => ({
  revisions: keys.flatMap((key) =>
    key.history.fixtureRevisions.map((revision) => revisionRow(about(key), revision)),
  ),
  statistics: keys.flatMap((key) =>
    key.history.statistics.map((revision) => statisticsRow(about(key), revision)),
  ),
  quotes: quoteRows(keys),
});

function* quoteRows(keys: readonly IdentifiedKey[]): Generator<CopyRow> {
  const write = isoWriter();
  for (const key of keys) for (const quote of key.history.quotes) yield quoteRow(about(key), quote, write);
}

/** ISO-8601 in UTC. */
export const iso = (epochMilliseconds: number): string => new Date(epochMilliseconds).toISOString();

const revisionRow = (about: About, revision: FixtureRevision): CopyRow => [
  ...about,
  iso(revision.knownAt),
  revision.basis,
  revision.rawId,
  revision.rawScoreId,
  revision.editionId,
  iso(revision.matchTime),
  revision.precision,
  revision.status,
  revision.homeScore,
  revision.awayScore,
  revision.homeHalfTimeScore,
  revision.awayHalfTimeScore,
  revision.venue,
  revision.referee,
  revision.sourcePresent,
];

const statisticsRow = (about: About, { knownAt, basis, rawId, statistics }: StatisticsRevision): CopyRow => [
  ...about,
  iso(knownAt),
  basis,
  rawId,
  statistics.homeShots,
  statistics.awayShots,
  statistics.homeShotsOnTarget,
  statistics.awayShotsOnTarget,
  statistics.homeCorners,
  statistics.awayCorners,
  statistics.homeFouls,
  statistics.awayFouls,
  statistics.homeYellowCards,
  statistics.awayYellowCards,
  statistics.homeRedCards,
  statistics.awayRedCards,
];

/** Writes instants as text, and remembers the last few: every quote of a match has the same. */
function isoWriter(): (at: number) => string {
  let recent: { readonly at: number; readonly text: string }[] = [];
  return (at) => {
    const known = recent.find((written) => written.at === at);
    if (known !== undefined) return known.text;
    const text = iso(at);
    recent = [{ at, text }, ...recent.slice(0, 3)];
    return text;
  };
}

/** The cells of the stage of `odds`. `write` makes an instant's text. */
export const quoteRow = (
  [matchId, dataSource]: About,
  quote: QuoteRow,
  write: (at: number) => string,
): CopyRow => [
  matchId,
  dataSource,
  quote.bookmaker,
  quote.market,
  quote.kind,
  quote.phase,
  quote.line,
  quote.home,
  quote.draw,
  quote.away,
  quote.over,
  quote.under,
  quote.suspicious,
  write(quote.collectedAt),
  write(quote.recordedAt),
  quote.basis,
  quote.rawId,
];

/** The cells of the stage of `odds_last_seen`. */
export const lastSeenRow = (about: About, seen: LastSeen): CopyRow => [
  ...about,
  seen.bookmaker,
  seen.market,
  seen.phase,
  seen.line,
  iso(seen.lastSeenAt),
];

const findingRow = (finding: Finding): CopyRow => [
  finding.rawId,
  finding.rawScoreId ?? null,
  finding.editionId,
  finding.table,
  finding.errorType,
  finding.severity,
  finding.field,
  finding.message,
  JSON.stringify(finding.data),
  finding.requiresReview,
];
