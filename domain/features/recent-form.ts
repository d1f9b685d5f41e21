/** A result, as a team saw it. */
export interface Game {
  readonly atHome: boolean;
  readonly goalsFor: number;
  readonly goalsAgainst: number;
}

/** FEAT-5, by the names of the features. */
export interface RecentForm {
  readonly recent_5_wins: number;
  readonly recent_5_draws: number;
  readonly recent_5_losses: number;
  readonly recent_5_goals_for: number;
  readonly recent_5_goals_against: number;
  readonly recent_5_points: number;
  readonly recent_5_home_wins: number;
  readonly recent_5_away_wins: number;
  readonly recent_5_home_goals_for: number;
  readonly recent_5_away_goals_for: number;
  readonly recent_5_win_rate: number;
}

const gamesOfForm = 5;

const sum = (games: readonly Game[], of: (game: Game) => number): number =>
  games.reduce((total, game) => total + of(game), 0);

export const resultOf = ({ goalsFor, goalsAgainst }: Game): 'win' | 'draw' | 'loss' =>
  goalsFor > goalsAgainst ? 'win' : goalsFor === goalsAgainst ? 'draw' : 'loss';

/** What games come to, however many they are. */
export function tally(games: readonly Game[]) {
  const counted = (result: 'win' | 'draw' | 'loss') =>
    games.filter((game) => resultOf(game) === result).length;
  const [wins, draws, losses] = [counted('win'), counted('draw'), counted('loss')];
  return {
    ...{ wins, draws, losses, points: 3 * wins + draws },
    goalsFor: sum(games, ({ goalsFor }) => goalsFor),
    goalsAgainst: sum(games, ({ goalsAgainst }) => goalsAgainst),
  };
}

/**
 * The form of a team by its last five games, newest first, any venue (FEAT-5): what gold's `recent_form` says of the cutoffs of matches, of any instant.
 * A test holds the two against each other.
 */
export function recentForm(results: readonly Game[]): RecentForm {
  const games = results.slice(0, gamesOfForm);
  const atHome = games.filter((game) => game.atHome);
  const away = games.filter((game) => !game.atHome);
  const all = tally(games);
  return {
    recent_5_wins: all.wins,
    recent_5_draws: all.draws,
    recent_5_losses: all.losses,
    recent_5_goals_for: all.goalsFor,
    recent_5_goals_against: all.goalsAgainst,
    recent_5_points: all.points,
    recent_5_home_wins: tally(atHome).wins,
    recent_5_away_wins: tally(away).wins,
    recent_5_home_goals_for: tally(atHome).goalsFor,
    recent_5_away_goals_for: tally(away).goalsFor,
    recent_5_win_rate: games.length === 0 ? 0 : all.wins / games.length,
  };
}
