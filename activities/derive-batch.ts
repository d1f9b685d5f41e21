import type {
  ClaimedKey,
  HistoryRow,
  KnownLeague,
  KnownScore,
  Payload,
} from '../adapters/postgres/silver-claim.js';
import type { ProviderRegistry } from '../adapters/providers/provider.js';
import type { Decisions } from '../adapters/postgres/review/load-decisions.js';
import { deriveHistory } from '../domain/clean/derive-history.js';
import {
  doubtName,
  type Appearance,
  type DerivedHistory,
  type Finding,
  type Version,
} from '../domain/clean/history.js';
import { waitsWithItsEdition } from '../domain/quality/edition/edition.js';
import { scoreReaders } from '../adapters/providers/score-readers.js';
import { readStreamedScore } from '../adapters/providers/streamed/streamed.js';
import type { ScoreSighting } from '../domain/clean/score-sighting.js';
import { InvariantBroken } from '../schemas/errors.js';
import { instant, Season } from '../schemas/values.js';

/** What one batch works on, loaded whole but for the silver rows it makes. */
export interface BatchMaterial {
  readonly keys: readonly ClaimedKey[];
  /** By the place of the key in `keys`. */
  readonly histories: ReadonlyMap<number, readonly HistoryRow[]>;
  readonly payloads: ReadonlyMap<number, Payload['raw']>;
  readonly leagues: readonly KnownLeague[];
  /** The payloads that people decided about, with the doubts that they released. */
  readonly decisions: Decisions;
  /** The payloads that wait for a person, each with why. */
  readonly doubts: ReadonlyMap<number, string>;
  /** What feeds of scores said, by the place of the key in `keys`. */
  readonly scores: ReadonlyMap<number, readonly KnownScore[]>;
  readonly scoreDecisions: Decisions;
}

/** A claimed key of which some version enters silver. */
export interface DerivedKey {
  readonly claimed: ClaimedKey;
  readonly league: KnownLeague;
  readonly history: DerivedHistory;
  readonly outcomes: readonly PayloadOutcome[];
  /** Processed payloads of a key told anew: what comes before them may have changed whether they are held. */
  readonly retold: readonly PayloadOutcome[];
  readonly scores: readonly ScoreOutcome[];
}

/** What becomes of a claimed payload; `held` says why it does. */
export interface PayloadOutcome {
  readonly rawId: number;
  readonly held: string | null;
}

/** What becomes of a score of a claimed key; `held` says why it does. */
export interface ScoreOutcome {
  readonly rawScoreId: number;
  readonly held: string | null;
}

export interface DerivedBatch {
  readonly keys: readonly DerivedKey[];
  /** What is said of keys of which nothing enters silver. */
  readonly findings: readonly Finding[];
  readonly outcomes: readonly PayloadOutcome[];
  /** Scores of keys of which nothing enters silver. */
  readonly scores: readonly ScoreOutcome[];
  /** The keys whose silver may hold rows that the history as told now lacks. */
  readonly toldAnew: readonly ClaimedKey[];
}

const leagueName = (dataSource: string, division: string): string => `${dataSource}/${division}`;

/** Derives, for each claimed key, everything that its source says of the match; keys of which nothing can be said are held. */
export function deriveBatch(material: BatchMaterial, providers: ProviderRegistry): DerivedBatch {
  const leagues = new Map(
    material.leagues.map((league) => [leagueName(league.dataSource, league.externalId), league]),
  );
  const keys: DerivedKey[] = [];
  const findings: Finding[] = [];
  const outcomes: PayloadOutcome[] = [];
  const scores: ScoreOutcome[] = [];
  const toldAnew = material.keys.filter((_, keyNo) => mayLoseRows(material, keyNo));
  for (const [keyNo, claimed] of material.keys.entries()) {
    const { timeline, unreadable } = readTimeline(material, keyNo, providers);
    const heldByRaw = new Map([...ofDoubtedEditions(material, keyNo), ...unreadable]);
    const settle = (otherwise: string | null): PayloadOutcome[] =>
      claimed.rawIds.map((rawId) => ({ rawId, held: heldByRaw.get(rawId) ?? otherwise }));

    const told = readScores(material, keyNo);
    const letWait = (): void => {
      const held = 'match: nothing is known of the match yet';
      scores.push(...(material.scores.get(keyNo) ?? []).map(({ id }) => ({ rawScoreId: id, held })));
    };

    const presence = timeline.find((appearance) => appearance.presence !== 'absent')?.presence;
    if (presence === undefined || presence === 'absent') {
      outcomes.push(...settle('no version of the row can be read'));
      letWait();
      continue;
    }
    const { division } = presence.match;
    const league = leagues.get(leagueName(claimed.dataSource, division));
    if (league === undefined) {
      outcomes.push(...settle(unknownLeague(division)));
      letWait();
      findings.push(...claimed.rawIds.map((rawId) => leagueFinding(rawId, division)));
      continue;
    }
    const history = deriveHistory(timeline, league.timeZone, told.sightings);
    for (const { rawId, field, reason } of history.held) heldByRaw.set(rawId, `${field}: ${reason}`);
    if (history.fixtureRevisions.length === 0) {
      outcomes.push(...settle(null));
      findings.push(...history.findings);
      letWait();
      continue;
    }
    const again = mayLoseRows(material, keyNo) ? payloadsOf(timeline) : new Set<number>();
    const retold = claimed.processed
      .filter((rawId) => again.has(rawId))
      .map((rawId) => ({ rawId, held: heldByRaw.get(rawId) ?? null }));
    const heldScores = new Map(told.unreadable);
    for (const { rawScoreId, field, reason } of history.heldScores)
      heldScores.set(rawScoreId, `${field}: ${reason}`);
    keys.push({
      claimed,
      league,
      history,
      outcomes: settle(null),
      retold,
      scores: (material.scores.get(keyNo) ?? []).map(({ id }) => ({
        rawScoreId: id,
        held: heldScores.get(id) ?? null,
      })),
    });
  }
  return { keys, findings, outcomes, scores, toldAnew };
}

/** The claimed payloads that no edition that stands has said. */
function ofDoubtedEditions({ keys, histories }: BatchMaterial, keyNo: number): [number, string][] {
  const said = new Set((histories.get(keyNo) ?? []).map(({ rawId }) => rawId));
  return (keys[keyNo]?.rawIds ?? [])
    .filter((rawId) => !said.has(rawId))
    .map((rawId) => [rawId, waitsWithItsEdition]);
}

const payloadsOf = (timeline: readonly Appearance[]): ReadonlySet<number> =>
  new Set(timeline.flatMap(({ presence }) => (presence === 'absent' ? [] : [presence.rawId])));

/**
 * An edition of one file may reach us after a later edition of another and is then told before it; a decision changes what was told
 * of any version, or of a whole edition; a match that comes back answers the question why it was missing. A score may be older than what
 * has been told, and so may be the match that it waited for. Otherwise a history only grows.
 */
function mayLoseRows(material: BatchMaterial, keyNo: number): boolean {
  const { histories, decisions, scores } = material;
  const rows = histories.get(keyNo) ?? [];
  return (
    scores.has(keyNo) ||
    rows.some(({ hasDoubts }) => hasDoubts) ||
    ofDoubtedEditions(material, keyNo).length > 0 ||
    rows.some(({ uri, rawId }) => uri !== rows[0]?.uri || rawId === null) ||
    rows.some(({ rawId }) => rawId !== null && decisions.has(rawId))
  );
}

const unknownLeague = (division: string): string => `division: the league ${division} is not known`;

const leagueFinding = (rawId: number, division: string): Finding => ({
  rawId,
  editionId: null,
  table: 'matches',
  errorType: 'unknown_league',
  severity: 'medium',
  field: 'division',
  message: unknownLeague(division),
  data: { division },
  requiresReview: true,
});

/** What the key's feed of scores said, in the order in which it did, and what of it cannot be read any more. */
function readScores(
  { keys, scores, scoreDecisions }: BatchMaterial,
  keyNo: number,
): { readonly sightings: readonly ScoreSighting[]; readonly unreadable: readonly [number, string][] } {
  const sightings: ScoreSighting[] = [];
  const unreadable: [number, string][] = [];
  const read = scoreReaders[keys[keyNo]?.dataSource ?? ''] ?? readStreamedScore;
  for (const { id, collectedAt, raw } of scores.get(keyNo) ?? []) {
    const { told, rejected } = read(raw);
    const [score] = told;
    if (score === undefined) {
      const [part] = rejected;
      unreadable.push([id, part === undefined ? noScores.reason : `${part.field}: ${part.reason}`]);
      continue;
    }
    const { status, score: goals, halfTime } = score.record;
    sightings.push({
      rawScoreId: id,
      at: instant(collectedAt.getTime()),
      status,
      home: goals.home,
      away: goals.away,
      halfTime,
      accepted: new Set(scoreDecisions.get(id)?.map(doubtName)),
    });
  }
  return { sightings, unreadable };
}

const noScores = { told: [], rejected: [], reason: 'score: its source tells no scores' } as const;

function readTimeline(
  { keys, histories, payloads, decisions, doubts }: BatchMaterial,
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
      doubts.get(rawId) ??
      (outcome.kind === 'read'
        ? { rawId, match: outcome.match, problems: outcome.problems, accepted }
        : `${outcome.field}: ${outcome.reason}`);
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
      isFirstEditionOfFile: row.editionNo === row.firstNo,
      presence: version,
    });
  }
  return { timeline, unreadable };
}
