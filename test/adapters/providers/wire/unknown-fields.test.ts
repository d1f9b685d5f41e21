import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unknownFields } from '../../../../adapters/providers/wire/unknown-fields.js';
import { anything } from '../../../domain/clean/anything.js';

interface Tree {
  readonly value: string;
  readonly children: readonly Tree[];
}
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ value: z.string(), children: z.array(Tree) }));

const Body = z.object({
  errors: z.union([z.array(z.string()), z.record(z.string(), z.object({ text: z.string() }))]),
  extra: z.unknown().optional(),
  tree: Tree.optional(),
  response: z.array(
    z.object({
      fixture: z.object({ id: z.number(), periods: z.object({ first: z.number().nullable() }).nullish() }),
      when: z.preprocess((value) => value ?? {}, z.object({ start: z.string() })).optional(),
      goals: z
        .looseObject({ home: z.number() })
        .transform(({ home }) => home)
        .optional(),
      pair: z.tuple([z.object({ a: z.number() }), z.object({ b: z.number() })]).optional(),
    }),
  ),
});

describe('the fields that a contract does not know', () => {
  const unknown = (body: unknown) => unknownFields(Body, body);

  it('are told once each, places of arrays collapsed, in the order of the payload', () => {
    expect(
      unknown({
        response: [
          { fixture: { id: 1, periods: { first: 1, third: 2 } }, league: { id: 3, name: 'x' } },
          { fixture: { id: 1, zone: 'UTC', periods: { first: null, third: 2 } }, league: null },
        ],
        errors: [],
        results: 2,
      }),
    ).toEqual([
      'response[].fixture.periods.third',
      'response[].league',
      'response[].fixture.zone',
      'results',
    ]);
  });

  it('are found through optional, nullable, union, record, tuple, pipe, loose and recursive parts', () => {
    expect(
      unknown({
        errors: { one: { text: '', code: 1 }, two: { text: '', code: 2, kind: 3 } },
        tree: { value: '', children: [{ value: '', children: [{ value: '', children: [], leaf: 1 }] }] },
        response: [{ when: { end: 1 }, goals: { home: 1, away: 2 }, pair: [{ a: 1 }, { b: 2, c: 3 }] }],
      }),
    ).toEqual([
      'errors.*.code',
      'errors.*.kind',
      'tree.children[].children[].leaf',
      'response[].when.end',
      'response[].goals.away',
      'response[].pair[].c',
    ]);
  });

  it('are none below a part that may be anything, nor where the payload has another type', () => {
    expect(unknown({ extra: { a: { b: 1 } }, response: 5, errors: { one: [{ x: 1 }] } })).toEqual([]);
    expect(unknown([{ a: 1 }])).toEqual([]);
  });

  it('are written so that a name with a point is no path, and names of the language are names', () => {
    const body: unknown = JSON.parse('{"a.b": 1, "": 2, "__proto__": 3, "toString": 4}');
    expect(unknown(body)).toEqual(['["a.b"]', '[""]', '__proto__', 'toString']);
    expect(unknownFields(z.array(Body), [body])[0]).toBe('[]["a.b"]');
  });

  it('of a payload are those that were planted in it', () => {
    const name = fc.string({ minLength: 1, maxLength: 6 }).map((text) => `x_${text.replace(/[^a-z]/g, '')}`);
    const planted = fc.uniqueArray(name, { maxLength: 3 });
    const withFields = (known: object, names: readonly string[]) => ({
      ...known,
      ...Object.fromEntries(names.map((field) => [field, { deeper: 1 }])),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(planted, planted), { maxLength: 5 }), planted, (places, atTop) => {
        const body = withFields(
          {
            response: places.map(([inEntry, inFixture]) =>
              withFields({ fixture: withFields({ id: 1, periods: null }, inFixture) }, inEntry),
            ),
          },
          atTop,
        );
        const expected = new Set([
          ...places.flatMap(([inEntry, inFixture]) => [
            ...inFixture.map((field) => `response[].fixture.${field}`),
            ...inEntry.map((field) => `response[].${field}`),
          ]),
          ...atTop,
        ]);
        expect(unknown(body)).toEqual([...expected]);
      }),
    );
  });

  it('are looked for without failing, whatever the payload is', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(Array.isArray(unknown({ response: [value], errors: value, tree: value }))).toBe(true);
      }),
    );
  });
});
