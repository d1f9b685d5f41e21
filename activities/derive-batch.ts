import type { ClaimedKey, HistoryRow, KnownLeague, Payload } from '../adapters/postgres/silver-claim.js';
import type { ReleasedDoubt } from '../adapters/postgres/review/load-decisions.js';
import type { CopyRow } from '../adapters/postgres/copy-rows.js';
import type { ProviderRegistry } from '../adapters/providers/provider.js';
import { deriveHistory } from '../domain/clean/derive-history.js';
import { doubtName } from '../domain/clean/history.js';
import type {
  Appearance,
  Finding,
  FixtureRevision,
  LastSeen,
  QuoteRow,
  StatisticsRevision,
  Version,
} from '../domain/clean/history.js';
import { InvariantBroken } from '../schemas/errors.js';
import type { CollectedMatch } from '../schemas/records/collected-match.js';
import { instant, Season } from '../schemas/values.js';

/** What one batch works on, loaded whole but for the silver rows it makes. */
export interface BatchMaterial {
  readonly keys: readonly ClaimedKey[];
  /** By the place of the key in `keys`. */
  readonly histories: ReadonlyMap<number, readonly HistoryRow[]>;
  readonly payloads: ReadonlyMap<number, Payload['raw']>;
  readonly leagues: readonly KnownLeague[];
  /** The payloads that people decided about, with the doubts that they released. */
  readonly decisions: ReadonlyMap<number, readonly ReleasedDoubt[]>;
}

/** The rows of a batch but its quotes, which are many: those stream by. Cells are in the order of the stages. */
export interface DerivedBatch {
  readonly matches: CopyRow[];
  readonly revisions: CopyRow[];
  readonly statistics: CopyRow[];
  readonly lastSeen: CopyRow[];
  readonly findings: CopyRow[];
  /** The keys whose silver may hold rows that the history as told now lacks. */
  readonly toldAnew: CopyRow[];
  /** What becomes of each claimed payload; `held` says why. */
  readonly outcomes: { readonly rawId: number; readonly held: string | null }[];
}

export const emptyBatch = (): DerivedBatch => ({
  matches: [],
  revisions: [],
  statistics: [],
  lastSeen: [],
  findings: [],
  toldAnew: [],
  outcomes: [],
});

const leagueName = (dataSource: string, division: string): string => `${dataSource}/${division}`;

/**
 * Derives silver for each key and yields its quotes, while everything else is put into `derived`: complete once the
 * generator is at its end. Memory holds one match's quotes at a time.
 */
export function* deriveQuotes(
  material: BatchMaterial,
  providers: ProviderRegistry,
  derived: DerivedBatch,
): Generator<CopyRow> {
  const leagues = new Map(
    material.leagues.map((league) => [leagueName(league.dataSource, league.externalId), league]),
  );
  const write = isoWriter();
  for (const [keyNo, claimed] of material.keys.entries()) {
    const { timeline, unreadable } = readTimeline(material, keyNo, providers);
    const heldByRaw = new Map(unreadable);
    const match = timeline.find(({ presence }) => presence !== 'absent')?.presence;
    if (mayLoseRows(material, keyNo)) derived.toldAnew.push([claimed.dataSource, claimed.key]);
    if (match === undefined || match === 'absent') {
      settle(derived, claimed, heldByRaw, 'no version of the row can be read');
      continue;
    }
    const league = leagues.get(leagueName(claimed.dataSource, match.match.division));
    if (league === undefined) {
      holdForLeague(derived, claimed, match.match.division);
      continue;
    }
    const history = deriveHistory(timeline, league.timeZone);
    for (const { rawId, field, reason } of history.held) heldByRaw.set(rawId, `${field}: ${reason}`);
    const latest = history.fixtureRevisions.at(-1);
    if (latest !== undefined) {
      derived.matches.push(matchRow(keyNo, claimed, match.match, league, latest));
      for (const revision of history.fixtureRevisions) derived.revisions.push(revisionRow(keyNo, revision));
      for (const revision of history.statistics) derived.statistics.push(statisticsRow(keyNo, revision));
      for (const seen of history.lastSeen) derived.lastSeen.push(lastSeenRow(keyNo, seen));
      for (const quote of history.quotes) yield quoteRow(keyNo, quote, write);
    }
    for (const finding of history.findings) derived.findings.push(findingRow(finding));
    settle(derived, claimed, heldByRaw, null);
  }
}

/**
 * An edition of one file may reach us after a later edition of another and is then told before it; a decision changes what was told
 * of any version. Otherwise a history only grows.
 */
function mayLoseRows({ histories, decisions }: BatchMaterial, keyNo: number): boolean {
  const rows = histories.get(keyNo) ?? [];
  return (
    rows.some(({ uri }) => uri !== rows[0]?.uri) ||
    rows.some(({ rawId }) => rawId !== null && decisions.has(rawId))
  );
}

function settle(
  derived: DerivedBatch,
  claimed: ClaimedKey,
  held: ReadonlyMap<number, string>,
  otherwise: string | null,
): void {
  for (const rawId of claimed.rawIds) derived.outcomes.push({ rawId, held: held.get(rawId) ?? otherwise });
}

function holdForLeague(derived: DerivedBatch, claimed: ClaimedKey, division: string): void {
  const reason = `Div: the league ${division} is not known`;
  for (const rawId of claimed.rawIds) {
    derived.outcomes.push({ rawId, held: reason });
    derived.findings.push(
      findingRow({
        rawId,
        editionId: null,
        table: 'matches',
        errorType: 'unknown_league',
        severity: 'medium',
        field: 'division',
        message: reason,
        data: { division },
        requiresReview: true,
      }),
    );
  }
}

function readTimeline(
  { keys, histories, payloads, decisions }: BatchMaterial,
  keyNo: number,
  providers: ProviderRegistry,
): { timeline: Appearance[]; unreadable: [number, string][] } {
  const dataSource = keys[keyNo]?.dataSource ?? '';
  const provider = providers[dataSource];
  if (provider === undefined) {
    throw new InvariantBroken(`Bronze holds rows of ${dataSource}, which no provider reads`, {
      object: dataSource,
    });
  }
  const versions = new Map<number, Version | string>();
  const versionOf = (rawId: number, row: HistoryRow): Version | string => {
    const known = versions.get(rawId);
    if (known !== undefined) return known;
    const raw = payloads.get(rawId) ?? {};
    const outcome = provider.readRow(raw, {
      division: row.division,
      season: row.season === null ? null : Season.parse(row.season),
    });
    const accepted = new Set(decisions.get(rawId)?.map(doubtName));
    const version =
      outcome.kind === 'read'
        ? { rawId, match: outcome.match, problems: outcome.problems, accepted }
        : `${outcome.field}: ${outcome.reason}`;
    versions.set(rawId, version);
    return version;
  };

  const timeline: Appearance[] = [];
  const unreadable: [number, string][] = [];
  for (const row of histories.get(keyNo) ?? []) {
    const version = row.rawId === null ? 'absent' : versionOf(row.rawId, row);
    if (typeof version === 'string' && version !== 'absent') {
      if (row.rawId !== null) unreadable.push([row.rawId, version]);
      continue;
    }
    timeline.push({
      editionId: row.editionId,
      uri: row.uri,
      fileKind: row.fileKind,
      editionTime: instant(row.editionTime.getTime()),
      editionNo: row.editionNo,
      isFirstEditionOfFile: row.editionNo === 1,
      presence: version,
    });
  }
  return { timeline, unreadable };
}

const iso = (epochMilliseconds: number): string => new Date(epochMilliseconds).toISOString();

const matchRow = (
  keyNo: number,
  { dataSource, key }: ClaimedKey,
  match: CollectedMatch,
  league: KnownLeague,
  latest: FixtureRevision,
): CopyRow => [
  keyNo,
  dataSource,
  key,
  league.leagueId,
  league.country,
  match.season,
  match.homeTeam,
  match.awayTeam,
  Number(key.slice(key.lastIndexOf('/') + 1)),
  iso(latest.matchTime),
];

const revisionRow = (keyNo: number, revision: FixtureRevision): CopyRow => [
  keyNo,
  iso(revision.knownAt),
  revision.basis,
  revision.rawId,
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

const statisticsRow = (keyNo: number, { knownAt, basis, rawId, statistics }: StatisticsRevision): CopyRow => [
  keyNo,
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

const quoteRow = (keyNo: number, quote: QuoteRow, write: (at: number) => string): CopyRow => [
  keyNo,
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

const lastSeenRow = (keyNo: number, seen: LastSeen): CopyRow => [
  keyNo,
  seen.bookmaker,
  seen.market,
  seen.phase,
  seen.line,
  iso(seen.lastSeenAt),
];

const findingRow = (finding: Finding): CopyRow => [
  finding.rawId,
  finding.editionId,
  finding.table,
  finding.errorType,
  finding.severity,
  finding.field,
  finding.message,
  JSON.stringify(finding.data),
  finding.requiresReview,
];
