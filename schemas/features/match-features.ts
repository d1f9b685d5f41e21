import { z } from 'zod';
import { MatchStatus } from '../values.js';
import { VectorStatus } from './online.js';

// What is not a number cannot pass (FEAT-19): null is what nobody knew by the cutoff.
const Whole = z.int().nullable();
const Figure = z.number().nullable();

/** An instant as it is told: `2026-11-24T15:00:00.000Z`. */
const Told = z.iso.datetime();

/** The last five completed matches of a team (FEAT-5). */
export const FormFeatures = z.strictObject({
  recent_5_wins: Whole,
  recent_5_draws: Whole,
  recent_5_losses: Whole,
  recent_5_goals_for: Whole,
  recent_5_goals_against: Whole,
  recent_5_points: Whole,
  recent_5_home_wins: Whole,
  recent_5_away_wins: Whole,
  recent_5_home_goals_for: Whole,
  recent_5_away_goals_for: Whole,
  recent_5_win_rate: Figure,
});

/** Earlier meetings of the two teams, as the home team of the match saw them (FEAT-6). */
export const MeetingFeatures = z.strictObject({
  h2h_total_matches: Whole,
  h2h_home_wins: Whole,
  h2h_away_wins: Whole,
  h2h_draws: Whole,
  h2h_home_goals_total: Whole,
  h2h_away_goals_total: Whole,
  h2h_recent_5_home_wins: Whole,
  h2h_recent_5_away_wins: Whole,
  h2h_recent_5_draws: Whole,
  h2h_goals_avg: Figure,
});

/** What the bookmakers say of a match (FEAT-7). */
export const PriceFeatures = z.strictObject({
  home_odds_avg: Figure,
  draw_odds_avg: Figure,
  away_odds_avg: Figure,
  home_implied_probability: Figure,
  draw_implied_probability: Figure,
  away_implied_probability: Figure,
  bookmaker_count: Whole,
  bookmaker_consensus: Figure,
  market_efficiency: Figure,
});

/** A match as an entity of features (FEAT-1), with where it stands. */
export const MatchInfo = z.strictObject({
  match_id: z.int(),
  home_team_id: z.int(),
  away_team_id: z.int(),
  league_id: z.int(),
  match_time: Told,
  season: z.string(),
  match_status: MatchStatus,
});
export type MatchInfo = z.infer<typeof MatchInfo>;

/** Each part says whose it is and as of when it was calculated (FEAT-4). */
const Calculated = { calculation_date: Told };

const TeamFeatures = <Side extends 'home' | 'away'>(side: Side) =>
  FormFeatures.extend({ team_id: z.int(), team_type: z.literal(side), ...Calculated });

/** The features of one match for a prediction (FEAT-15, FEAT-16): its entity and the four parts, all of one cutoff and one snapshot of the lake. */
export const MatchFeatures = z.strictObject({
  match_info: MatchInfo,
  features: z.strictObject({
    /** Home first, then away. */
    team_features: z.tuple([TeamFeatures('home'), TeamFeatures('away')]),
    h2h_features: MeetingFeatures.extend({
      ...{ match_id: z.int(), home_team_id: z.int(), away_team_id: z.int() },
      ...Calculated,
    }),
    odds_features: PriceFeatures.extend({ match_id: z.int(), ...Calculated }),
  }),
  /** `computed`: as they follow. `unknown`, `moved`: there are none, and every one is null. */
  status: VectorStatus,
});
export type MatchFeatures = z.infer<typeof MatchFeatures>;
