/** What a rating counts of a match: its goals, or its shots. */
export interface SideCounts {
  readonly home: number;
  readonly away: number;
}

/** One kind of rating: how a match's counts become a share, and how far that share moves the two teams. */
export interface RatingRules {
  /** The share of the match that the home team took, 0 to 1. */
  readonly share: (counts: SideCounts) => number;
  /** How much the match counts; 1 is plain. */
  readonly weight: (counts: SideCounts) => number;
  /** Rating points that change hands per unit of share beyond the expected one. */
  readonly k: number;
  /** Rating points that playing at home is worth. */
  readonly homeAdvantage: number;
  /** Rating at which the teams of a country's first division start where nothing was seen before. */
  readonly base: number;
  /** How far below that each further level starts. */
  readonly levelStep: number;
  /** A team never seen starts at the mean of this many lowest teams of its division's last season. */
  readonly lowestTeams: number;
  /** The share of the way back to its division's mean that a team goes each summer. */
  readonly summerRegression: number;
}

const start = { base: 1500, levelStep: 120, lowestTeams: 3, summerRegression: 0.1 };

const wonShare = ({ home, away }: SideCounts): number => (home > away ? 1 : home === away ? 0.5 : 0);

/**
 * The home team's share of the counts, drawn towards a half by `prior` counts for each side, so that one to none is
 * not everything.
 */
const shareOfCounts =
  (prior: number) =>
  ({ home, away }: SideCounts): number =>
    (home + prior) / (home + away + 2 * prior);

const plain = (): number => 1;

/**
 * Elo by results. The weight of a win grows with the logarithm of its margin: a fifth goal says less than a second.
 * Formula of the expectation: A. Elo, The Rating of Chessplayers (1978), with a home advantage.
 */
export const eloRules: RatingRules = {
  ...start,
  share: wonShare,
  weight: ({ home, away }) => (home === away ? 1 : 0.6 + Math.log(1 + Math.abs(home - away))),
  k: 20,
  homeAdvantage: 65,
};

/** The same by shares of the goals. */
export const goalRules: RatingRules = {
  ...start,
  share: shareOfCounts(0.6),
  weight: plain,
  k: 30,
  homeAdvantage: 35,
};

/** The same by shares of the shots, or of those on target. */
export const shotRules: RatingRules = {
  ...start,
  share: shareOfCounts(1),
  weight: plain,
  k: 30,
  homeAdvantage: 45,
};

/** The share that the home team is expected to take, 0 to 1. */
export const expectedShare = (home: number, away: number, rules: RatingRules): number =>
  1 / (1 + 10 ** ((away - home - rules.homeAdvantage) / 400));

/** The rating points that the home team gains and the away team loses by these counts. */
export const ratingChange = (counts: SideCounts, expected: number, rules: RatingRules): number =>
  rules.k * rules.weight(counts) * (rules.share(counts) - expected);
