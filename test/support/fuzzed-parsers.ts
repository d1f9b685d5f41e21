import type { FuzzedParser } from './fuzz-parser.js';

/** Every parser of a live provider's payloads: a new endpoint is a line here. */
export const fuzzedParsers: readonly FuzzedParser[] = [];
