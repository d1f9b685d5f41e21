import type { MatchStatistics } from '../../schemas/records/collected-match.js';
import type { Instant, KnownAtBasis, MatchStatus } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';
import { earlierOf } from '../clock/zones.js';
import type { Appearance, FixtureRevision, StatisticsRevision } from './history.js';
import type { Move } from './match-status.js';
import { judgeMove } from './match-status.js';
import type { ScoreSighting } from './score-sighting.js';
import type { Sighting } from './sighting.js';
import { resultLearntAt } from './sighting.js';

type FixtureState = Omit<FixtureRevision, 'knownAt' | 'basis' | 'rawId' | 'editionId'>;

const stateFields = [
  'matchTime',
  'precision',
  'status',
  'homeScore',
  'awayScore',
  'homeHalfTimeScore',
  'awayHalfTimeScore',
  'referee',
  'venue',
  'sourcePresent',
] as const satisfies readonly (keyof FixtureState)[];

/** What a fixture list shows before the match: a revision of these is news before the result is. */
const announcedFields = ['matchTime', 'precision', 'venue', 'sourcePresent'] as const;

const awaited: ReadonlySet<MatchStatus> = new Set(['scheduled', 'postponed', 'abandoned']);

/**
 * When an edition's word on a status other than `scheduled` counts. Of a first edition nobody knows when it came true: not after the
 * edition, and taken to be when a result could be known.
 */
function statusLearntAt(sighting: Sighting): Instant {
  const { clean, appearance, isEstimated } = sighting;
  if (clean.status === 'completed') return resultLearntAt(sighting);
  return isEstimated
    ? earlierOf(clean.kickoff.resultKnownAt, appearance.editionTime)
    : appearance.editionTime;
}

/** Strictly after the one before. */
const following = (at: Instant, last: Instant | undefined): Instant =>
  last === undefined || at > last ? at : instant(last + 1);

/** Observed is what was learnt at the very time of an edition that is not a file's first. */
const basisOf = (
  knownAt: Instant,
  { appearance, isEstimated }: Pick<Sighting, 'appearance' | 'isEstimated'>,
): KnownAtBasis => (!isEstimated && knownAt === appearance.editionTime ? 'observed' : 'estimated');

/** The revisions of one match, in the order in which its appearances are told. */
export class FixtureHistory {
  readonly revisions: FixtureRevision[] = [];

  /** How the match stands. Undefined before any word on it. */
  get current(): FixtureRevision | undefined {
    return this.revisions.at(-1);
  }

  /** The step that a version would be from how the match stands. The first step may lead anywhere. */
  judge(sighting: Sighting): Move {
    const current = this.revisions.at(-1);
    if (current === undefined) return { kind: 'plain' };
    return judgeMove(current, this.stateAfter(sighting), sighting.appearance.editionTime);
  }

  /** A feed's word on status and score, from when it was told on; the rest of the match stays as it stands. No news where it stands so. */
  seeScore(current: FixtureRevision, score: ScoreSighting): void {
    const state: FixtureState = { ...current, ...standingBy(score), rawScoreId: score.rawScoreId };
    if (isSameState(current, state)) return;
    const knownAt = following(score.at, current.knownAt);
    this.revisions.push({
      ...state,
      knownAt,
      basis: knownAt === score.at ? 'observed' : 'estimated',
      rawId: current.rawId,
      editionId: null,
    });
  }

  /** A version of the match: up to two revisions, since a fixture is known before what becomes of it. */
  see(sighting: Sighting): void {
    const { clean, appearance, isEstimated } = sighting;
    const announcedAt = isEstimated
      ? earlierOf(clean.kickoff.prematchPricedAt, appearance.editionTime)
      : appearance.editionTime;
    if (clean.status === 'scheduled') {
      this.revise(this.stateAfter(sighting), announcedAt, sighting);
      return;
    }
    const learntAt = statusLearntAt(sighting);
    this.announce(sighting, announcedAt, learntAt);
    this.revise(stateOf(sighting), learntAt, sighting);
  }

  /** A later edition without the match: it keeps its values and leaves the features. */
  leave(appearance: Appearance): FixtureRevision | undefined {
    const current = this.revisions.at(-1);
    if (current?.sourcePresent !== true) return undefined;
    const knownAt = following(appearance.editionTime, current.knownAt);
    const revision: FixtureRevision = {
      ...current,
      knownAt,
      basis: basisOf(knownAt, { appearance, isEstimated: false }),
      editionId: appearance.editionId,
      sourcePresent: false,
    };
    this.revisions.push(revision);
    return revision;
  }

  /**
   * How the match would stand by a version. A list that states neither status nor score leaves those that a feed of scores told: it says
   * when and where the match is, and what has become of it since is no word of its.
   */
  private stateAfter(sighting: Sighting): FixtureState {
    const { current } = this;
    const state = stateOf(sighting);
    const { status, homeScore } = sighting.clean.version.match;
    if (current === undefined || current.rawScoreId === null || status !== null || homeScore !== null)
      return state;
    return {
      ...state,
      status: current.status,
      homeScore: current.homeScore,
      awayScore: current.awayScore,
      homeHalfTimeScore: current.homeHalfTimeScore,
      awayHalfTimeScore: current.awayHalfTimeScore,
      rawScoreId: current.rawScoreId,
    };
  }

  private announce(sighting: Sighting, announcedAt: Instant, learntAt: Instant): void {
    const current = this.revisions.at(-1);
    // Once it has begun or is off, where it was to be played is no news.
    if (current !== undefined && !awaited.has(current.status)) return;
    if (following(announcedAt, current?.knownAt) >= learntAt) return;
    const announced: FixtureState = {
      ...stateOf(sighting),
      status: 'scheduled',
      homeScore: null,
      awayScore: null,
      homeHalfTimeScore: null,
      awayHalfTimeScore: null,
      referee: current?.referee ?? null,
      rawScoreId: null,
    };
    if (current === undefined || announcedFields.some((field) => current[field] !== announced[field])) {
      this.revise(announced, announcedAt, sighting);
    }
  }

  private revise(state: FixtureState, at: Instant, sighting: Sighting): void {
    const current = this.revisions.at(-1);
    if (current !== undefined && isSameState(current, state)) return;
    const knownAt = following(at, current?.knownAt);
    this.revisions.push({
      knownAt,
      basis: basisOf(knownAt, sighting),
      rawId: sighting.clean.version.rawId,
      editionId: sighting.appearance.editionId,
      ...state,
    });
  }
}

function stateOf({ clean }: Sighting): FixtureState {
  const { match } = clean.version;
  return {
    matchTime: clean.kickoff.at,
    precision: clean.kickoff.precision,
    status: clean.status,
    homeScore: match.homeScore,
    awayScore: match.awayScore,
    homeHalfTimeScore: clean.homeHalfTimeScore,
    awayHalfTimeScore: clean.awayHalfTimeScore,
    referee: clean.referee,
    venue: clean.venue,
    sourcePresent: true,
    rawScoreId: null,
  };
}

/** What a feed's word says of how the match stands. */
export const standingBy = ({ status, home, away, halfTime }: ScoreSighting) => ({
  status,
  homeScore: home,
  awayScore: away,
  homeHalfTimeScore: halfTime.home,
  awayHalfTimeScore: halfTime.away,
});

const isSameState = (a: FixtureState, b: FixtureState): boolean =>
  stateFields.every((field) => a[field] === b[field]);

const blankStatistics: MatchStatistics = {
  homeShots: null,
  awayShots: null,
  homeShotsOnTarget: null,
  awayShotsOnTarget: null,
  homeCorners: null,
  awayCorners: null,
  homeFouls: null,
  awayFouls: null,
  homeYellowCards: null,
  awayYellowCards: null,
  homeRedCards: null,
  awayRedCards: null,
};
const statisticsFields = [
  'homeShots',
  'awayShots',
  'homeShotsOnTarget',
  'awayShotsOnTarget',
  'homeCorners',
  'awayCorners',
  'homeFouls',
  'awayFouls',
  'homeYellowCards',
  'awayYellowCards',
  'homeRedCards',
  'awayRedCards',
] as const satisfies readonly (keyof MatchStatistics)[];

/** The statistics of one match, in the order in which its appearances are told. Known when a result can be. */
export class StatisticsHistory {
  readonly revisions: StatisticsRevision[] = [];

  see(sighting: Sighting): void {
    const { version } = sighting.clean;
    // A fixture list has no statistics to take back.
    if (version.match.statistics === null && sighting.appearance.fileKind === 'fixtures') return;
    const statistics = version.match.statistics ?? blankStatistics;
    const current = this.revisions.at(-1);
    const before = current?.statistics ?? blankStatistics;
    if (statisticsFields.every((field) => before[field] === statistics[field])) return;
    const knownAt = following(resultLearntAt(sighting), current?.knownAt);
    this.revisions.push({ knownAt, basis: basisOf(knownAt, sighting), rawId: version.rawId, statistics });
  }
}
