import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailedRequest } from '../../../../adapters/providers/provider.js';
import { ask, type AskOptions, type Page } from '../../../../adapters/providers/wire/ask.js';
import type { QuotaState, WireProvider, WireRequest } from '../../../../adapters/providers/wire/endpoint.js';
import {
  BadInput,
  ContractBroken,
  DependencyAway,
  KeyRefused,
  PrerequisiteMissing,
  QuotaExhausted,
} from '../../../../schemas/errors.js';
import { instantFromIso } from '../../../../schemas/values.js';
import { startLocalServer, type LocalServer } from '../../../support/local-server.js';
import { headerKeyed, items, queryKeyed } from '../../../support/wire-provider.js';

const now = instantFromIso('2024-08-20T19:00:00Z');
const key = "s3cr3t+/= key'*~%~{ü}";
const onePage = JSON.stringify({ page: 1, of: 1, items: [{ id: 7 }] });

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

interface Asking extends AskOptions {
  readonly provider?: WireProvider;
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

async function pagesOf({ provider = queryKeyed, ...rest }: Asking = {}) {
  const pages: Page<number>[] = [];
  const { key: ownKey, url, ...options } = { key, url: server.url, ...rest };
  const connection = { provider, url, key: ownKey, clock: () => now };
  for await (const page of ask(connection, items, { league: 'a&b' }, options)) pages.push(page);
  return pages;
}
const toldOf = (pages: readonly Page<number>[]): number[] =>
  pages.flatMap((page) => (page.kind === 'answer' ? page.answer.told.map(({ record }) => record) : []));
const failureOf = (asking: Asking = {}): Promise<unknown> => pagesOf(asking).catch((error: unknown) => error);

const answering = (status: number, body: string, headers: Record<string, string> = {}): void => {
  server.answer((_request, response) => response.writeHead(status, headers).end(body));
};
/** A server with that many pages of one item each. */
const paging = (
  pages: number,
  bodyOf = (page: number): object => ({ page, of: pages, items: [{ id: page }] }),
) => {
  server.answer(({ query }, response) => {
    response.writeHead(200, { 'x-day': String(100 - Number(query.get('page'))) });
    response.end(JSON.stringify(bodyOf(Number(query.get('page')))));
  });
};

describe('an answer', () => {
  it('comes with what it tells, the quota that is left, its tag and its time', async () => {
    answering(200, onePage, { 'x-day': '93', 'x-minute': '9', etag: '"a"' });
    expect(await pagesOf()).toMatchObject([
      {
        kind: 'answer',
        answer: { told: [{ record: 7 }], rejected: [], unknownFields: [], next: null },
        quota: { remainingToday: 93, remainingThisMinute: 9 },
        etag: '"a"',
        receivedAt: now,
      },
    ]);
  });

  it('is asked for with the key where the provider wants it, and with the name of who asks', async () => {
    answering(200, onePage);
    await pagesOf({ url: `${server.url}/v4/` });
    await pagesOf({ provider: headerKeyed, key: 'plain-key' });
    const [inQuery, inHeader] = server.requests.slice(-2);
    expect(inQuery?.path).toBe('/v4/items');
    expect(inQuery?.query.get('apiKey')).toBe(key);
    expect(inQuery?.query.get('league')).toBe('a&b');
    expect(inHeader?.headers['x-example-key']).toBe('plain-key');
    expect(inHeader?.query.has('apiKey')).toBe(false);
    expect(inHeader?.headers['user-agent']).toMatch(/^touchline\/\d/);
  });

  it('is not sent again where the tag is still the same', async () => {
    server.answer(({ headers }, response) => {
      const isSame = headers['if-none-match'] === '"a"';
      response.writeHead(isSame ? 304 : 200, { etag: '"a"', 'x-day': '5' }).end(isSame ? '' : onePage);
    });
    expect(await pagesOf({ etag: '"a"' })).toMatchObject([
      { kind: 'not-modified', quota: { remainingToday: 5 } },
    ]);
    expect(toldOf(await pagesOf({ etag: '"b"' }))).toEqual([7]);
  });

  it('waits for the budget, and tells the quota of each page, also of one that was refused', async () => {
    const log: string[] = [];
    const hooks = {
      beforeRequest: async ({ parameters, cost }: WireRequest) => {
        await Promise.resolve();
        log.push(`spend ${cost} on ${parameters['page'] ?? '?'}, ${server.requests.length - before} asked`);
      },
      onQuota: async ({ remainingToday }: QuotaState) => {
        await Promise.resolve();
        log.push(`left ${remainingToday ?? '?'}`);
      },
    };
    const before = server.requests.length;
    paging(2);
    await pagesOf(hooks);
    answering(500, '', { 'x-day': '97' });
    await failureOf(hooks);
    expect(log).toEqual([
      ...['spend 1 on 1, 0 asked', 'left 99', 'spend 1 on 2, 1 asked', 'left 98'],
      ...['spend 1 on 1, 2 asked', 'left 97'],
    ]);
  });

  it('is not asked for where the budget refuses', async () => {
    const before = server.requests.length;
    const refused = new QuotaExhausted('no budget', {});
    const failed: FailedRequest[] = [];
    const error = await failureOf({
      beforeRequest: () => Promise.reject(refused),
      onFailedRequest: async (failure) => void failed.push(await Promise.resolve(failure)),
    });
    expect(error).toBe(refused);
    expect(server.requests.length).toBe(before);
    expect(failed).toEqual([]);
  });
});

describe('an answer of several pages', () => {
  it('is read to its end, a page at a time', async () => {
    paging(4);
    expect(toldOf(await pagesOf())).toEqual([1, 2, 3, 4]);
  });

  it('is requested no further than the caller reads', async () => {
    paging(4);
    const before = server.requests.length;
    const connection = { provider: queryKeyed, url: server.url, key, clock: () => now };
    for await (const page of ask(connection, items, { league: 'x' })) if (page.kind === 'answer') break;
    expect(server.requests.length - before).toBe(1);
  });

  it('ends with an error where the provider gives the same page again, whichever was asked for', async () => {
    const first = { page: 1, of: 3, items: [{ id: 1 }] };
    paging(3, () => first);
    const before = server.requests.length;
    expect(await failureOf()).toBeInstanceOf(DependencyAway);
    expect(server.requests.length - before).toBe(2);
    // Asked for 2 it gives another page that says it is the first: the next would be 2 again.
    paging(3, (page) => ({ ...first, items: [{ id: page }] }));
    expect(await failureOf()).toBeInstanceOf(DependencyAway);
  });

  it('ends with an error where the pages do not end', async () => {
    paging(1_000_000);
    const before = server.requests.length;
    expect(await failureOf({ pageLimit: 5 })).toBeInstanceOf(ContractBroken);
    expect(server.requests.length - before).toBe(5);
  });
});

describe('a status', () => {
  it.each([401, 403])(
    '%s is a key that is refused: the message names provider and variable',
    async (status) => {
      answering(status, '{"message": "no such key"}');
      const error = await failureOf();
      expect(error).toBeInstanceOf(KeyRefused);
      expect(error).toMatchObject({ subject: { setting: 'EXAMPLE_KEY', httpStatus: status } });
      expect(String(error)).toMatch(/example .*EXAMPLE_KEY.*no such key/);
    },
  );

  it.each([500, 502, 503, 504, 599, 408, 425, 499, 204])('%s is a provider that is away', async (status) => {
    answering(status, '');
    const error = await failureOf();
    expect(error).toBeInstanceOf(DependencyAway);
    expect(error).toMatchObject({ subject: { httpStatus: status } });
  });

  it.each([400, 404, 405, 410, 414, 422, 418])('%s is a question that is wrong', async (status) => {
    answering(status, '{"message": "Unknown sport"}');
    const error = await failureOf();
    expect(error).toBeInstanceOf(BadInput);
    expect(String(error)).toContain('Unknown sport');
  });

  it('of a redirect is an address that is wrong: the key does not go where it leads', async () => {
    server.answer(({ path }, response) => {
      response.writeHead(path === '/items' ? 302 : 200, { location: '/elsewhere' }).end(onePage);
    });
    const before = server.requests.length;
    const error = await failureOf();
    expect(error).toBeInstanceOf(BadInput);
    expect(error).toMatchObject({ subject: { setting: 'EXAMPLE_URL' } });
    expect(server.requests.length - before).toBe(1);
  });

  it.each([
    ['90', {}, now + 90_000],
    ['0.5', {}, now + 500],
    ['Tue, 20 Aug 2024 19:05:00 GMT', {}, instantFromIso('2024-08-20T19:05:00Z')],
    ['soon', { 'x-minute': '0' }, now + 60_000],
    ['-5', {}, undefined],
    ['9'.repeat(400), {}, undefined],
    [undefined, { 'x-day': '0', 'x-minute': '0' }, instantFromIso('2024-08-21T00:00:00Z')],
    [undefined, { 'x-day': '10', 'x-minute': '3' }, undefined],
    ['30', { 'x-day': '0' }, now + 30_000],
  ])('429 waits as Retry-After and the quota say (%#)', async (retryAfter, quota, retryAt) => {
    answering(429, '', { ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }), ...quota });
    const error = await failureOf();
    expect(error).toBeInstanceOf(QuotaExhausted);
    expect(error).toMatchObject({ retryAt, subject: { httpStatus: 429 } });
  });

  it('means what the provider says it means, where that is something else', async () => {
    const provider: WireProvider = {
      ...queryKeyed,
      readRefusal: (status, body, at) =>
        status === 401 && JSON.stringify({ body }).includes('OUT_OF_CREDITS')
          ? new QuotaExhausted('used up', {}, at + 1)
          : undefined,
    };
    answering(401, '{"error_code": "OUT_OF_CREDITS"}');
    expect(await failureOf({ provider })).toMatchObject({ name: 'QuotaExhausted', retryAt: now + 1 });
    answering(401, '<html>');
    expect(await failureOf({ provider })).toBeInstanceOf(KeyRefused);
  });
});

describe('a provider that does not answer', () => {
  it.each([
    ['breaks off', onePage.slice(0, -3)],
    ['is malformed', '{"page": 1, "of": NaN}'],
    ['is a page for people', '<!DOCTYPE html><html><body>Sorry</body></html>'],
    ['is empty', ''],
    ['is a text', 'Service unavailable'],
  ])('with JSON, since its body %s, is away', async (_how, body) => {
    answering(200, body);
    const error = await failureOf();
    expect(error).toBeInstanceOf(DependencyAway);
    expect(error).toMatchObject({ subject: { httpStatus: 200 } });
  });

  it('with the shape of the contract, or nests it without end, breaks the contract', async () => {
    answering(200, '{"page": 1}');
    expect(await failureOf()).toBeInstanceOf(ContractBroken);
    answering(200, `{"page": 1, "of": 1, "items": [${'['.repeat(50_000)}${']'.repeat(50_000)}]}`);
    expect(await failureOf()).toBeInstanceOf(ContractBroken);
  });

  it('in time is away, whether it says nothing or begins and stops', async () => {
    server.answer(() => undefined);
    expect(String(await failureOf({ timeoutMs: 60 }))).toContain('no answer within 0.06 s');
    server.answer((_request, response) => response.writeHead(200).write('{"page"'));
    expect(await failureOf({ timeoutMs: 60 })).toBeInstanceOf(DependencyAway);
  });

  it('since the connection breaks, before the answer or within it, is away', async () => {
    server.answer((_request, response) => response.destroy());
    expect(await failureOf()).toBeInstanceOf(DependencyAway);
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"page"');
      setImmediate(() => response.destroy());
    });
    expect(await failureOf()).toBeInstanceOf(DependencyAway);
    const closed = await startLocalServer();
    await closed.close();
    const refused = await failureOf({ url: closed.url });
    expect(String(refused)).toContain('ECONNREFUSED');
    expect(refused).toMatchObject({ subject: { setting: 'EXAMPLE_URL' } });
  });

  it('before the caller gives up ends with the caller’s reason, and one who gave up before does not ask', async () => {
    const reason = new Error('cancelled');
    const controller = new AbortController();
    server.answer(() => {
      controller.abort(reason);
    });
    const failed: FailedRequest[] = [];
    const onFailedRequest = async (failure: FailedRequest) =>
      void failed.push(await Promise.resolve(failure));
    expect(await failureOf({ signal: controller.signal, onFailedRequest })).toBe(reason);
    const before = server.requests.length;
    expect(await failureOf({ signal: controller.signal, onFailedRequest })).toBe(reason);
    expect(server.requests.length).toBe(before);
    expect(failed).toEqual([]);
  });

  it('is reported with endpoint, status and which request it was', async () => {
    const failed: FailedRequest[] = [];
    const onFailedRequest = async (failure: FailedRequest) =>
      void failed.push(await Promise.resolve(failure));
    paging(3, (page) => (page === 2 ? { page: 'two' } : { page, of: 3, items: [] }));
    const error = await failureOf({ onFailedRequest });
    server.answer((_request, response) => response.destroy());
    await failureOf({ onFailedRequest });
    expect(failed).toMatchObject([
      { requestNo: 1, httpStatus: 200, error, endpoint: `${server.url}/items?league=a%26b&page=2` },
      { requestNo: 0, httpStatus: null },
    ]);
  });
});

describe('without what a request needs', () => {
  it('nothing is asked: an address, and the variable for it is named', async () => {
    const provider: WireProvider = { ...queryKeyed, defaultUrl: null };
    const error = await failureOf({ provider, url: undefined });
    expect(error).toBeInstanceOf(PrerequisiteMissing);
    expect(error).toMatchObject({ subject: { setting: 'EXAMPLE_URL' } });
    expect(String(error)).toContain('EXAMPLE_URL');
  });

  it('nothing is asked and nothing spent: the key', async () => {
    const spent: WireRequest[] = [];
    const beforeRequest = async (request: WireRequest) => void spent.push(await Promise.resolve(request));
    const error = await failureOf({ key: undefined, beforeRequest });
    expect(error).toBeInstanceOf(PrerequisiteMissing);
    expect(error).toMatchObject({ subject: { setting: 'EXAMPLE_KEY' } });
    expect(await failureOf({ provider: headerKeyed, key: 'two\nlines of it', beforeRequest })).toMatchObject({
      name: 'BadInput',
      subject: { setting: 'EXAMPLE_KEY' },
    });
    expect(spent).toEqual([]);
  });

  it.each(['not an address', 'ftp://example.org', 'http://me:hidden-word@127.0.0.1'])(
    'nothing is asked: the address %s',
    async (url) => {
      const error = await failureOf({ url });
      expect(error).toBeInstanceOf(BadInput);
      expect(inspect(error, { depth: 9 })).not.toContain('hidden-word');
    },
  );
});

describe('the key', () => {
  const forms = [
    key,
    encodeURIComponent(key),
    new URLSearchParams({ k: key }).toString().slice(2),
    JSON.stringify(key).slice(1, -1),
  ];
  const echo = JSON.stringify({
    message: `The key ${key} is wrong`,
    asked: `/items?apiKey=${forms[2] ?? ''}`,
  });
  const faults: Record<string, () => void> = {
    '401': () => {
      answering(401, echo);
    },
    '429': () => {
      answering(429, echo);
    },
    '400': () => {
      answering(400, echo);
    },
    '503': () => {
      answering(503, `<html>${key}</html>`);
    },
    'a redirect': () => {
      answering(302, echo, { location: `/items?apiKey=${forms[1] ?? ''}` });
    },
    'text in place of JSON': () => {
      answering(200, `you said ${key}`);
    },
    'another shape': () => {
      answering(200, JSON.stringify({ page: key, of: 1, items: [] }));
    },
    'a broken connection': () => {
      server.answer((_request, response) => response.destroy());
    },
    'a hang': () => {
      server.answer(() => undefined);
    },
  };

  it.each(Object.keys(faults))('is in no error and no report after %s', async (fault) => {
    faults[fault]?.();
    for (const provider of [queryKeyed, headerKeyed]) {
      const failed: FailedRequest[] = [];
      const error = await failureOf({
        provider,
        timeoutMs: fault === 'a hang' ? 60 : 5_000,
        onFailedRequest: async (failure) => void failed.push(await Promise.resolve(failure)),
      });
      expect(error).toBeInstanceOf(Error);
      expect(failed).toHaveLength(1);
      const text = inspect([error, failed], { depth: 20, showHidden: true, maxStringLength: null });
      for (const form of forms) expect(text).not.toContain(form);
      expect(text).not.toContain('s3cr3t');
    }
  });

  it('is in no record and no rejected part, where the provider repeats it in an answer', async () => {
    answering(200, JSON.stringify({ page: 1, of: 1, items: [{ id: 1, url: key }, { id: key }], key }));
    const pages = await pagesOf();
    expect(toldOf(pages)).toEqual([1]);
    expect(inspect(pages, { depth: 20, maxStringLength: null })).not.toContain('s3cr3t');
  });
});
