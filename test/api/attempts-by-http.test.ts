import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawConnection, sendRaw } from '../support/api-process.js';
import { openAttacked, refused, statusOf, type Attacked } from '../support/attacked-api.js';

/** What somebody tries who should not get it by the way in which HTTP is spoken, against a real process, and what comes of it. */

let attacked: Attacked;
beforeAll(async () => {
  attacked = await openAttacked();
});
afterAll(() => attacked.close());

const ask: Attacked['ask'] = (...given) => attacked.ask(...given);
const get: Attacked['get'] = (...given) => attacked.get(...given);
const post: Attacked['post'] = (...given) => attacked.post(...given);

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
    '/console/assets/../../../package.json',
    '/console/assets/..%2f..%2fpage.ts',
    '/console/assets/%2e%2e%5cpage.ts',
    '/console/assets/console.js%00.css',
    '/console/assets/constructor',
    '/console/assets/__proto__',
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
      attacked.api.port,
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${attacked.keys.operator}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n50000\r\n${' '.repeat(0x50000)}\r\n0\r\n\r\n`,
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

  it('a body that says it is packed is not unpacked, whatever it would come to', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    for (const encoding of ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'nonsense']) {
      refused(await post('/api/v1/predictions', bomb, { 'content-encoding': encoding }), 400, 415);
    }
    refused(
      await post('/api/v1/predictions', gzipSync('{"match_ids":[1]}'), { 'content-encoding': 'gzip' }),
      ...[400, 415],
    );
  });

  it('a thousand parts asked for at once are not a thousand answers', async () => {
    const whole = await get('/docs/static/index.css');
    expect(whole.status).toBe(200);
    for (const range of [
      `bytes=${'0-,'.repeat(1_000)}0-`,
      'bytes=-1',
      'bytes=5-2',
      'bytes=99999999-',
      'bytes=0-99999999999999999999',
      'lines=1-2',
    ]) {
      for (const path of ['/docs/static/index.css', '/console/assets/console.css', '/api/v1/matches']) {
        const answer = await get(path, { range });
        expect([200, 206, 416], `${path} ${range.slice(0, 40)}`).toContain(answer.status);
        if (answer.status === 416) refused(answer, 416);
        else if (path.startsWith('/docs')) expect(answer.body.length).toBeLessThanOrEqual(whole.body.length);
      }
    }
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
    const headers = rawConnection(attacked.api.port);
    headers.send('GET /api/v1/matches HTTP/1.1\r\nHost: x\r\n');
    const body = rawConnection(attacked.api.port);
    body.send(
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${attacked.keys.operator}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
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
    const idle = Array.from({ length: 60 }, () => rawConnection(attacked.api.port));
    for (const one of idle) one.send('GET / HTTP/1.1\r\n');
    expect((await get('/api/v1/matches')).status).toBe(200);
    for (const { socket } of idle) socket.destroy();
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
      refused(
        await ask('/api/v1/matches', { method, headers: { 'x-api-key': attacked.keys.operator } }),
        404,
        405,
      );
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
      attacked.api.port,
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${attacked.keys.operator}\r\nContent-Type: application/json\r\n${header}\r\n\r\n{}GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toContain('alive');
    expect(answer).toContain('application/problem+json');
  });

  it.each([
    ['a size that is no number', '2z\r\n{}\r\n0\r\n\r\n'],
    ['a size with a sign', '+2\r\n{}\r\n0\r\n\r\n'],
    ['a size as programs write it', '0x2\r\n{}\r\n0\r\n\r\n'],
    ['a size beyond all bounds', 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
    ['more than its size', '2\r\n{}{}\r\n0\r\n\r\n'],
    ['lines that end with LF alone', '2\n{}\n0\n\n'],
    ['extensions without end', `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`],
  ])('a chunk is not read otherwise than it is written: %s', async (_, chunks) => {
    const answer = await sendRaw(
      attacked.api.port,
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${attacked.keys.operator}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect([400, 413]).toContain(statusOf(answer));
    expect(answer).not.toContain('alive');
  });

  it('a key or a name of this machine that comes after the body, or second, opens nothing', async () => {
    const trailer = await sendRaw(
      attacked.api.port,
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nTrailer: X-API-Key\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nX-API-Key: ${attacked.keys.operator}\r\n\r\n`,
    );
    expect(statusOf(trailer)).toBe(401);
    const hosts = await sendRaw(
      attacked.api.port,
      'GET /api/v1/matches HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect([400, 401]).toContain(statusOf(hosts));
  });

  it('another protocol that is asked for is not spoken', async () => {
    for (const [upgrade, more] of [
      ['websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'],
      ['h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__\r\n'],
    ]) {
      const answer = await sendRaw(
        attacked.api.port,
        `GET /api/v1/matches HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: ${upgrade ?? ''}\r\n${more ?? ''}\r\n`,
      );
      expect(statusOf(answer)).toBe(401);
    }
    const tunnel = await sendRaw(
      attacked.api.port,
      `CONNECT 127.0.0.1:5432 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${attacked.keys.operator}\r\n\r\n`,
    );
    expect(tunnel).not.toMatch(/^HTTP\/1\.1 2/);
    const expecting = await sendRaw(
      attacked.api.port,
      `POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nX-API-Key: ${attacked.keys.operator}\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n`,
    );
    expect(expecting).toMatch(/^HTTP\/1\.1 413 /m);
  });

  it('a request without a host, of an older HTTP, or of no HTTP at all is refused', async () => {
    const end = '\r\n\r\n';
    expect(statusOf(await sendRaw(attacked.api.port, `GET /api/v1/matches HTTP/1.1${end}`))).toBe(400);
    expect(statusOf(await sendRaw(attacked.api.port, `GET /api/v1/matches HTTP/1.0${end}`))).toBe(401);
    expect(statusOf(await sendRaw(attacked.api.port, `GET /api/v1/matches HTTP/9.9${end}`))).toBe(400);
    expect(statusOf(await sendRaw(attacked.api.port, `\x16\x03\x01\x02\x00\x01\x00\x01\xfc${end}`))).toBe(
      400,
    );
    expect(
      statusOf(
        await sendRaw(
          attacked.api.port,
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

describe('after all of it', () => {
  it('the process lives and answers, nothing broke in it, and no line of its log holds a key', () =>
    attacked.expectUnharmed());
});
