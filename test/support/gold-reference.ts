import { hour, type History, type HistoryMatch, type Score } from './gold-history.js';
import { learntBy, resultAt, type Features, type Result } from './gold-reference-known.js';
import { ratingsAt } from './gold-reference-ratings.js';

/**
 * What gold.match_features should hold, written plainly and slowly: for each match, what was known at its cutoff is
 * gathered anew from everything, and the definitions are applied to it word by word.
 */

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** A result as one of its teams sees it. */
const seenBy = (team: number, { match, score, statistic }: Result) => {
  const atHome = match.home === team;
  const turned = (counts: Score | null | undefined) =>
    counts === null || counts === undefined
      ? undefined
      : { made: atHome ? counts.home : counts.away, conceded: atHome ? counts.away : counts.home };
  const goals = { made: atHome ? score.home : score.away, conceded: atHome ? score.away : score.home };
  return {
    atHome,
    goals,
    won: goals.made > goals.conceded,
    drawn: goals.made === goals.conceded,
    points: goals.made > goals.conceded ? 3 : goals.made === goals.conceded ? 1 : 0,
    shots: turned(statistic?.shots),
    shotsOnTarget: turned(statistic?.shotsOnTarget),
    corners: turned(statistic?.corners),
  };
};
type Seen = ReturnType<typeof seenBy>;

const count = <T>(rows: readonly T[], holds: (row: T) => boolean): number => rows.filter(holds).length;
const total = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((sum, row) => sum + value(row), 0);

function recentForm(games: readonly Seen[]): Features {
  const five = games.slice(0, 5);
  const wins = count(five, ({ won }) => won);
  return {
    recent_5_wins: wins,
    recent_5_draws: count(five, ({ drawn }) => drawn),
    recent_5_losses: count(five, ({ won, drawn }) => !won && !drawn),
    recent_5_goals_for: total(five, ({ goals }) => goals.made),
    recent_5_goals_against: total(five, ({ goals }) => goals.conceded),
    recent_5_points: total(five, ({ points }) => points),
    recent_5_home_wins: count(five, ({ won, atHome }) => won && atHome),
    recent_5_away_wins: count(five, ({ won, atHome }) => won && !atHome),
    recent_5_home_goals_for: total(five, ({ goals, atHome }) => (atHome ? goals.made : 0)),
    recent_5_away_goals_for: total(five, ({ goals, atHome }) => (atHome ? 0 : goals.made)),
    recent_5_win_rate: share(wins, five.length),
  };
}

function longForm(games: readonly Seen[]): Features {
  const fifteen = games.slice(0, 15);
  const means = (name: string, of: 'goals' | 'shotsOnTarget' | 'shots' | 'corners'): Features => {
    const counted = fifteen.map((game) => game[of]).filter((counts) => counts !== undefined);
    return {
      [`form_15_${name}_for`]: mean(counted.map(({ made }) => made)),
      [`form_15_${name}_against`]: mean(counted.map(({ conceded }) => conceded)),
    };
  };
  return {
    form_15_games: fifteen.length,
    ...means('goals', 'goals'),
    ...means('shots_on_target', 'shotsOnTarget'),
    ...means('shots', 'shots'),
    ...means('corners', 'corners'),
  };
}

function teamFeatures(described: HistoryMatch, team: number, results: readonly Result[]): Features {
  const own = results.filter(({ match }) => match.home === team || match.away === team);
  const games = own.map((result) => seenBy(team, result));
  const season = own
    .filter(({ match }) => match.league === described.league && match.season === described.season)
    .map((result) => seenBy(team, result));
  const previous = own
    .filter(({ match }) => match.season === described.season - 1)
    .map((result) => seenBy(team, result));
  const [last] = own;
  return {
    ...recentForm(games),
    ...longForm(games),
    season_games: season.length,
    season_points_per_game: mean(season.map(({ points }) => points)),
    season_goal_difference_per_game: mean(season.map(({ goals }) => goals.made - goals.conceded)),
    previous_season_points_per_game: mean(previous.map(({ points }) => points)),
    rest_days: last === undefined ? null : Math.floor((described.kickoff - last.kickoff) / (24 * hour) + 0.5),
  };
}

function headToHead({ home, away }: HistoryMatch, results: readonly Result[]): Features {
  const meetings = results
    .filter(({ match }) => [match.home, match.away].includes(home) && [match.home, match.away].includes(away))
    .map((result) => seenBy(home, result));
  const five = meetings.slice(0, 5);
  const lost = ({ won, drawn }: Seen) => !won && !drawn;
  return {
    h2h_total_matches: meetings.length,
    h2h_home_wins: count(meetings, ({ won }) => won),
    h2h_away_wins: count(meetings, lost),
    h2h_draws: count(meetings, ({ drawn }) => drawn),
    h2h_home_goals_total: total(meetings, ({ goals }) => goals.made),
    h2h_away_goals_total: total(meetings, ({ goals }) => goals.conceded),
    h2h_recent_5_home_wins: count(five, ({ won }) => won),
    h2h_recent_5_away_wins: count(five, lost),
    h2h_recent_5_draws: count(five, ({ drawn }) => drawn),
    h2h_goals_avg: share(
      total(meetings, ({ goals }) => goals.made + goals.conceded),
      meetings.length,
    ),
  };
}

function leagueRates({ league }: HistoryMatch, results: readonly Result[]): Features {
  const own = results.filter(({ match }) => match.league === league);
  const last = own.filter(({ kickoff }, index) => index < 380 || kickoff === own[379]?.kickoff);
  const enough = last.length >= 50;
  const rate = (value: (score: Score) => number) =>
    enough ? mean(last.map(({ score }) => value(score))) : null;
  return {
    league_home_win_rate: rate(({ home, away }) => (home > away ? 1 : 0)),
    league_draw_rate: rate(({ home, away }) => (home === away ? 1 : 0)),
    league_goals_per_game: rate(({ home, away }) => home + away),
  };
}

type Prices = readonly [number, number, number];

/** The latest price of each bookmaker that was not suspicious in the value last known at the cutoff. */
function pricesAt(described: HistoryMatch, cutoff: number, kind: 'book' | 'exchange'): Prices[] {
  const known = described.quotes.filter(
    (quote) =>
      quote.kind === kind &&
      quote.market === '1x2' &&
      quote.phase === 'prematch' &&
      quote.collectedAt <= cutoff &&
      quote.recordedAt <= cutoff,
  );
  const bookmakers = [...new Set(known.map(({ bookmaker }) => bookmaker))].sort();
  return bookmakers.flatMap((bookmaker) => {
    const own = known.filter((quote) => quote.bookmaker === bookmaker);
    const [latest] = own
      .filter(
        (quote) =>
          !own.some(
            (other) => other.collectedAt === quote.collectedAt && other.recordedAt > quote.recordedAt,
          ),
      )
      .filter(({ suspicious }) => !suspicious)
      .sort((a, b) => b.collectedAt - a.collectedAt);
    const [home, draw, away] = latest?.prices ?? [null, null, null];
    return home === null || draw === null || away === null
      ? []
      : [[home / 1000, draw / 1000, away / 1000] as const];
  });
}

function variation(values: readonly number[]): number {
  const middle = mean(values) ?? 0;
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)) ?? 0) / middle;
}

function oddsFeatures(described: HistoryMatch, cutoff: number): Features {
  const books = pricesAt(described, cutoff, 'book');
  const exchanges = pricesAt(described, cutoff, 'exchange');
  const legs = [0, 1, 2] as const;
  const [home = null, draw = null, away = null] = legs.map((leg) => mean(books.map((prices) => prices[leg])));
  const implied = (price: number | null) => (price === null ? null : 1 / price);
  const spread = mean(legs.map((leg) => variation(books.map((prices) => 1 / prices[leg])))) ?? 0;
  return {
    home_odds_avg: home,
    draw_odds_avg: draw,
    away_odds_avg: away,
    home_implied_probability: implied(home),
    draw_implied_probability: implied(draw),
    away_implied_probability: implied(away),
    bookmaker_count: books.length,
    bookmaker_consensus: books.length < 2 ? null : Math.min(1, Math.max(0, 1 - spread)),
    market_efficiency:
      home === null || draw === null || away === null ? null : 1 / home + 1 / draw + 1 / away,
    exchange_home_odds: mean(exchanges.map(([price]) => price)),
    exchange_draw_odds: mean(exchanges.map(([, price]) => price)),
    exchange_away_odds: mean(exchanges.map(([, , price]) => price)),
  };
}

const prefixed = (prefix: string, features: Features): Features =>
  Object.fromEntries(Object.entries(features).map(([name, value]) => [`${prefix}_${name}`, value]));

/** The features of one match of a history, by their names in gold.match_features. */
export function referenceFeatures(described: HistoryMatch, history: History): Features {
  const cutoff = described.kickoff - hour;
  const results = history
    .filter(({ id }) => id !== described.id)
    .map((match) => resultAt(match, cutoff))
    .filter((result) => result !== undefined)
    .filter(({ kickoff }) => kickoff < cutoff)
    .sort((a, b) => b.kickoff - a.kickoff || b.match.id - a.match.id);
  return {
    ...prefixed('home', teamFeatures(described, described.home, results)),
    ...prefixed('away', teamFeatures(described, described.away, results)),
    ...headToHead(described, results),
    ...leagueRates(described, results),
    ...oddsFeatures(described, cutoff),
    ...ratingsAt(described, learntBy(history, cutoff)),
  };
}
