import { footballData } from './football_data/football-data.js';
import { openfootball } from './openfootball/openfootball.js';
import type { ProviderRegistry } from './provider.js';

/** Every source of match files, by its `data_source`, in the order in which their leagues are registered. */
export const providers: ProviderRegistry = {
  football_data: footballData,
  openfootball,
};
