import type { GoldPass } from '../adapters/lake/gold-pass.js';
import { rateHistory } from '../domain/features/elo-pass.js';
import { expectGoals } from '../domain/features/expected-goals-pass.js';
import { leagueRates } from '../domain/features/league-rates-pass.js';

/** The steps of gold that are TypeScript, by the name that a model's header gives; a new version rebuilds gold. */
export const goldPasses: Readonly<Record<string, GoldPass>> = {
  elo: { version: '2', run: rateHistory },
  expected_goals: { version: '1', run: expectGoals },
  league_rates: { version: '2', run: leagueRates },
};
