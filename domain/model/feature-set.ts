/** The features of the model: one list, from which the reading of gold, training, the model file and predictions take them. */

/** Changes whenever the lists below do: a model of another set is not asked. */
export const featureSetVersion = 'match-1x2/2';

const bothSides = (...names: readonly string[]): string[] =>
  (['home', 'away'] as const).flatMap((side) => names.map((name) => `${side}_${name}`));

const ratings = bothSides('elo', 'goal_rating', 'shots_on_target_rating', 'shots_rating');

const longForm = bothSides(
  'form_15_goals_for',
  'form_15_goals_against',
  'form_15_shots_on_target_for',
  'form_15_shots_on_target_against',
  'form_15_shots_for',
  'form_15_shots_against',
  'form_15_corners_for',
  'form_15_corners_against',
);

const seasonForm = bothSides(
  'season_games',
  'season_points_per_game',
  'season_goal_difference_per_game',
  'previous_season_points_per_game',
);

const leagueRates = ['league_home_win_rate', 'league_draw_rate', 'league_goals_per_game'];

/** FEAT-5. */
const recentForm = bothSides(
  'recent_5_wins',
  'recent_5_draws',
  'recent_5_losses',
  'recent_5_goals_for',
  'recent_5_goals_against',
  'recent_5_points',
  'recent_5_home_wins',
  'recent_5_away_wins',
  'recent_5_home_goals_for',
  'recent_5_away_goals_for',
  'recent_5_win_rate',
);

/** FEAT-6. */
const headToHead = [
  'h2h_total_matches',
  'h2h_home_wins',
  'h2h_away_wins',
  'h2h_draws',
  'h2h_home_goals_total',
  'h2h_away_goals_total',
  'h2h_recent_5_home_wins',
  'h2h_recent_5_away_wins',
  'h2h_recent_5_draws',
  'h2h_goals_avg',
];

const rest = bothSides('rest_days');

const homePrefix = 'home_';
const differencePrefix = 'home_less_away_';

/**
 * What the home team has more of than the away team, of everything that is known of both. A tree asks of one column at a time: who is ahead, and by how much, it
 * would have to piece together from both sides.
 */
const differenceFeatures: readonly string[] = [ratings, longForm, seasonForm, recentForm, rest]
  .flat()
  .filter((name) => name.startsWith(homePrefix))
  .map((name) => `${differencePrefix}${name.slice(homePrefix.length)}`);

const sidesOf: ReadonlyMap<string, readonly [string, string]> = new Map(
  differenceFeatures.map((feature) => {
    const name = feature.slice(differencePrefix.length);
    return [feature, [`home_${name}`, `away_${name}`]] as const;
  }),
);

/** The two columns whose difference a feature is, the first less the second; undefined of a feature that is none. */
export const differenceOf = (feature: string): readonly [string, string] | undefined => sidesOf.get(feature);

const squaredSuffix = '_squared';

/** By how much one rating is ahead of the other, squared: whether two teams are alike decides how often they draw, whoever is the better one. */
const unlikeness: readonly string[] = differenceFeatures
  .filter((name) => ratings.includes(name.replace(differencePrefix, homePrefix)))
  .map((name) => `${name}${squaredSuffix}`);

const roots: ReadonlyMap<string, string> = new Map(
  unlikeness.map((feature) => [feature, feature.slice(0, -squaredSuffix.length)] as const),
);

/** The feature whose square a feature is; undefined of one that is none. */
export const squareOf = (feature: string): string | undefined => roots.get(feature);

/** Columns of gold.match_features that need no price, in the order in which every model reads them. */
export const formFeatures: readonly string[] = [
  ...ratings,
  ...longForm,
  ...seasonForm,
  ...leagueRates,
  ...recentForm,
  ...headToHead,
  ...rest,
];

/**
 * What the logistic regression reads: features whose effect is near to linear, and the squares of how far ratings lie apart. No division, whose rates say more of now: with one
 * coefficient a division it loses .0005 of log loss.
 */
export const linearFeatures: readonly string[] = [
  ...ratings,
  ...unlikeness,
  ...longForm,
  ...seasonForm,
  ...leagueRates,
];

/** FEAT-7, columns of gold.match_features that say how the bookmakers agree. */
export const bookFeatures: readonly string[] = [
  'bookmaker_count',
  'bookmaker_consensus',
  'market_efficiency',
];

/** What is made of the books' mean prices: the logarithms of the chances they imply, their margin taken out by Shin. */
export const marketFeatures: readonly string[] = ['market_away_log', 'market_draw_log', 'market_home_log'];

/** One column a division: 1 in its matches, else 0. */
export const divisionFeature = (division: string): string => `division_${division}`;

/** Whether a feature says of which division a match is. */
export const isDivisionFeature = (name: string): boolean => name.startsWith(divisionFeature(''));

/** What the booster without prices reads. */
export const withoutPricesFeatures = (divisions: readonly string[]): string[] => [
  ...formFeatures,
  ...differenceFeatures,
  ...divisions.map(divisionFeature),
];

/** What the booster with prices reads. */
export const withPricesFeatures = (divisions: readonly string[]): string[] => [
  ...withoutPricesFeatures(divisions),
  ...bookFeatures,
  ...marketFeatures,
];
