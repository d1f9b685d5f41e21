import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAttacked, refused, type Attacked, type Attempted } from '../support/attacked-api.js';

/** What somebody tries who should not get it by what is said over HTTP, against a real process, and what comes of it. */

let attacked: Attacked;
beforeAll(async () => {
  attacked = await openAttacked();
});
afterAll(() => attacked.close());

const ask: Attacked['ask'] = (...given) => attacked.ask(...given);
const get: Attacked['get'] = (...given) => attacked.get(...given);
const post: Attacked['post'] = (...given) => attacked.post(...given);

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

describe('a name that every object of JavaScript has', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  it.each<readonly [where: string, attempt: (name: string) => Promise<Attempted>]>([
    ['a job', (name) => post(`/tasks/jobs/${name}/start`, '{}')],
    ['a version', (name) => get(`/api/v1/models/versions/${name}`)],
    ['a decision', (name) => post(`/api/v1/reviews/1/${name}`, '{"why":"x"}')],
    ['a window of time', (name) => get(`/api/v1/models/metrics?time_window=${name}`)],
    ['a state', (name) => get(`/api/v1/matches?status=${name}`)],
    ['a feature of the past', (name) => get(`/api/v1/features/historical/1?feature_refs=${name}:${name}`)],
    ['a service', (name) => post('/api/v1/features/online', `{"service":"${name}","match_ids":[1]}`)],
    [
      'a feature',
      (name) => post('/api/v1/features/online', `{"features":["${name}:${name}"],"match_ids":[1]}`),
    ],
    ['a table', (name) => post('/api/v1/anomalies/detect', `{"table_name":"${name}"}`)],
  ])('is no name of %s', async (_, attempt) => {
    for (const name of names) refused(await attempt(name), 404, 422);
  });

  it('changes nothing as a parameter, and a parameter that comes twice or as a list is refused', async () => {
    const plain = JSON.parse((await get('/api/v1/matches')).body) as unknown;
    for (const name of names) {
      const answer = await get(`/api/v1/matches?${name}=1&${name}[limit]=5`);
      if (answer.status !== 200) refused(answer, 422);
      else expect(JSON.parse(answer.body)).toEqual(plain);
    }
    for (const twice of ['limit=1&limit=2', 'league=a&league=b', 'from=x&from=y'])
      refused(await get(`/api/v1/matches?${twice}`), 422);
  });
});

describe('a text that is not what it looks like', () => {
  it('a line break in an address makes no header, and leads nowhere else', async () => {
    const breaks = '%0d%0aset-cookie:%20touchline_key=x%0d%0a%0d%0a<script>';
    for (const path of [
      `/api/v1/predictions/1${breaks}`,
      `/api/v1/matches?league=a${breaks}`,
      `/tasks/runs/a${breaks}`,
      `/console/matches/1${breaks}`,
      `/console/login?next=/console${breaks}`,
      `/${breaks}`,
    ]) {
      for (const answer of [await get(path), await ask(path)]) {
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.body).not.toContain('<script>');
        expect(String(answer.headers['location'] ?? '/console/login')).toMatch(/^\/console\/login/);
      }
    }
  });

  it('an address that leads away after a login leads to the console', async () => {
    for (const next of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/console.evil.example',
      '/consolex',
      ' /console',
    ]) {
      const { body } = await ask(`/console/login?next=${encodeURIComponent(next)}`);
      expect(body).toContain('data-then="/console"');
    }
  });

  it('a letter or a digit of another script is not ours', async () => {
    for (const id of ['１', '١', '1\u200b', '\u202e1', ' 1', '1\n', '+1', '1e0', '0b1', '1.0', '1_0', '']) {
      refused(await get(`/api/v1/predictions/${encodeURIComponent(id)}`), 404, 422);
    }
    for (const league of ['ＳＩＭ', 'SІM', 'sim\u0000', '\ufeffSIM', 'E0\u0301']) {
      const answer = await get(`/api/v1/matches?league=${encodeURIComponent(league)}`);
      if (answer.status !== 200) refused(answer, 422);
      else expect(JSON.parse(answer.body)).toMatchObject({ data: { items: [] } });
    }
    const { reader } = attacked.keys;
    for (const key of [
      reader.replace('t', 'ｔ'),
      reader.replace('l', 'ӏ'),
      `${reader}\u00a0`,
      `\u00a0${reader}`,
    ])
      refused(
        await ask('/api/v1/matches', { headers: { 'x-api-key': Buffer.from(key).toString('latin1') } }),
        401,
      );
  });

  it('a text with NUL, with half a character or with commands to a terminal is refused', async () => {
    for (const why of ['a\\u0000b', '\\u001b[2J', 'a\\r\\nlevel=error', '', ' ', 'x'.repeat(501)])
      refused(await post('/api/v1/reviews/1/resolve', `{"why":"${why}"}`), 422);
    refused(await post('/api/v1/reviews/1/resolve', '{"why":"\\ud800"}'), 404, 422);
    for (const more of ['"by":"admin"', '"caller":{"role":"admin"}', '"action":"release"'])
      refused(await post('/api/v1/reviews/1/resolve', `{"why":"x",${more}}`), 404, 422);
  });
});

describe('a key that gives no right', () => {
  const asking = (headers: Readonly<Record<string, string | readonly string[]>>) =>
    ask('/api/v1/matches', { headers });

  it('forged, cut short, drawn out, revoked, expired or in the wrong place is none', async () => {
    const { reader, operator, revoked, expired } = attacked.keys;
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

  it('what is asked under a condition, or for its headers alone, needs one too', async () => {
    for (const headers of [
      { 'if-none-match': '*' },
      { 'if-match': '"x"' },
      { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
      { range: 'bytes=0-0' },
    ]) {
      refused(await asking(headers), 401);
    }
    const head = await ask('/api/v1/matches', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([401, '']);
    expect(head.headers['etag']).toBeUndefined();
    const page = await ask(`/console/model?touchline_key=${attacked.keys.reader}`);
    expect([page.status, page.body]).toEqual([302, '']);
    refused(await ask('/console/events'), 401);
    // A mark that is held by everybody stops no work.
    refused(await post('/api/v1/predictions', '{}', { 'if-none-match': '*' }), 422);
  });

  it('of a reader changes nothing', async () => {
    for (const path of [
      '/tasks/jobs/publish/start',
      '/tasks/schedules/x/pause',
      '/api/v1/anomalies/detect',
    ]) {
      refused(await post(path, '{}', { 'x-api-key': attacked.keys.reader }), 403);
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
      { origin: `http://127.0.0.1:${attacked.api.port}.evil.example` },
      { origin: `http://evil.example@127.0.0.1:${attacked.api.port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      refused(await post('/tasks/jobs/publish/start', '{}', headers), 403);
      refused(await post('/console/login', `{"key":"${attacked.keys.reader}"}`, headers), 403);
      refused(await post('/console/logout', '{}', headers), 403);
    }
  });

  it('as a form, which a browser sends without asking, it says nothing that is read', async () => {
    const { reader } = attacked.keys;
    const forms: readonly (readonly [type: string, body: string])[] = [
      ['application/x-www-form-urlencoded', `key=${reader}`],
      [
        'multipart/form-data; boundary=x',
        `--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n${reader}\r\n--x--`,
      ],
      ['text/plain', `{"key":"${reader}","x":"="}`],
      ['text/plain; charset=application/json', `{"key":"${reader}"}`],
      ['application/jsonp', `{"key":"${reader}"}`],
    ];
    for (const [type, body] of forms) {
      const login = await ask('/console/login', { method: 'POST', headers: { 'content-type': type }, body });
      refused(login, 415);
      expect(login.headers['set-cookie']).toBeUndefined();
      const cookie = { 'content-type': type, cookie: `touchline_key=${attacked.keys.operator}` };
      for (const path of [
        '/api/v1/reviews/1/resolve',
        '/tasks/jobs/publish/start',
        '/api/v1/models/rollback',
      ])
        refused(await ask(path, { method: 'POST', headers: cookie, body }), 403, 415);
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
  it('the process lives and answers, nothing broke in it, and no line of its log holds a key', () =>
    attacked.expectUnharmed());

  it('a key that the log is given by an error, an address or a field does not stand in it', async () => {
    // Postgres itself repeats what it was asked for where it cannot be read.
    await get(`/api/v1/matches?league=${attacked.keys.reader}%00`);
    await get(`/nowhere/${attacked.keys.reader}?api_key=${attacked.keys.reader}`);
    await post('/api/v1/predictions', `{"match_ids":"${attacked.keys.reader}"}`);
    await post('/tasks/jobs/publish/start', `{"input":{"token":"${attacked.keys.reader}"}}`);
    // Temporal is away, which is logged with its reason.
    refused(await get(`/tasks/runs/${attacked.keys.reader}`), 503);
    await expect.poll(() => attacked.api.said()).toContain('A request found a dependency away');
    expect(attacked.api.said()).not.toContain(attacked.keys.reader);
  });
});
