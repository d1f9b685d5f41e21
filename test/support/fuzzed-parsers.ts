import type { FuzzedParser } from './fuzz-parser.js';
import { fuzzedApiFootball } from './fuzzed-api-football.js';
import { fuzzedOpenMeteo } from './fuzzed-open-meteo.js';

/** Every parser of a live provider's payloads: a new endpoint is an entry of its provider's list. */
export const fuzzedParsers: readonly FuzzedParser[] = [...fuzzedApiFootball, ...fuzzedOpenMeteo];
