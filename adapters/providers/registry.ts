import type { Instant } from '../../schemas/values.js';
import { apiFootball } from './api_football/api-football.js';
import { apiFootballFixtures } from './api_football/fixture-lists.js';
import { footballData } from './football_data/football-data.js';
import { oddsApiEvents } from './odds_api/event-lists.js';
import { oddsApi } from './odds_api/odds-api.js';
import { openfootball } from './openfootball/openfootball.js';
import type { ProviderRegistry } from './provider.js';

import { scoresApiMatches } from './scores_api/match-lists.js';
import { scoresApi } from './scores_api/scores-api.js';
import { streamedMatches } from './streamed/streamed.js';

interface Access {
  readonly url: string | undefined;
  readonly key: string | undefined;
}

/** What a process is told of the providers that are asked over the wire. */
export interface ProviderSettings {
  readonly apiFootball: Access;
  readonly oddsApi: Access;
  readonly scoresApi: Access;
}

/** Every source of matches, by its `data_source`, in the order in which their leagues are registered. */
export const providersOf = (settings: ProviderSettings, clock: () => Instant): ProviderRegistry => ({
  football_data: footballData,
  openfootball,
  api_football: apiFootballFixtures({ provider: apiFootball, ...settings.apiFootball, clock }),
  odds_api: oddsApiEvents({ provider: oddsApi, ...settings.oddsApi, clock }),
  scores_api: scoresApiMatches({ provider: scoresApi, ...settings.scoresApi, clock }),
});

/** With the producers of others whose messages are taken; what one of ours is called, none of theirs is. */
export const withStreamed = (
  providers: ProviderRegistry,
  streamSources: readonly string[],
): ProviderRegistry => ({
  ...Object.fromEntries(streamSources.map((name) => [name, streamedMatches])),
  ...providers,
});
