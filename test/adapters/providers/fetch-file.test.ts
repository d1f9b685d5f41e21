import { createServer, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fetchFile } from '../../../adapters/providers/fetch-file.js';
import { BadInput, ProviderAway, QuotaExhausted } from '../../../schemas/errors.js';
import { instant, instantFromIso } from '../../../schemas/values.js';
import { serveFootballData } from '../../../simulator/football-data-server.js';
import { createLeague } from '../../../simulator/league/league.js';
import { writeEdition } from '../../support/football-data-files.js';
import { makeTestFolder } from '../../support/folder.js';

const now = instantFromIso('2022-06-01T12:00:00Z');
const fileAt = (location: string) => ({
  dataSource: 'football_data',
  uri: '2122/E0.csv',
  kind: 'season' as const,
  location,
  season: null,
  division: 'E0',
});
const fetchFrom = (location: string, etag: string | null = null, timeoutMs?: number) =>
  fetchFile({ file: fileAt(location), now, etag, timeoutMs, retryAfterMs: [1, 1, 1] });
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('a file of a folder', () => {
  it('is as old as the file system says, unless that lies ahead of the fetch or before the first season', async () => {
    const folder = await makeTestFolder();
    const editionOf = async (modifiedAt: string) => {
      await writeEdition(folder.path, 'E0.csv', 'Div', modifiedAt);
      return fetchFrom(path.join(folder.path, 'E0.csv'));
    };
    expect(await editionOf('2022-05-23T08:00:00Z')).toMatchObject({
      editionTime: instantFromIso('2022-05-23T08:00:00Z'),
      editionTimeBasis: 'file_time',
      etag: null,
    });
    for (const incredible of ['2022-06-02T00:00:00Z', '1980-01-01T00:00:00Z']) {
      expect(await editionOf(incredible)).toMatchObject({ editionTime: now, editionTimeBasis: 'fetched' });
    }
    await folder.remove();
  });

  it('is refused with its name where it has gone since it was listed, or cannot be read', async () => {
    const folder = await makeTestFolder();
    const gone = await failureOf(fetchFrom(path.join(folder.path, 'gone.csv')));
    expect(gone).toBeInstanceOf(BadInput);
    expect(gone).toMatchObject({ subject: { file: path.join(folder.path, 'gone.csv') } });
    const refused = await failureOf(fetchFrom(folder.path));
    expect(refused).toBeInstanceOf(BadInput);
    expect(refused).toMatchObject({ subject: { file: folder.path } });
    await folder.remove();
  });
});

describe('a file of a site', () => {
  const league = createLeague({ seed: 1, now, seasons: 1 });
  let server: Server;
  let site: string;
  let answer: (response: ServerResponse) => void;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    site = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}/E0.csv`;
  });
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  const answering = (status: number, headers: Record<string, string> = {}) => {
    answer = (response) => response.writeHead(status, headers).end('Div');
    return fetchFrom(site);
  };

  it('is as old as Last-Modified says, and of the fetch where that says nothing', async () => {
    expect(
      await answering(200, { 'last-modified': 'Mon, 23 May 2022 08:00:00 GMT', etag: '"a"' }),
    ).toMatchObject({
      editionTime: instantFromIso('2022-05-23T08:00:00Z'),
      editionTimeBasis: 'last_modified',
      etag: '"a"',
    });
    expect(await answering(200, { 'last-modified': 'yesterday' })).toMatchObject({
      editionTime: now,
      editionTimeBasis: 'fetched',
    });
  });

  it('is not fetched again where the tag is that of the site', async () => {
    const simulated = await serveFootballData({ league });
    const location = `${simulated.url}/fixtures.csv`;
    const first = await fetchFrom(location);
    if (typeof first === 'string') throw new Error(`The file is ${first}`);
    expect(first.etag).not.toBeNull();
    expect(await fetchFrom(location, first.etag)).toBe('not-modified');
    expect(await fetchFrom(location, '"another"')).toMatchObject({ sha256: first.sha256 });
    await simulated.close();
  });

  it('is absent where the site has none', async () => {
    expect(await answering(404)).toBe('absent');
    expect(await answering(410)).toBe('absent');
  });

  it('fails by what can be done: wait for the server, wait for the quota, mend the address', async () => {
    expect(await failureOf(answering(503))).toBeInstanceOf(ProviderAway);
    expect(await failureOf(answering(403))).toBeInstanceOf(BadInput);
    const quota = await failureOf(answering(429, { 'retry-after': '90' }));
    expect(quota).toBeInstanceOf(QuotaExhausted);
    expect(quota).toMatchObject({ retryAt: instant(now + 90_000) });
  });

  it('is asked for four times before it counts as away', async () => {
    let requests = 0;
    answer = (response) => {
      requests += 1;
      response.writeHead(requests < 4 ? 503 : 200).end('Div');
    };
    expect(await fetchFrom(site)).toMatchObject({ editionTimeBasis: 'fetched' });
    requests = -4;
    expect(await failureOf(fetchFrom(site))).toBeInstanceOf(ProviderAway);
    expect(requests).toBe(0);
  });

  it('is asked for once where the caller asks again', async () => {
    let requests = 0;
    answer = (response) => {
      requests += 1;
      response.writeHead(503).end();
    };
    const once = fetchFile({ file: fileAt(site), now, etag: null, retryAfterMs: [] });
    expect(await failureOf(once)).toBeInstanceOf(ProviderAway);
    expect(requests).toBe(1);
  });

  it('fails for later where nobody answers, the answer breaks off, or takes too long', async () => {
    const gone = await serveFootballData({ league });
    await gone.close();
    expect(await failureOf(fetchFrom(`${gone.url}/fixtures.csv`))).toBeInstanceOf(ProviderAway);
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('Div');
      setImmediate(() => response.destroy());
    };
    expect(await failureOf(fetchFrom(site))).toBeInstanceOf(ProviderAway);
    answer = () => undefined;
    expect(await failureOf(fetchFrom(site, null, 50))).toBeInstanceOf(ProviderAway);
  });
});
