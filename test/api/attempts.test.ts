import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, revokeKey } from '../../adapters/postgres/api-keys.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { Problem } from '../../schemas/api/envelope.js';
import { rawConnection, sendRaw, startApiProcess, type TestApiProcess } from '../support/api-process.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

/** What somebody tries who should not get it, against a real process, and what comes of it. */

let postgres: TestPostgres;
let folder: TestFolder;
let database: OpenDatabase;
let api: TestApiProcess;
const keys = { reader: '', operator: '', revoked: '', expired: '' };

beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
  const make = async (name: string, role: 'reader' | 'operator', expiresAt: Date | null = null) =>
    (await createKey(database.pool, { name, role, by: 'ada', expiresAt })).key;
  keys.reader = await make('reader', 'reader');
  keys.operator = await make('operator', 'operator');
  keys.revoked = await make('revoked', 'operator');
  keys.expired = await make('expired', 'operator', new Date(Date.now() + 500));
  await revokeKey(database.pool, 'revoked', 'ada');
  api = await startApiProcess({
    ...{ databaseUrl: postgres.url, home: folder.path },
    environment: { TOUCHLINE_LOG_LEVEL: 'debug' },
  });
});
afterAll(async () => {
  await api.stop();
  await database.db.destroy();
  await postgres.stop();
  await folder.remove();
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Asks as nobody's browser would: the path as it stands, any header, any body. */
const ask = (
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly body?: string | Buffer;
  } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({
      ...{ host: '127.0.0.1', port: api.port, path, method, agent: false },
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : [...value],
        ]),
      ),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          ...{ status: response.statusCode ?? NaN, headers: response.headers },
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.end(body);
  });

const withKey = (key: string = keys.operator) => ({ 'x-api-key': key });
const json = { 'content-type': 'application/json' };
const post = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  ask(path, { method: 'POST', headers: { ...withKey(), ...json, ...headers }, body });
const get = (path: string, headers: Readonly<Record<string, string | readonly string[]>> = {}) =>
  ask(path, { headers: { ...withKey(), ...headers } });

/** What would tell of the inside: stacks, SQL, files, addresses. */
const insides =
  /\bat .+:\d+:\d+|node_modules|select |insert |\/work\/|\/tmp\/|postgres:\/\/|\.ts\b|127\.0\.0\.1/i;
const refused = (answer: Answer, ...statuses: readonly number[]): void => {
  expect(statuses, answer.body.slice(0, 300)).toContain(answer.status);
  expect(answer.body).not.toMatch(insides);
  Problem.parse(JSON.parse(answer.body));
};
const statusOf = (raw: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(raw)?.[1]);

const injections = [
  "1' or '1'='1",
  '1; drop table matches; --',
  "1' union select key_hash from api_keys --",
  "'||pg_sleep(10)||'",
  "\\'; select 1 --",
  '${7*7}',
  '{{7*7}}',
  '$(id)',
  '1%00',
];

describe('SQL in a parameter', () => {
  it.each([
    ...['/api/v1/predictions/', '/api/v1/models/versions/', '/api/v1/matches/'].map((path) => [
      path,
      '/prices',
    ]),
    ['/api/v1/matches?team_id=', ''],
    ['/api/v1/matches?from=', ''],
    ['/api/v1/matches?as_of=', ''],
    ['/api/v1/matches?status=', ''],
    ['/api/v1/matches?cursor=', ''],
    ['/api/v1/matches?limit=', ''],
    ['/api/v1/models/metrics?time_window=', ''],
    ['/api/v1/models/metrics?model_name=', ''],
    ['/api/v1/anomalies/summary?hours=', ''],
    ['/tasks/runs?status=', ''],
    ['/tasks/runs?job=', ''],
  ])('in %s… is refused', async (before, after) => {
    const tail = before.endsWith('/matches/') ? after : '';
    for (const injected of injections) {
      refused(await get(`${before}${encodeURIComponent(injected)}${tail}`), 404, 422);
    }
  });

  it('that may be any text is looked for as text, and finds nothing', async () => {
    for (const injected of injections.slice(0, -1)) {
      const answer = await get(`/api/v1/matches?league=${encodeURIComponent(injected)}`);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ data: { items: [] } });
    }
    refused(await get('/api/v1/matches?league=a%00b'), 422);
  });

  it('in a cursor that looks like one is refused', async () => {
    for (const place of [
      ["2026-01-01T00:00:00Z'; --", 1],
      ['2026-01-01T00:00:00Z', '1 or 1=1'],
      { length: 2 },
      ['2026-01-01T00:00:00Z', 2 ** 60],
    ]) {
      const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
      refused(await get(`/api/v1/matches?cursor=${cursor}`), 422);
    }
  });
});

describe('a path that climbs out', () => {
  it.each([
    '/docs/static/../../../../package.json',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/%2e%2e/package.json',
    '/docs/static/%252e%252e%252f%252e%252e%252fpackage.json',
    '/docs/static/..%5c..%5cpackage.json',
    '/docs/static/%c0%ae%c0%ae/package.json',
    '/docs/static//etc/passwd',
    '/docs/static/....//....//etc/passwd',
    '/docs/../api.ts',
    '//etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/docs/static/index.html%00.png',
    '/.env',
    '/.git/config',
  ])('%s leads nowhere', async (path) => {
    refused(await get(path), 400, 403, 404);
  });
});

describe('too much of something', () => {
  it('a body beyond the limit is refused, whether it says its length or not', async () => {
    const body = JSON.stringify({ match_ids: Array.from({ length: 100_000 }, (_, at) => at + 1) });
    refused(await post('/api/v1/predictions', body), 413);
    const chunked = await sendRaw(
      api.port,
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${keys.operator}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n50000\r\n${' '.repeat(0x50000)}\r\n0\r\n\r\n`,
    );
    expect(statusOf(chunked)).toBe(413);
  });

  it('headers and addresses beyond the limit are refused', async () => {
    refused(await get('/api/v1/matches', { 'x-many': 'a'.repeat(20_000) }), 431);
    refused(await get(`/api/v1/matches?league=${'a'.repeat(20_000)}`), 431);
    refused(await get(`/api/v1/matches?league=${'a'.repeat(300)}`), 422);
    refused(await get(`/api/v1/predictions/${'1'.repeat(300)}`), 404, 414, 422);
    refused(await get(`/tasks/runs/${'a'.repeat(1_000)}`), 404, 414, 422);
  });

  it('numbers beyond all bounds are refused', async () => {
    for (const id of ['9007199254740993', '1e308', '-0', '0x10', 'Infinity', '1'.repeat(40)]) {
      refused(await get(`/api/v1/predictions/${id}`), 422);
    }
    for (const number of ['1e999', '-1', '9007199254740993', 'null', '1.5', '[1]']) {
      refused(await post('/api/v1/predictions', `{"match_ids":[${number}]}`), 422);
    }
    refused(await get('/api/v1/matches?from=%2B275760-09-13T00:00:00Z'), 422);
    refused(await get('/api/v1/matches?as_of=9999-12-31T23:59:59Z'), 422);
    refused(await get('/api/v1/matches?as_of=0000-01-01T00:00:00Z'), 422);
  });

  it('a body nested a thousand deep is refused', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    refused(await post('/api/v1/predictions', `{"match_ids":${deep}}`), 400, 422);
  });
});

describe('a request that comes slowly', () => {
  it('headers or a body that trickle in are cut off, while others are answered', async () => {
    const headers = rawConnection(api.port);
    headers.send('GET /api/v1/matches HTTP/1.1\r\nHost: x\r\n');
    const body = rawConnection(api.port);
    body.send(
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${keys.operator}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
    );
    const trickling = setInterval(() => {
      headers.send('X-A: b\r\n');
      body.send(' ');
    }, 500);
    const answers = Promise.all([headers.answer, body.answer]);
    expect((await get('/api/v1/matches')).status).toBe(200);
    const ended = await answers.finally(() => {
      clearInterval(trickling);
    });
    expect(ended.map(statusOf)).toEqual([408, 408]);
  });

  it('sixty connections that say nothing more keep nobody out', async () => {
    const idle = Array.from({ length: 60 }, () => rawConnection(api.port));
    for (const one of idle) one.send('GET / HTTP/1.1\r\n');
    expect((await get('/api/v1/matches')).status).toBe(200);
    for (const { socket } of idle) socket.destroy();
  });
});

describe('a key that gives no right', () => {
  const asking = (headers: Readonly<Record<string, string | readonly string[]>>) =>
    ask('/api/v1/matches', { headers });

  it('forged, cut short, drawn out, revoked, expired or in the wrong place is none', async () => {
    const { reader, operator, revoked, expired } = keys;
    const forged: Readonly<Record<string, string | readonly string[]>>[] = [
      {},
      { 'x-api-key': '' },
      { 'x-api-key': revoked },
      { 'x-api-key': expired },
      { 'x-api-key': reader.slice(0, -1) },
      { 'x-api-key': `${reader}a` },
      { 'x-api-key': reader.toUpperCase() },
      { 'x-api-key': `${reader}${'a'.repeat(500)}` },
      { 'x-api-key': [reader, reader] },
      { 'x-api-key': [reader, operator] },
      { 'x-api-key': reader, authorization: `Bearer ${operator}` },
      { 'x-api-key': reader, authorization: `Bearer ${reader}` },
      { 'x-api-key': reader, cookie: `touchline_key=${reader}` },
      { authorization: reader },
      { authorization: `bearer ${reader}` },
      { authorization: `Basic ${Buffer.from(`x:${reader}`).toString('base64')}` },
      { authorization: `Bearer ${reader} ${operator}` },
      { authorization: 'Bearer ' },
      { cookie: `touchline_key=${reader}; touchline_key=${operator}` },
      { cookie: `other=1;touchline_key=${reader}x` },
      { cookie: `xtouchline_key=${reader}` },
      { cookie: 'touchline_key=' },
      { 'x-forwarded-user': 'admin', 'x-remote-user': 'admin' },
    ];
    for (const headers of forged) {
      const answer = await asking(headers);
      refused(answer, 401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    refused(await ask(`/api/v1/matches?api_key=${reader}&key=${reader}`), 401);
    expect((await asking({ authorization: `Bearer ${reader}` })).status).toBe(200);
    expect((await asking({ cookie: `a=b; touchline_key=${reader}` })).status).toBe(200);
  });

  it('of a reader changes nothing', async () => {
    for (const path of [
      '/tasks/jobs/publish/start',
      '/tasks/schedules/x/pause',
      '/api/v1/anomalies/detect',
    ]) {
      refused(await post(path, '{}', withKey(keys.reader)), 403);
    }
  });
});

describe('games with headers', () => {
  it('a name of this machine opens nothing once there are keys, whatever a proxy says', async () => {
    for (const headers of [
      { host: 'localhost' },
      { host: '127.0.0.1', 'x-forwarded-for': '127.0.0.1' },
      { host: 'localhost', 'x-forwarded-host': 'localhost', 'x-forwarded-proto': 'https' },
      { host: '[::1]', forwarded: 'for=127.0.0.1;host=localhost' },
      { host: 'evil.example', 'x-original-url': '/health/live', 'x-rewrite-url': '/health/live' },
    ]) {
      refused(await ask('/api/v1/matches', { headers }), 401);
    }
  });

  it('a method that hides another is taken for what it is', async () => {
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      expect((await get('/api/v1/matches', { [name]: 'DELETE' })).status).toBe(200);
      refused(await get('/tasks/jobs/publish/start', { [name]: 'POST' }), 404);
    }
    refused(await get('/tasks/jobs/publish/start?_method=POST'), 404);
    for (const method of ['TRACE', 'DELETE', 'PUT', 'PATCH', 'PROPFIND']) {
      refused(await ask('/api/v1/matches', { method, headers: withKey() }), 404, 405);
    }
  });

  it.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 30'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
    ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 2'],
    ['chunks by another name', 'Transfer-Encoding: xchunked'],
    ['chunks after a blank', 'Transfer-Encoding : chunked'],
    ['chunks twice over', 'Transfer-Encoding: chunked, identity'],
    ['a length that is negative', 'Content-Length: -1'],
    ['a length that is no number', 'Content-Length: 2a'],
    ['a folded header', 'X-A: b\r\n c: d\r\nContent-Length: +2'],
    ['a name with NUL', 'X-\0A: b'],
    ['no colon', 'nonsense'],
  ])('a smuggled request is not answered: %s', async (_, header) => {
    const answer = await sendRaw(
      api.port,
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${keys.operator}\r\nContent-Type: application/json\r\n${header}\r\n\r\n{}GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toContain('alive');
    expect(answer).toContain('application/problem+json');
  });

  it('a request without a host, of an older HTTP, or of no HTTP at all is refused', async () => {
    const end = '\r\n\r\n';
    expect(statusOf(await sendRaw(api.port, `GET /api/v1/matches HTTP/1.1${end}`))).toBe(400);
    expect(statusOf(await sendRaw(api.port, `GET /api/v1/matches HTTP/1.0${end}`))).toBe(401);
    expect(statusOf(await sendRaw(api.port, `GET /api/v1/matches HTTP/9.9${end}`))).toBe(400);
    expect(statusOf(await sendRaw(api.port, `\x16\x03\x01\x02\x00\x01\x00\x01\xfc${end}`))).toBe(400);
    expect(
      statusOf(
        await sendRaw(
          api.port,
          `GET http://evil.example/api/v1/matches HTTP/1.1\r\nHost: x\r\nConnection: close${end}`,
        ),
      ),
    ).not.toBe(200);
  });

  it('an answer says nothing of what we are made of, and carries what keeps a browser careful', async () => {
    const { headers } = await get('/api/v1/matches');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['server']).toBeUndefined();
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-permitted-cross-domain-policies': 'none',
    });
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ])
      expect(headers['content-security-policy']).toContain(part);
    // A refusal has them too, of an address where nothing is as well.
    expect((await get('/nowhere')).headers['x-content-type-options']).toBe('nosniff');
  });

  it('a request id that is none is not repeated', async () => {
    const given = await get('/api/v1/matches', { 'x-request-id': 'abcdefgh-1' });
    expect(given.headers['x-request-id']).toBe('abcdefgh-1');
    for (const id of ['<script>', 'a', 'x'.repeat(100), 'a b c d e f']) {
      expect((await get('/api/v1/matches', { 'x-request-id': id })).headers['x-request-id']).not.toBe(id);
    }
  });
});

describe('a page of another site', () => {
  it('is told of no permission, and changes nothing', async () => {
    const preflight = await ask('/tasks/jobs/publish/start', {
      ...{ method: 'OPTIONS' },
      headers: {
        ...{ origin: 'https://evil.example', 'access-control-request-method': 'POST' },
        'access-control-request-headers': 'x-api-key',
      },
    });
    refused(preflight, 404);
    const read = await get('/api/v1/matches', { origin: 'https://evil.example' });
    for (const { headers } of [preflight, read]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${api.port}.evil.example` },
      { origin: `http://evil.example@127.0.0.1:${api.port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      refused(await post('/tasks/jobs/publish/start', '{}', headers), 403);
    }
  });
});

describe('a body that is none', () => {
  it('of another kind, broken, of wrong bytes or with a prototype is refused', async () => {
    const body = '{"match_ids":[1]}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/xml',
      'x',
    ]) {
      refused(await post('/api/v1/predictions', body, { 'content-type': type }), 415);
    }
    for (const broken of ['', '{', '[', 'null x', "{'match_ids':[1]}", '\0', '{"match_ids":[1]}{}']) {
      refused(await post('/api/v1/predictions', broken), 400);
    }
    for (const wrong of [
      'null',
      '[]',
      '"x"',
      '1',
      '{}',
      '{"match_ids":null}',
      '{"match_ids":{"length":1}}',
    ]) {
      refused(await post('/api/v1/predictions', wrong), 400, 422);
    }
    for (const polluting of [
      '{"match_ids":[1],"__proto__":{"role":"admin"}}',
      '{"match_ids":[1],"constructor":{"prototype":{"role":"admin"}}}',
      '{"match_ids":[1],"\\u005f_proto__":{"role":"admin"}}',
    ]) {
      refused(await post('/api/v1/predictions', polluting), 400, 422);
    }
    refused(await post('/api/v1/predictions', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 400);
    refused(await post('/tasks/jobs/refine/start', '{"input":{"__proto__":{"x":1}}}'), 400);
  });

  it('an address of wrong bytes is refused', async () => {
    for (const path of ['/api/v1/predictions/%ff', '/api/v1/%zz', '/%', '/api/v1/predictions/%c0%80']) {
      refused(await get(path), 400, 404, 422);
    }
  });
});

describe('after all of it', () => {
  it('the process lives and answers, nothing broke in it, and no line of its log holds a key', async () => {
    expect((await get('/api/v1/matches')).status).toBe(200);
    const said = api.said();
    expect(said).not.toContain('A request broke');
    expect(said).not.toMatch(/unhandled/i);
    for (const key of Object.values(keys)) expect(said).not.toContain(key);
    const { rows } = await database.pool.query<{ tables: number }>(
      `select count(*)::integer as tables from pg_tables where tablename in ('matches', 'api_keys')`,
    );
    expect(rows).toEqual([{ tables: 2 }]);
  });

  it('a key that the log is given by an error, an address or a field does not stand in it', async () => {
    // Postgres itself repeats what it was asked for where it cannot be read.
    await get(`/api/v1/matches?league=${keys.reader}%00`);
    await get(`/nowhere/${keys.reader}?api_key=${keys.reader}`);
    await post('/api/v1/predictions', `{"match_ids":"${keys.reader}"}`);
    await post('/tasks/jobs/publish/start', `{"input":{"token":"${keys.reader}"}}`);
    // Temporal is away, which is logged with its reason.
    refused(await get(`/tasks/runs/${keys.reader}`), 503);
    await expect.poll(() => api.said()).toContain('A request found a dependency away');
    expect(api.said()).not.toContain(keys.reader);
  });
});
