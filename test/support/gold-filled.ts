import { fillFeature } from '../../domain/fill/fill-gaps.js';
import { observed, type Observation } from '../../domain/fill/observation.js';
import type { Filled } from '../../schemas/records/filled.js';
import { instant } from '../../schemas/values.js';
import { hour, type History, type HistoryMatch } from './gold-history.js';
import { resultAt, type Features, type Result } from './gold-reference-known.js';

const turned = (
  counts: { readonly home: number; readonly away: number } | null | undefined,
  atHome: boolean,
) => ({
  made: (atHome ? counts?.home : counts?.away) ?? null,
  conceded: (atHome ? counts?.away : counts?.home) ?? null,
});

/** What one game of a team says for each feature that is filled. */
function measuredIn({ score, statistic }: Result, atHome: boolean): Readonly<Record<string, number | null>> {
  const goals = turned(score, atHome);
  const [shots, onTarget, corners] = [statistic?.shots, statistic?.shotsOnTarget, statistic?.corners].map(
    (counts) => turned(counts, atHome),
  );
  const difference = (goals.made ?? 0) - (goals.conceded ?? 0);
  const points = difference > 0 ? 3 : difference === 0 ? 1 : 0;
  return {
    form_15_goals_for: goals.made,
    form_15_goals_against: goals.conceded,
    form_15_shots_on_target_for: onTarget?.made ?? null,
    form_15_shots_on_target_against: onTarget?.conceded ?? null,
    form_15_shots_for: shots?.made ?? null,
    form_15_shots_against: shots?.conceded ?? null,
    form_15_corners_for: corners?.made ?? null,
    form_15_corners_against: corners?.conceded ?? null,
    season_points_per_game: points,
    season_goal_difference_per_game: difference,
    previous_season_points_per_game: points,
  };
}

/** The filled features of one match of a history by the pure functions of domain/fill, from what the features have themselves. */
export function referenceFills(
  described: HistoryMatch,
  history: History,
  features: Features,
): Map<string, Filled> {
  const cutoff = instant(described.kickoff - hour);
  const results = history
    .filter(({ id }) => id !== described.id)
    .map((match) => resultAt(match, cutoff))
    .filter((result) => result !== undefined)
    .filter(({ kickoff }) => kickoff < cutoff);
  const games = results.flatMap((result) =>
    [true, false].map((atHome) => ({
      team: atHome ? result.match.home : result.match.away,
      league: result.match.league,
      measured: measuredIn(result, atHome),
    })),
  );
  const filled = new Map<string, Filled>();
  for (const [side, team] of [
    ['home', described.home],
    ['away', described.away],
  ] as const) {
    for (const name of fillable) {
      const seen = (rows: typeof games): Observation[] =>
        rows.map(({ measured }) => ({ value: measured[name] ?? null, knownAt: cutoff }));
      const own = seen(games.filter((game) => game.team === team));
      const peers = seen(games.filter((game) => game.league === described.league));
      const column = `${side}_${name}`;
      filled.set(column, fillFeature(observed(features[column] ?? null), own, peers, cutoff));
    }
  }
  return filled;
}

/** Every feature that is filled, without the side. */
export const fillable = [
  'form_15_goals_for',
  'form_15_goals_against',
  'form_15_shots_on_target_for',
  'form_15_shots_on_target_against',
  'form_15_shots_for',
  'form_15_shots_against',
  'form_15_corners_for',
  'form_15_corners_against',
  'season_points_per_game',
  'season_goal_difference_per_game',
  'previous_season_points_per_game',
];
