import type { FileKind } from '../../schemas/records/source-file.js';
import type {
  Appearance,
  DerivedHistory,
  Finding,
  FixtureRevision,
  HeldScore,
  HeldVersion,
} from './history.js';
import { findingOf, isAccepted } from './history.js';
import type { Move } from './match-status.js';
import { judgeMove } from './match-status.js';
import { QuoteHistory } from './quotes.js';
import { FixtureHistory, StatisticsHistory, standingBy } from './revisions.js';
import type { ScoreSighting } from './score-sighting.js';
import { cleanScoreSighting, isSameScore } from './score-sighting.js';
import type { Sighting } from './sighting.js';
import { cleanVersion } from './sighting.js';

/** What one file says of the match at the point that the telling has reached. */
interface FileState {
  readonly kind: FileKind;
  isPresent: boolean;
  readonly isPlayed: boolean;
  /** A person has said that the match stands whatever later editions lack it. */
  readonly isKept: boolean;
}

/**
 * Silver from bronze for one match key: what the editions of the files that ever carried the match make of it (docs/decisions.md, Refine).
 * The order of `timeline` and `scores` does not matter: they are told by time. Pure and deterministic: an edition or a score later than all
 * others only adds rows, one that changes nothing adds none.
 * @param leagueZone the IANA zone in which the league plays
 * @param scores what a feed of scores said of the match, by its id
 * @throws InvariantBroken when a zone is not one
 */
export function deriveHistory(
  timeline: readonly Appearance[],
  leagueZone: string,
  scores: readonly ScoreSighting[] = [],
): DerivedHistory {
  const telling = new Telling(leagueZone);
  const inOrder = scores.length > 1 ? scores.toSorted(byScoreTime) : scores;
  let told = 0;
  const tellScoresBefore = (until: number): void => {
    for (let score = inOrder[told]; score !== undefined && score.at < until; score = inOrder[++told])
      telling.tellScore(score);
  };
  for (const appearance of timeline.length > 1 ? timeline.toSorted(byTime) : timeline) {
    // At one instant the file comes first: by it the match is known.
    tellScoresBefore(appearance.editionTime);
    telling.tell(appearance);
  }
  tellScoresBefore(Infinity);
  return telling.outcome();
}

const byScoreTime = (a: ScoreSighting, b: ScoreSighting): number =>
  a.at - b.at || a.rawScoreId - b.rawScoreId;

/** By time; at one instant a list of fixtures before the season's file, then by name and number. */
function byTime(a: Appearance, b: Appearance): number {
  if (a.editionTime !== b.editionTime) return a.editionTime - b.editionTime;
  if (a.fileKind !== b.fileKind) return a.fileKind === 'fixtures' ? -1 : 1;
  if (a.uri !== b.uri) return a.uri < b.uri ? -1 : 1;
  return a.editionNo - b.editionNo;
}

class Telling {
  private readonly leagueZone: string;
  private readonly files = new Map<string, FileState>();
  private readonly fixtures = new FixtureHistory();
  private readonly statistics = new StatisticsHistory();
  private readonly quotes = new QuoteHistory();
  private readonly findings: Finding[] = [];
  /** The match is missing now: a question that answers itself when it comes back. */
  private missing: Finding | undefined;
  private readonly held = new Map<number, HeldVersion>();
  /** Versions whose findings are stated. */
  private readonly stated = new Set<number>();
  /** What each file said last, believed or not: the same again is no news. */
  private readonly saidLast = new Map<string, number | 'absent'>();
  private readonly heldScores: HeldScore[] = [];
  /** What the feed of scores said last, believed or not. */
  private scoreLast: { readonly score: ScoreSighting; readonly held: HeldScore | undefined } | undefined;
  /** Scores before any word on the match. */
  private readonly waiting: ScoreSighting[] = [];

  constructor(leagueZone: string) {
    this.leagueZone = leagueZone;
  }

  tell(appearance: Appearance): void {
    const { presence, uri, fileKind } = appearance;
    const file = this.files.get(uri);
    const said = presence === 'absent' ? presence : presence.rawId;
    if (this.saidLast.get(uri) === said) return;
    this.saidLast.set(uri, said);
    if (presence === 'absent') {
      // A match leaves a list of fixtures by being played.
      if (fileKind === 'season' && file?.isPresent === true && !file.isKept)
        this.tellAbsence(appearance, file);
      return;
    }

    const { clean, hold, findings } = cleanVersion(presence, this.leagueZone);
    if (!this.stated.has(presence.rawId)) this.findings.push(...findings);
    this.stated.add(presence.rawId);
    if (clean === undefined) {
      if (hold !== undefined) this.held.set(presence.rawId, { rawId: presence.rawId, ...hold });
      return;
    }
    // Once the season's file has the result, a fixture list that still shows the match is behind.
    if (fileKind === 'fixtures' && this.hasResult()) return;
    const isEstimated = fileKind === 'season' && appearance.isFirstEditionOfFile;
    const sighting = { clean, appearance, isEstimated };
    if (!this.moves(sighting)) return;
    this.files.set(uri, {
      kind: fileKind,
      isPresent: true,
      isPlayed: clean.status === 'completed',
      isKept: isAccepted(presence, 'missing_from_edition', 'sourcePresent'),
    });
    this.missing = undefined;
    this.fixtures.see(sighting);
    this.statistics.see(sighting);
    this.quotes.see(sighting);
    for (const score of this.waiting.splice(0)) this.tellScore(score);
  }

  /** A score before any word on the match waits for it. */
  tellScore(seen: ScoreSighting): void {
    const { current } = this.fixtures;
    if (current === undefined) {
      this.waiting.push(seen);
      return;
    }
    const { score, hold, findings } = cleanScoreSighting(seen, current.rawId);
    const last = this.scoreLast;
    const isRepeated = last !== undefined && isSameScore(last.score, score);
    if (isRepeated && last.held !== undefined && !isReleased(seen, last.held)) {
      // Minute after minute the same doubt: it is asked about once.
      this.heldScores.push({ ...last.held, rawScoreId: score.rawScoreId });
      return;
    }
    if (hold !== undefined) {
      this.findings.push(...findings);
      this.holdScore(score, hold.field, hold.reason);
      return;
    }
    const move = judgeMove(current, { ...standingBy(score), matchTime: current.matchTime }, score.at);
    // What has been corrected since by a file is not corrected back by a feed that says what it said before.
    if (isRepeated && move.kind !== 'plain') return;
    if (
      move.kind === 'illegal' &&
      !isAccepted(score, moveFindings.illegal.errorType, moveFindings.illegal.field)
    ) {
      this.findings.push(scoreFinding(score, current, move));
      this.holdScore(score, moveFindings.illegal.field, move.message);
      return;
    }
    this.scoreLast = { score, held: undefined };
    const before = this.fixtures.revisions.length;
    this.fixtures.seeScore(current, score);
    if (this.fixtures.revisions.length === before) return;
    this.findings.push(...findings);
    if (move.kind !== 'plain' && move.kind !== 'illegal')
      this.findings.push(scoreFinding(score, current, move));
  }

  private holdScore(score: ScoreSighting, field: string, reason: string): void {
    const held = { rawScoreId: score.rawScoreId, field, reason };
    this.scoreLast = { score, held };
    this.heldScores.push(held);
  }

  outcome(): DerivedHistory {
    return {
      fixtureRevisions: this.fixtures.revisions,
      statistics: this.statistics.revisions,
      quotes: this.quotes.rows,
      lastSeen: this.quotes.lastSeen,
      findings: this.missing === undefined ? this.findings : [...this.findings, this.missing],
      held: [...this.held.values()],
      heldScores: [
        ...this.heldScores,
        ...this.waiting.map(({ rawScoreId }) => ({ rawScoreId, ...unknownMatch })),
      ],
    };
  }

  /** Whether the version may follow on how the match stands; says so where the step is illegal, or not one that matches take by themselves. */
  private moves(sighting: Sighting): boolean {
    const { version } = sighting.clean;
    const move = this.fixtures.judge(sighting);
    if (move.kind === 'plain') return true;
    const { errorType, field, severity, requiresReview } = moveFindings[move.kind];
    if (move.kind === 'illegal') {
      if (isAccepted(version, errorType, field)) return true;
      this.held.set(version.rawId, { rawId: version.rawId, field, reason: move.message });
    }
    const { editionId, uri, editionNo } = sighting.appearance;
    this.findings.push({
      ...findingOf(version.rawId, 'fixture_revisions', errorType, field, move.message),
      editionId,
      severity,
      data: { uri, editionNo },
      requiresReview,
    });
    return move.kind !== 'illegal';
  }

  private hasResult(): boolean {
    for (const file of this.files.values())
      if (file.kind === 'season' && file.isPresent && file.isPlayed) return true;
    return false;
  }

  private tellAbsence(appearance: Appearance, file: FileState): void {
    file.isPresent = false;
    for (const other of this.files.values()) if (other.kind === 'season' && other.isPresent) return;
    const revision = this.fixtures.leave(appearance);
    if (revision !== undefined) this.missing = missingFinding(appearance, revision);
  }
}

const moveFindings = {
  corrected: { errorType: 'score_corrected', field: 'homeScore', severity: 'low', requiresReview: false },
  withdrawn: { errorType: 'score_withdrawn', field: 'homeScore', severity: 'medium', requiresReview: true },
  illegal: { errorType: 'illegal_status_move', field: 'status', severity: 'high', requiresReview: true },
} as const;

const unknownMatch = { field: 'match', reason: 'nothing is known of the match yet' } as const;

/** Whether a person has released what this kind of score was held for. */
const isReleased = ({ accepted }: ScoreSighting, { field }: HeldScore): boolean =>
  isAccepted({ accepted }, moveFindings.illegal.errorType, field) || isAccepted({ accepted }, 'held', field);

function scoreFinding(
  { rawScoreId }: ScoreSighting,
  { rawId }: FixtureRevision,
  move: Exclude<Move, { readonly kind: 'plain' }>,
): Finding {
  const { errorType, field, severity, requiresReview } = moveFindings[move.kind];
  return {
    ...findingOf(rawId, 'fixture_revisions', errorType, field, move.message),
    rawScoreId,
    severity,
    requiresReview,
  };
}

const missingFinding = (appearance: Appearance, revision: FixtureRevision): Finding => ({
  rawId: revision.rawId,
  editionId: appearance.editionId,
  table: 'fixture_revisions',
  errorType: 'missing_from_edition',
  severity: 'high',
  field: 'sourcePresent',
  message: `The match is in an earlier edition of ${appearance.uri} and not in edition ${appearance.editionNo}`,
  data: { uri: appearance.uri, editionNo: appearance.editionNo },
  requiresReview: true,
});
