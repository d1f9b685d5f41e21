import type { CollectedMatch, FieldProblem, MatchStatistics } from '../../schemas/records/collected-match.js';
import type { FileKind } from '../../schemas/records/source-file.js';
import type {
  Instant,
  KickoffPrecision,
  KnownAtBasis,
  MarketType,
  MatchStatus,
  PricePhase,
  QuoteKind,
} from '../../schemas/values.js';

/** One edition's word on one match: a version of its row, or that it is not there. */
export interface Appearance {
  readonly editionId: number;
  readonly uri: string;
  readonly fileKind: FileKind;
  readonly editionTime: Instant;
  readonly editionNo: number;
  readonly isFirstEditionOfFile: boolean;
  readonly presence: Version | 'absent';
}

export interface Version {
  readonly rawId: number;
  readonly match: CollectedMatch;
  readonly problems: readonly FieldProblem[];
  /** The doubts about it that a person has released, by {@link doubtName}. */
  readonly accepted?: ReadonlySet<string> | undefined;
}

/** Names a doubt about one version: what a release waives. */
export const doubtName = ({ errorType, field }: Pick<Finding, 'errorType' | 'field'>): string =>
  `${errorType}/${field}`;

export const nothingAccepted: ReadonlySet<string> = new Set();

/** Whether a person has released this doubt about the version. */
export const isAccepted = (
  { accepted }: Pick<Version, 'accepted'>,
  errorType: string,
  field: string,
): boolean => accepted?.has(doubtName({ errorType, field })) === true;

/** A row of `fixture_revisions`. */
export interface FixtureRevision {
  readonly knownAt: Instant;
  readonly basis: KnownAtBasis;
  /** The payload that its kick-off, venue and referee are from. */
  readonly rawId: number;
  /** Of a feed of scores: what its status and score are from. Null: they are from `rawId` too. */
  readonly rawScoreId: number | null;
  /** Null where no edition but a feed of scores said so. */
  readonly editionId: number | null;
  readonly matchTime: Instant;
  readonly precision: KickoffPrecision;
  readonly status: MatchStatus;
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  readonly homeHalfTimeScore: number | null;
  readonly awayHalfTimeScore: number | null;
  readonly referee: string | null;
  readonly venue: string | null;
  readonly sourcePresent: boolean;
}

/** A row of `match_statistics`. */
export interface StatisticsRevision {
  readonly knownAt: Instant;
  readonly basis: KnownAtBasis;
  readonly rawId: number;
  readonly statistics: MatchStatistics;
}

/** A row of `odds`. All prices null: the source has taken the quote back. */
export interface QuoteRow {
  readonly bookmaker: string;
  readonly kind: QuoteKind;
  readonly phase: PricePhase;
  readonly market: MarketType;
  readonly line: number | null;
  readonly home: number | null;
  readonly draw: number | null;
  readonly away: number | null;
  readonly over: number | null;
  readonly under: number | null;
  readonly suspicious: boolean;
  readonly collectedAt: Instant;
  readonly recordedAt: Instant;
  readonly basis: KnownAtBasis;
  readonly rawId: number;
}

/** A row of `odds_last_seen`: a later version of the row gave the same price again. */
export interface LastSeen {
  readonly bookmaker: string;
  readonly phase: PricePhase;
  readonly market: MarketType;
  readonly line: number | null;
  readonly lastSeenAt: Instant;
}

/** A row of `data_quality_logs`. (rawId, rawScoreId, errorType, field, editionId) name a finding: it is stated once. */
export interface Finding {
  readonly rawId: number;
  /** Set where it is about what a feed of scores said; `rawId` is then the payload by which its match is known. */
  readonly rawScoreId?: number;
  /** Set where the finding is about an edition rather than a version of the row. */
  readonly editionId: number | null;
  readonly table: 'matches' | 'fixture_revisions' | 'match_statistics' | 'odds';
  readonly errorType: string;
  readonly severity: 'low' | 'medium' | 'high';
  readonly field: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly requiresReview: boolean;
}

/** A finding of low severity about a version, that asks for no review. */
export const findingOf = (
  rawId: number,
  table: Finding['table'],
  errorType: string,
  field: string,
  message: string,
): Finding => ({
  rawId,
  editionId: null,
  table,
  errorType,
  severity: 'low',
  field,
  message,
  data: {},
  requiresReview: false,
});

/** A version of which nothing enters silver. Earlier and later good versions stand. */
export interface HeldVersion {
  readonly rawId: number;
  readonly field: string;
  readonly reason: string;
}

/** A score of which nothing enters silver. */
export interface HeldScore {
  readonly rawScoreId: number;
  readonly field: string;
  readonly reason: string;
}

/** Everything silver holds of one match from one source. Each list is in the order of its times. */
export interface DerivedHistory {
  readonly fixtureRevisions: readonly FixtureRevision[];
  readonly statistics: readonly StatisticsRevision[];
  readonly quotes: readonly QuoteRow[];
  readonly lastSeen: readonly LastSeen[];
  readonly findings: readonly Finding[];
  readonly held: readonly HeldVersion[];
  readonly heldScores: readonly HeldScore[];
}
