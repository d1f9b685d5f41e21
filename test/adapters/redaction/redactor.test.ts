import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor, redactorOf } from '../../../adapters/redaction/redactor.js';
import { BadInput } from '../../../schemas/errors.js';

const many = { numRuns: 500 };
/** Long enough to be known by itself; anything else may be in it. */
const secret = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.uuid())
  .map((parts) => parts.join(''));

describe('a secret of the configuration does not survive', () => {
  const forms: readonly (readonly [string, (secret: string) => string])[] = [
    ['as it is', (s) => s],
    ['percent-encoded', encodeURIComponent],
    ['percent-encoded twice', (s) => encodeURIComponent(encodeURIComponent(s))],
    ['as a query has it', (s) => new URLSearchParams({ s }).toString().slice(2)],
    [
      'with small letters in its percent codes',
      (s) => encodeURIComponent(s).replace(/%../g, (c) => c.toLowerCase()),
    ],
    ['as a text of JSON', (s) => JSON.stringify(s)],
    ['as a text of JSON in JSON', (s) => JSON.stringify({ text: JSON.stringify({ s }) })],
    ['in base64', (s) => Buffer.from(s).toString('base64')],
    ['in base64 for addresses', (s) => Buffer.from(s).toString('base64url')],
    ['in hex', (s) => Buffer.from(s).toString('hex')],
  ];
  it.each(forms)('%s, wherever it stands', (_, form) => {
    fc.assert(
      fc.property(secret, fc.lorem(), fc.lorem(), (known, before, after) => {
        const written = form(known);
        const text = redactorOf([known]).text(`${before}${written}${after}`);
        const core = form(known.slice(-36));
        expect(text).not.toContain(core.replace(/^["\s]+|["=\s]+$/g, '').slice(4, -4));
        expect(text.startsWith(before)).toBe(true);
        expect(text.endsWith(after)).toBe(true);
      }),
      many,
    );
  });

  it('in base64 behind a user name, as basic authentication has it', () => {
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 9 }), (known, user) => {
        const encoded = Buffer.from(`${user}:${known}`).toString('base64');
        const text = redactorOf([known]).text(`sent ${encoded} there`);
        expect(text).toContain('***');
        const left = text.slice('sent '.length, text.length - ' there'.length).split('***');
        for (const piece of left) {
          expect(Buffer.from(piece, 'base64').toString('latin1')).not.toContain(known.slice(-36, -28));
        }
      }),
      many,
    );
  });

  it('but a short word that is one by chance leaves other words alone', () => {
    expect(redactorOf(['match']).text('no match in matches')).toBe('no match in matches');
  });
});

describe('a value as it is stored or logged', () => {
  it('holds no secret in fields, lists of headers, addresses, causes or nested JSON', () => {
    const nested = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constant('SECRET'),
        fc.record({ password: fc.constant('SECRET'), season: fc.constant('2021-22') }),
        fc.constant(['accept', '*/*', 'Authorization', 'SECRET']),
        fc.constant(new Headers({ 'x-auth-token': 'SECRET' })),
        fc.constant(new Map([['apiKey', 'SECRET']])),
        fc.constant(new URL('https://me:SECRET@files.example/?appid=SECRET')),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'token', 'inner', 'connectionString'), tie('tree'), {
          maxKeys: 3,
        }),
        tie('tree').map((inner) => JSON.stringify({ credentials: 'SECRET', inner })),
        tie('tree').map((cause) => new Error('postgres://u:SECRET@h/db is away', { cause })),
        tie('tree').map((inner) => new AggregateError([inner], 'all failed', { cause: inner })),
        tie('tree').map((inner) => Object.assign(new Error('x'), { inner, password: 'SECRET' })),
      ),
    }));
    fc.assert(
      fc.property(nested.tree, fc.uuid(), (tree, known) => {
        // A leaf that is the secret and nothing else is known only by its value.
        const planted = plant(tree, known);
        const redacted = redactorOf([known]).value(planted);
        expect(JSON.stringify(redacted)).not.toContain(known);
        expect(redactorOf([known]).value(redacted)).toEqual(redacted);
      }),
      many,
    );
  });

  /** The same tree with the secret where the word stands. */
  function plant(tree: unknown, known: string): unknown {
    if (typeof tree === 'string') return tree.replaceAll('SECRET', known);
    if (Array.isArray(tree)) return tree.map((each) => plant(each, known));
    if (tree instanceof AggregateError) {
      return new AggregateError(
        tree.errors.map((each) => plant(each, known)),
        tree.message,
        { cause: plant(tree.cause, known) },
      );
    }
    if (tree instanceof Error) {
      const planted = new Error(tree.message.replaceAll('SECRET', known), {
        cause: plant(tree.cause, known),
      });
      return Object.assign(planted, plantFields(tree, known));
    }
    if (tree instanceof URL) return new URL(tree.href.replaceAll('SECRET', known));
    if (tree instanceof Headers) return new Headers({ 'x-auth-token': known });
    if (tree instanceof Map) return new Map([['apiKey', known]]);
    return typeof tree === 'object' && tree !== null ? plantFields(tree, known) : tree;
  }
  const plantFields = (tree: object, known: string): object =>
    Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, plant(each, known)]));

  it('knows a field by its name without knowing its value', () => {
    expect(
      redactor.value({
        file: '2122/E0.csv',
        headers: { 'X-Auth-Token': 'abc', accept: '*/*' },
        rawHeaders: ['cookie', 'a=b', 'etag', '"x"'],
        database: { password: 'abc', port: 5432, ssl: true },
        credentials: { user: 'me', pass: 'abc' },
        token: null,
      }),
    ).toEqual({
      file: '2122/E0.csv',
      headers: { 'X-Auth-Token': '***', accept: '*/*' },
      rawHeaders: ['cookie', '***', 'etag', '"x"'],
      database: { password: '***', port: 5432, ssl: true },
      credentials: '***',
      token: null,
    });
  });

  it('is the value itself where it holds no secret', () => {
    const names = fc.constantFrom('file', 'row', 'season', 'counts', 'key', 'a');
    const leaf = fc.oneof(fc.integer(), fc.lorem(), fc.boolean(), fc.constant(null));
    const plainData = fc.object({ key: names, values: [leaf], maxDepth: 3, maxKeys: 4 });
    fc.assert(
      fc.property(plainData, (data) => {
        expect(redactor.value(data)).toEqual(data);
      }),
      many,
    );
  });

  it('ends where a value contains itself', () => {
    const circle: Record<string, unknown> = { name: 'a' };
    circle['self'] = circle;
    expect(redactor.value(circle)).toEqual({ name: 'a', self: '(circular)' });
  });
});

describe('an error', () => {
  it('keeps class, words and place, in itself and in what caused it, but no secret', () => {
    const known = 'c0rrect-h0rse';
    const pg = Object.assign(new Error(`connect postgres://touchline:${known}@db/football`), {
      password: known,
    });
    const raised = new BadInput(
      `The file cannot be read: ?apiKey=${known}`,
      { file: `https://a/?key=${known}` },
      pg,
    );
    const copy = redactor.error(raised);
    expect(copy.name).toBe('BadInput');
    expect(copy.message).toBe('The file cannot be read: ?apiKey=***');
    expect(copy.stack).toContain('redactor.test.ts');
    expect(copy.cause).toMatchObject({ message: 'connect postgres://touchline:***@db/football' });
    expect(inspect(copy, { depth: 9, showHidden: true })).not.toContain(known);
  });
});
