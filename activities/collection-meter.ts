import type { Meters } from '../adapters/metrics/meters.js';
import {
  BadInput,
  ContractBroken,
  DependencyAway,
  KeyRefused,
  ProviderAway,
  QuotaExhausted,
} from '../schemas/errors.js';
import { collectionErrorTypes } from '../schemas/metrics.js';
import { wasNotAsked } from './spend-budget.js';

/** What is collected, from where. */
export interface Collection {
  readonly dataSource: string;
  /** `fixtures`, `odds`, `history`. */
  readonly collectionType: string;
}

type ErrorType = (typeof collectionErrorTypes)[number];

/** What providers are asked of matches beside their lists. */
export const toldCollections: readonly Collection[] = [
  { dataSource: 'api_football', collectionType: 'odds' },
  { dataSource: 'odds_api', collectionType: 'odds' },
  { dataSource: 'api_football', collectionType: 'scores' },
  { dataSource: 'scores_api', collectionType: 'scores' },
  { dataSource: 'api_football', collectionType: 'lineups' },
  { dataSource: 'api_football', collectionType: 'injuries' },
  { dataSource: 'open_meteo', collectionType: 'weather' },
];

/** Makes the series known of what this process may collect: a first failure is a rise from 0. */
export function knownCollections(meters: Meters, collections: readonly Collection[]): void {
  for (const { dataSource: data_source, collectionType: collection_type } of collections) {
    meters.add('football_data_collection_total', { data_source, collection_type }, 0);
    for (const error_type of collectionErrorTypes) {
      meters.add('football_data_collection_errors_total', { data_source, collection_type, error_type }, 0);
    }
  }
}

/** Counts an attempt to collect something, and its failure by what kind it was; one for want of budget is none. It is thrown on either way. */
export async function countingCollection<T>(
  meters: Meters,
  { dataSource: data_source, collectionType: collection_type }: Collection,
  collect: () => Promise<T>,
): Promise<T> {
  meters.add('football_data_collection_total', { data_source, collection_type });
  try {
    return await collect();
  } catch (error) {
    if (!wasNotAsked(error)) {
      const error_type = errorType(error);
      meters.add('football_data_collection_errors_total', { data_source, collection_type, error_type });
    }
    throw error;
  }
}

function errorType(error: unknown): ErrorType {
  if (error instanceof QuotaExhausted) return 'rate_limit';
  if (error instanceof KeyRefused) return 'authentication';
  if (error instanceof ContractBroken || error instanceof BadInput) return 'invalid_response';
  if (!(error instanceof DependencyAway || error instanceof ProviderAway)) return 'other';
  if (error.subject.httpStatus !== undefined) return 'api_error';
  if (error.message.includes('no answer within')) return 'timeout';
  if (/ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|connect timeout/i.test(error.message)) return 'connection_timeout';
  return /ECONNREFUSED|connection refused/i.test(error.message) ? 'connection_refused' : 'connection_error';
}
