import type { Instant } from '../../schemas/values.js';
import { apiFootball } from './api_football/api-football.js';
import { apiFootballFixtures } from './api_football/fixture-lists.js';
import { footballData } from './football_data/football-data.js';
import { openfootball } from './openfootball/openfootball.js';
import type { ProviderRegistry } from './provider.js';

/** What a process is told of the providers that are asked over the wire. */
export interface ProviderSettings {
  readonly apiFootball: { readonly url: string | undefined; readonly key: string | undefined };
}

/** Every source of matches, by its `data_source`, in the order in which their leagues are registered. */
export const providersOf = (settings: ProviderSettings, clock: () => Instant): ProviderRegistry => ({
  football_data: footballData,
  openfootball,
  api_football: apiFootballFixtures({ provider: apiFootball, ...settings.apiFootball, clock }),
});
