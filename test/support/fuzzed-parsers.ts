import type { FuzzedParser } from './fuzz-parser.js';
import { fuzzedApiFootball } from './fuzzed-api-football.js';
import { fuzzedMatchFiles } from './fuzzed-match-files.js';
import { fuzzedOddsApi } from './fuzzed-odds-api.js';
import { fuzzedOpenMeteo } from './fuzzed-open-meteo.js';
import { fuzzedScoresApi } from './fuzzed-scores-api.js';

/** Every parser of a provider's payloads: a new endpoint is an entry of its provider's list. */
export const fuzzedParsers: readonly FuzzedParser[] = [
  ...fuzzedApiFootball,
  ...fuzzedOddsApi,
  ...fuzzedOpenMeteo,
  ...fuzzedScoresApi,
  ...fuzzedMatchFiles,
];
