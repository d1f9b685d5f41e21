import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactText } from '../../../adapters/redaction/redact-text.js';

const many = { numRuns: 500 };

const letters = Array.from('abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789');
/** What providers and password generators give: no blank, no quote, no bracket. */
const token = fc
  .tuple(
    fc.array(fc.constantFrom(...letters), { minLength: 6, maxLength: 20 }),
    fc.array(fc.constantFrom(...letters, ...Array.from('-_.~!$^*+%/=:#?@')), { maxLength: 12 }),
    fc.array(fc.constantFrom(...letters), { minLength: 6, maxLength: 20 }),
  )
  .map((parts) => `q7${parts.flat().join('')}`);
/** Only what needs no encoding in an address. */
const plainToken = fc.stringMatching(/^q7[A-Za-z0-9_-]{10,30}$/);
/** Anything a person may choose as a password. */
const anything = fc
  .tuple(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), plainToken, fc.string({ maxLength: 12 }))
  .map((parts) => parts.join(''));

/** Where a secret stands; each is how a library, a provider or a person writes it. */
const places: readonly (readonly [place: string, write: (secret: string) => string])[] = [
  ['a connection string', (s) => `connect to postgres://touchline:${s}@127.0.0.1:5432/football failed`],
  ['one of several servers', (s) => `tried redis://:${s}@cache:6379/0, then waited`],
  ['a libpq string', (s) => `host=127.0.0.1 user=touchline password=${s} dbname=football`],
  ['a variable', (s) => `PGPASSWORD=${s} psql -h 127.0.0.1`],
  ['basic authentication in an address', (s) => `GET https://someone:${s}@files.example/2122/E0.csv: 503`],
  [
    'the query of an address',
    (s) => `GET https://api.example/v4/odds?regions=eu&apiKey=${s}&markets=h2h: 401`,
  ],
  ['a short name in a query', (s) => `https://api.example/weather?lat=51.5&appid=${s}`],
  ['a header', (s) => `x-apisports-key: ${s}`],
  ['a header of another name', (s) => `X-Auth-Token: ${s}\r\naccept: */*`],
  ['an authorization header', (s) => `authorization: Token ${s}\naccept: */*`],
  ['a bearer token', (s) => `refused with Bearer ${s}`],
  ['a cookie', (s) => `Set-Cookie: session=${s}; Path=/; HttpOnly`],
  ['an inspected object', (s) => `{ user: 'touchline', password: '${s}', host: '127.0.0.1' }`],
  ['a list of headers', (s) => `[ 'accept', '*/*', 'x-rapidapi-key', '${s}' ]`],
  ['a statement', (s) => `alter role football_reader with login password '${s}'`],
];

describe('a secret in text does not survive', () => {
  it.each(places)('in %s', (_, write) => {
    fc.assert(
      fc.property(plainToken, (secret) => {
        expect(redactText(write(secret))).not.toContain(secret);
      }),
      many,
    );
  });

  it('whatever signs it has, where nothing of it has to be encoded', () => {
    const forSigns = places.filter(([place]) => !/bearer|query|one of several|cookie/.test(place));
    fc.assert(
      fc.property(token, fc.constantFrom(...forSigns), (secret, [, write]) => {
        // A part that survives is a leak too.
        const text = redactText(write(secret));
        expect(text).not.toContain(secret.slice(0, 8));
        expect(text).not.toContain(secret.slice(-6));
      }),
      many,
    );
  });

  it('in the surroundings as JSON and percent-encoded, over and over', () => {
    const wrap = fc.constantFrom<(text: string) => string>(
      (text) => JSON.stringify({ message: text }),
      (text) => JSON.stringify([text]),
      encodeURIComponent,
      (text) => `https://log.example/?m=${encodeURIComponent(text)}`,
      (text) => `Error: ${text}\n    at fetchFile (fetch-file.ts:12:3)`,
    );
    const encodable = places.filter(([place]) => !/list of headers|statement|inspected/.test(place));
    fc.assert(
      fc.property(
        plainToken,
        fc.constantFrom(...encodable),
        fc.array(wrap, { maxLength: 3 }),
        (secret, [, write], wraps) => {
          const text = wraps.reduce((inner, outer) => outer(inner), write(secret));
          expect(redactText(text)).not.toContain(secret);
        },
      ),
      many,
    );
  });

  it('as a value in JSON, whatever it is made of and however deep JSON stands in JSON', () => {
    const names = fc.constantFrom(
      'password',
      'api_key',
      'apiKey',
      'clientSecret',
      'Authorization',
      'X-Auth-Token',
    );
    fc.assert(
      fc.property(anything, names, fc.integer({ min: 1, max: 3 }), (secret, name, depth) => {
        let text = JSON.stringify({ before: 'E0', [name]: secret, after: 'E1' });
        const kept = /q7[A-Za-z0-9_-]{10}/.exec(secret)?.[0] ?? '';
        for (let level = 1; level < depth; level += 1) text = JSON.stringify({ text });
        const redacted = redactText(text);
        expect(redacted).not.toContain(kept);
        // What stands around it is still there to be read.
        expect(redacted).toContain('E0');
        expect(redacted).toContain('E1');
        expect(() => JSON.parse(redacted) as unknown).not.toThrow();
      }),
      many,
    );
  });

  it('as a key of known form, wherever it stands', () => {
    for (const secret of [
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      'AKIAIOSFODNN7EXAMPLE',
      'AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSSF3GYE',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----',
    ]) {
      expect(redactText(`it says ${secret} here`)).toBe('it says *** here');
    }
  });
});

describe('what is no secret stays', () => {
  it.each([
    'Postgres cannot be reached: connect ECONNREFUSED 127.0.0.1:5432',
    'password authentication failed for user "football_reader"',
    'duplicate key value violates unique constraint "uq_teams_name"',
    'Key (league_id, team_name)=(3, Arsenal) already exists.',
    'The server answered 503 (file https://www.football-data.co.uk/mmz4281/2122/E0.csv)',
    'http://127.0.0.1:8233/namespaces/touchline/workflows',
    'postgres://reader@127.0.0.1:5432/football_prediction_dev',
    'Temporal does not answer at 127.0.0.1:7233',
    'Basic information about the bearer of bad news',
    'Unexpected token } in JSON at position 4',
    "season: '2021-22', division: 'E0', home: \"Queen's Park\", odds: 1.85",
    'See https://files.example/a?season=2122&division=E0&key_figures=3#top',
    'http://localhost:8080/users/someone@example.org',
    'Write to someone@example.org; tokens used: 500, secrets none',
    '',
  ])('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('in any text of ordinary words and figures', () => {
    const word = fc.oneof(
      fc.lorem({ mode: 'words', maxCount: 3 }),
      fc.constantFrom(
        'E0',
        '2021-22',
        '1.85',
        '3:1',
        'key',
        '(a, b)',
        '"Arsenal"',
        'matches.id',
        '{}',
        '=',
        '–',
      ),
      fc.integer().map(String),
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }),
        fc.constantFrom(' ', ', ', '\n', ': '),
        (words, between) => {
          const text = words.join(between);
          expect(redactText(text)).toBe(text);
        },
      ),
      many,
    );
  });

  it('around a secret: address, user and the other parameters can still be read', () => {
    expect(redactText('postgres://touchline:s3cret@127.0.0.1:5432/football failed')).toBe(
      'postgres://touchline:***@127.0.0.1:5432/football failed',
    );
    expect(redactText('GET https://api.example/odds?regions=eu&apiKey=abc123&markets=h2h: 401')).toBe(
      'GET https://api.example/odds?regions=eu&apiKey=***&markets=h2h: 401',
    );
    expect(redactText('{"password":"a\\"b","user":"me"}')).toBe('{"password":"***","user":"me"}');
  });
});

it('a second pass changes nothing', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        'password',
        'api_key',
        'Authorization',
        'Bearer ',
        'Basic ',
        'token',
        '://',
        'https://',
        '@',
        ':',
        '=',
        '&',
        '?',
      ],
      ...[
        'key=',
        '"',
        "'",
        '\\',
        '\\"',
        '%3A',
        '%2F%2F',
        '%40',
        '%3D',
        '%22',
        ' ',
        '\n',
        '***',
        ',',
        '{',
        '}',
        '[',
        ']',
      ],
      ...[
        'postgres://u:',
        '-----BEGIN PRIVATE KEY-----',
        '-----END PRIVATE KEY-----',
        'eyJhbGciOi.eyJzdWIiOi.x',
        'abc1',
      ],
    ),
    fc.string({ maxLength: 4 }),
    plainToken,
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const once = redactText(pieces.join(''));
      expect(redactText(once)).toBe(once);
    }),
    { numRuns: 5_000 },
  );
});
