import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { oddsApi } from '../adapters/providers/odds_api/odds-api.js';
import type { WireProvider } from '../adapters/providers/wire/endpoint.js';
import { keyMissing, type Connection } from '../adapters/providers/wire/prepare.js';
import { instant } from '../schemas/values.js';

/** How a deployment reaches a provider. */
export interface ProviderAccess {
  readonly url: string | undefined;
  readonly key: string | undefined;
}

/** What a deployment is configured to ask while the season runs. */
export interface LiveSources {
  readonly apiFootball: ProviderAccess;
  readonly oddsApi: ProviderAccess;
}

/** A provider that can be asked, or what is missing for it. */
export type Reachable =
  | { readonly kind: 'ready'; readonly connection: Connection }
  | {
      readonly kind: 'missing';
      readonly dataSource: string;
      readonly keyVariable: string;
      readonly reason: string;
    };

/** Whether a provider can be asked: one that wants a key and has none cannot. */
export function reach(provider: WireProvider, { url, key }: ProviderAccess): Reachable {
  const { dataSource, keyVariable } = provider;
  if (keyVariable !== null && key === undefined) {
    return { kind: 'missing', dataSource, keyVariable, reason: keyMissing(dataSource, keyVariable).message };
  }
  return { kind: 'ready', connection: { provider, url, key, clock: () => instant(Date.now()) } };
}

/**
 * The connection of a provider that was reached when it was decided to ask it.
 * @throws PrerequisiteMissing where its key has been taken away since.
 */
export function connectionTo(reachable: Reachable): Connection {
  if (reachable.kind === 'ready') return reachable.connection;
  throw keyMissing(reachable.dataSource, reachable.keyVariable);
}

export const reachApiFootball = ({ apiFootball: access }: LiveSources): Reachable =>
  reach(apiFootball, access);
export const reachOddsApi = ({ oddsApi: access }: LiveSources): Reachable => reach(oddsApi, access);
