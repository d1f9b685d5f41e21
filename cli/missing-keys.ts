import type { Config } from '../config.js';

/** The sources that want a key and have none in this environment, with the variable that each lacks. */
export async function missingKeys({
  apiFootball,
  oddsApi,
  scoresApi,
}: Config): Promise<ReadonlyMap<string, string>> {
  const providers = {
    apiFootball: (await import('../adapters/providers/api_football/api-football.js')).apiFootball,
    oddsApi: (await import('../adapters/providers/odds_api/odds-api.js')).oddsApi,
    scoresApi: (await import('../adapters/providers/scores_api/scores-api.js')).scoresApi,
  };
  const accesses = [
    { provider: providers.apiFootball, key: apiFootball.key },
    { provider: providers.oddsApi, key: oddsApi.key },
    { provider: providers.scoresApi, key: scoresApi.key },
  ];
  return new Map(
    accesses.flatMap(({ provider: { dataSource, keyVariable }, key }) =>
      keyVariable === null || key !== undefined ? [] : [[dataSource, keyVariable] as const],
    ),
  );
}
