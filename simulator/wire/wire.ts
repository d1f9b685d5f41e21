import type { Instant } from '../../schemas/values.js';
import type { Telling } from './telling.js';

/** The providers by our names for them. */
export const providerNames = [
  'api_football',
  'odds_api',
  'scores_api',
  'open_meteo',
  'football_data',
] as const;
export type ProviderName = (typeof providerNames)[number];

/** A request to a provider. */
export interface WireRequest {
  /** Below the provider's address: `/fixtures`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By its name in small letters. */
  readonly header: (name: string) => string | undefined;
}

/** What an answer was, for the count of requests. */
export type Outcome =
  'answered' | 'not modified' | 'key refused' | 'quota refused' | 'question refused' | 'not found';

export interface WireAnswer {
  readonly outcome: Outcome;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A provider as it answers on the wire. */
export interface WireProvider {
  readonly name: ProviderName;
  /** The path without what differs from one question to the next: `/v4/sports/{sport}/odds`. */
  readonly endpointOf: (path: string) => string;
  /** `now` is the clock's, and counts for quotas; what is told of matches is the telling's. */
  readonly answer: (request: WireRequest, telling: Telling, now: Instant) => WireAnswer;
  /** An error of the provider's own, as it would tell it with HTTP 200. */
  readonly errorBody: string;
}

const json = { 'content-type': 'application/json; charset=utf-8' };

/** An answer in JSON. `body` is the text itself, so that its parts can be kept and joined. */
export const jsonAnswer = (
  outcome: Outcome,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => ({ outcome, status, headers: { ...json, ...headers }, body });

export const jsonList = (texts: readonly string[]): string => `[${texts.join(',')}]`;
