import type { GoldPass } from '../adapters/lake/gold-pass.js';
import { rateHistory } from '../domain/features/elo-pass.js';
import { leagueRates } from '../domain/features/league-rates-pass.js';

/** The steps of gold that are TypeScript, by the name that a model's header gives; a new version rebuilds gold. */
export const goldPasses: Readonly<Record<string, GoldPass>> = {
  elo: { version: '2', run: rateHistory },
  league_rates: { version: '2', run: leagueRates },
};
