import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  entries,
  flatten,
  readBody,
  type EntryContract,
} from '../../../../adapters/providers/wire/contract.js';
import { ContractBroken } from '../../../../schemas/errors.js';
import { randomStream } from '../../../../simulator/random.js';
import { anything } from '../../../domain/clean/anything.js';
import { mutatedPayload } from '../../../support/mutate-payload.js';

const Match = z.object({
  id: z.number(),
  fixture: z.object({ date: z.string() }),
  goals: z.union([z.object({ home: z.number() }), z.null()]),
});
const contract: EntryContract<typeof Match, number> = {
  place: 'response',
  shape: Match,
  toRecord: ({ id, fixture }) =>
    Number.isNaN(Date.parse(fixture.date))
      ? { path: ['fixture', 'date'], reason: 'is not a time' }
      : { record: id },
};
const match = { id: 7, fixture: { date: '2024-08-20' }, goals: null };

describe('a list of entries', () => {
  it('is read entry by entry: one that cannot be read is rejected with its field, the others stand', () => {
    const wrong = { ...match, fixture: { date: 'soon' } };
    expect(entries([match, wrong, 5, { ...match, id: '7' }], contract)).toEqual({
      told: [{ record: 7, raw: match }],
      rejected: [
        { field: 'response[1].fixture.date', text: '"soon"', reason: 'is not a time', raw: wrong },
        expect.objectContaining({ field: 'response[2]', text: '5', raw: 5 }),
        expect.objectContaining({ field: 'response[3].id', text: '"7"' }),
      ],
    });
  });

  it('names the field within the alternative of a union that fitted furthest', () => {
    const [rejected] = entries([{ ...match, goals: { home: 'two' } }], contract).rejected;
    expect(rejected).toMatchObject({ field: 'response[0].goals.home', text: '"two"' });
  });

  it('rejects an entry on which the reader itself fails, and goes on', () => {
    const failing = { ...contract, toRecord: () => z.never().parse(1) };
    expect(entries([match, match], failing).rejected).toMatchObject([
      { field: 'response[0]', raw: match },
      { field: 'response[1]', raw: match },
    ]);
  });

  it('shortens what it cites, however long and deep it is', () => {
    let deep: unknown = 1;
    for (let left = 20_000; left > 0; left -= 1) deep = [deep];
    const texts = entries(
      [{ ...match, id: 'x'.repeat(1_000_000) }, { ...match, id: deep }, deep],
      contract,
    ).rejected.map(({ text }) => text);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(200);
    expect(texts[1]).toContain('…');
  });

  it('says of each entry what became of it, whatever stands there', () => {
    fc.assert(
      fc.property(fc.array(anything), fc.integer(), (list, seed) => {
        const mixed = [...list, ...list.map((_entry, at) => mutatedPayload(match, randomStream(seed, at)))];
        const { told, rejected } = entries(mixed, contract);
        expect(told.length + rejected.length).toBe(mixed.length);
      }),
    );
  });

  it('within a list is read in the same way, and rejected under its own place', () => {
    const Event = z.object({ markets: z.array(z.unknown()) });
    const read = flatten(
      entries([{ markets: [match, 1] }, { markets: [match, match] }, 2], {
        place: '',
        shape: Event,
        toRecord: ({ markets }, place) => ({
          record: entries(markets, { ...contract, place: `${place}.markets` }),
        }),
      }),
    );
    expect(read.told).toHaveLength(3);
    expect(read.rejected.map(({ field }) => field)).toEqual(['[2]', '[0].markets[1]']);
  });
});

describe('a body', () => {
  const Body = z.object({ response: z.array(z.unknown()), paging: z.object({ total: z.number() }) });

  it('of another shape breaks the contract, with field and text', () => {
    const failure = (body: unknown) => {
      try {
        return readBody(body, Body, 'api_football');
      } catch (error) {
        return error;
      }
    };
    expect(failure({ response: [], paging: { total: 1 } })).toEqual({ response: [], paging: { total: 1 } });
    expect(failure('<html>')).toBeInstanceOf(ContractBroken);
    const broken = failure({ response: [], paging: { total: 'one' } });
    expect(broken).toMatchObject({ subject: { field: 'paging.total' } });
    expect(String(broken)).toMatch(/api_football .* paging\.total \("one"\)/);
  });
});
