import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BadInput } from '../../../schemas/errors.js';
import { fuzzParser, lostEntries, lostParts, type FuzzedParser } from '../../support/fuzz-parser.js';
import { fuzzedParsers } from '../../support/fuzzed-parsers.js';

/** `bench/fuzz.ts` reads a hundred thousand. */
const cases = 2_000;

describe.each(fuzzedParsers)('mutated payloads of $name', (parser) => {
  it('are refused with a typed error or told and rejected in full, without a number that is none', () => {
    const { refused, rejected } = fuzzParser(parser, cases, 1);
    // A fuzzer that never breaks the payload shows nothing.
    expect(refused + rejected).toBeGreaterThan(0);
  });
});

describe('the fuzzer', () => {
  const entriesOf = (body: unknown): unknown[] => (Array.isArray(body) ? body : []);
  const parser: FuzzedParser = {
    name: 'example',
    samples: [[{ price: 2.5 }, { price: 3 }]],
    read: (body) => {
      const told = entriesOf(body).map((raw) => ({ record: { price: 1 }, raw }));
      return { told, rejected: [], unknownFields: [], next: null };
    },
    record: z.object({ price: z.number() }),
    lost: (body, answer) => lostEntries(entriesOf(body), answer),
  };
  const run = (changed: Partial<FuzzedParser>) => () => fuzzParser({ ...parser, ...changed }, 200, 1);
  const reading = (record: unknown): FuzzedParser['read'] => {
    return (body) => ({ ...parser.read(body), told: entriesOf(body).map((raw) => ({ record, raw })) });
  };

  it('reads the same payloads again for the same seed', () => {
    expect(run({})()).toEqual(run({})());
    expect(fuzzParser(parser, 200, 2)).not.toEqual(run({})());
  });

  it('does not take a parser that refuses nearly everything, or tells of nothing', () => {
    const refusing = (): never => {
      throw new BadInput('No file is good enough');
    };
    const nothing = { told: [], rejected: [], unknownFields: [], next: null };
    expect(run({ read: refusing })).toThrow(/200 of 200 cases are refused whole/);
    expect(run({ read: () => nothing, lost: () => [] })).toThrow(/0 records told/);
  });

  it('names seed and case of a parser that throws, makes what is no record or no number, or loses a part', () => {
    const price = z.array(z.object({ price: z.number() }));
    const losing: FuzzedParser['read'] = (body) => ({ ...parser.read(body), told: [] });
    expect(run({ read: (body) => (price.parse(body), parser.read(body)) })).toThrow(
      /seed 1, case \d+: threw/,
    );
    expect(run({ read: reading({ price: 'two' }) })).toThrow(/case 0: a record is not/);
    expect(run({ read: reading({ price: NaN }), record: z.unknown() })).toThrow(/a number that is none/);
    expect(run({ read: losing })).toThrow(/neither told nor rejected/);
    expect(run({ read: losing, lost: (body, answer) => lostParts(entriesOf(body), answer) })).toThrow(
      /neither told nor rejected/,
    );
  });
});
