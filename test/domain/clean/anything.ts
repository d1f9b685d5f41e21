import fc from 'fast-check';

/** Texts that no rule foresees: any code unit, halves of pairs, marks, zero-width, right-to-left, very long. */
export const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '\u200b',
    '\u202e1x2',
    '\u0130',
    'ﬃ',
    '℡',
    '½',
    'NaN',
    'Infinity',
    '-0',
    '1e309',
  ),
  fc.string({ unit: 'grapheme', minLength: 90, maxLength: 260 }),
);

/** Numbers at the edges: NaN, infinities, -0, the huge and the tiny. */
export const oddNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    Number.NaN,
    Infinity,
    -Infinity,
    -0,
    1e308,
    5e-324,
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    1.01,
    99.5,
  ),
);

/** Whatever a JSON payload, or a mistake of ours, can put in a field. */
export const anything = fc.oneof(
  oddText,
  oddNumber,
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
);
