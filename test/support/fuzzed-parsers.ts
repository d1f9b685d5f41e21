import type { FuzzedParser } from './fuzz-parser.js';
import { fuzzedOddsApi } from './fuzzed-odds-api.js';
import { fuzzedScoresApi } from './fuzzed-scores-api.js';

/** Every parser of a live provider's payloads: a new endpoint is a line here. */
export const fuzzedParsers: readonly FuzzedParser[] = [...fuzzedOddsApi, ...fuzzedScoresApi];
