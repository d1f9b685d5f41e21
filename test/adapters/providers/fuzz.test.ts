import { describe, expect, it } from 'vitest';
import { fuzzParser } from '../../support/fuzz-parser.js';
import { fuzzedParsers } from '../../support/fuzzed-parsers.js';

/** `bench/fuzz.ts` reads a hundred thousand. */
const cases = 2_000;

describe.each(fuzzedParsers)('mutated payloads of $name', (parser) => {
  it('are refused with a typed error or told and rejected in full, without a number that is none', () => {
    const { refused, told, rejected } = fuzzParser(parser, cases, 1);
    // A fuzzer that never or always breaks the payload shows nothing.
    expect(refused).toBeLessThan(cases);
    expect(told).toBeGreaterThan(0);
    expect(refused + rejected).toBeGreaterThan(0);
  });
});
