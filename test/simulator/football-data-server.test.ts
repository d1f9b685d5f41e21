import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantFromIso } from '../../schemas/values.js';
import type { FootballDataServer } from '../../simulator/football-data-server.js';
import { serveFootballData } from '../../simulator/football-data-server.js';
import { footballDataFiles } from '../../simulator/football-data/files.js';
import { createLeague } from '../../simulator/league/league.js';

describe('serveFootballData', () => {
  const league = createLeague({ seed: 3, now: instantFromIso('2026-11-24T10:00:00Z') });
  let server: FootballDataServer;
  beforeAll(async () => {
    server = await serveFootballData({ league });
  });
  afterAll(() => server.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });

  it('serves each file of the league with its tag and the time of its last change', async () => {
    for (const { path, text, modifiedAt } of footballDataFiles([league])) {
      const response = await get(`/${path}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(text);
      expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
      expect(Date.parse(response.headers.get('last-modified') ?? '')).toBe(modifiedAt);
    }
  });

  it('answers 304 to whoever has the file already', async () => {
    const first = await get('/fixtures.csv');
    const etag = first.headers.get('etag') ?? '';
    const since = first.headers.get('last-modified') ?? '';
    await first.text();
    for (const headers of [
      { 'if-none-match': etag },
      { 'if-none-match': `W/${etag}` },
      { 'if-modified-since': since },
    ]) {
      const again = await get('/fixtures.csv', headers);
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
      expect(again.headers.get('etag')).toBe(etag);
    }
  });

  it('sends the file where the tag is another, whatever the date says', async () => {
    const response = await get('/fixtures.csv', {
      'if-none-match': '"another"',
      'if-modified-since': new Date(league.now).toUTCString(),
    });
    expect(response.status).toBe(200);
    await response.text();
  });

  it('answers 404 for a season or division that it does not have, and 405 to a write', async () => {
    expect((await get('/mmz4281/2324/SIM.csv')).status).toBe(404);
    expect((await get('/mmz4281/2526/E0.csv')).status).toBe(404);
    expect((await fetch(`${server.url}/fixtures.csv`, { method: 'PUT', body: 'x' })).status).toBe(405);
  });

  it('rejects a port that is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveFootballData({ league, port })).rejects.toThrow(/EADDRINUSE/);
  });
});
