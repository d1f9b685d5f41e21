import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { odds } from '../../../../adapters/providers/odds_api/odds.js';
import { oddsApi } from '../../../../adapters/providers/odds_api/odds-api.js';
import { ask, type Page } from '../../../../adapters/providers/wire/ask.js';
import { BadInput, DependencyAway, KeyRefused, QuotaExhausted } from '../../../../schemas/errors.js';
import type { ToldEvent, ToldQuote } from '../../../../schemas/records/live.js';
import { instantFromIso } from '../../../../schemas/values.js';
import { startLocalServer, type LocalServer } from '../../../support/local-server.js';
import { oddsBody } from '../../../support/odds-api-payload.js';

const now = instantFromIso('2026-11-28T12:02:00Z');
const key = 'key-of-the-odds';

describe('The Odds API over HTTP', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await startLocalServer();
  });
  afterAll(() => server.close());

  const askOdds = async (
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Page<ToldEvent | ToldQuote>[]> => {
    server.answer((_request, response) => response.writeHead(status, headers).end(JSON.stringify(body)));
    const connection = { provider: oddsApi, url: server.url, key, clock: () => now };
    const query = { sport: 'soccer_epl', markets: ['1x2'], of: { regions: ['uk'] } } as const;
    const pages = [];
    for await (const page of ask(connection, odds, query)) pages.push(page);
    return pages;
  };
  const refusedWith = async (status: number, error_code: string): Promise<unknown> =>
    askOdds(status, { message: `Told why (${key})`, error_code, details_url: 'x' }).catch(
      (error: unknown) => error,
    );

  it('is asked with the key among the parameters, and tells its quota in the headers', async () => {
    const headers = { 'x-requests-remaining': '480', 'x-requests-used': '20', 'x-requests-last': '1' };
    const [page] = await askOdds(200, oddsBody, headers);
    expect(server.requests.map(({ path, query }) => [path, query.get('apiKey')])).toEqual([
      ['/v4/sports/soccer_epl/odds', key],
    ]);
    expect(page).toMatchObject({
      kind: 'answer',
      quota: { remainingToday: 480, remainingThisMinute: null, used: 20, lastCost: 1 },
    });
    expect(JSON.stringify(page)).not.toContain(key);
  });

  it('tells nothing of its quota where the headers are missing or no numbers', () => {
    const quota = { remainingToday: null, remainingThisMinute: null, used: null, lastCost: null };
    expect(oddsApi.quotaOf(new Headers())).toEqual(quota);
    const odd = { 'x-requests-remaining': 'many', 'x-requests-used': '', 'x-requests-last': '-1' };
    expect(oddsApi.quotaOf(new Headers(odd))).toEqual(quota);
  });

  it.each([
    [401, 'MISSING_KEY', KeyRefused],
    [401, 'INVALID_KEY', KeyRefused],
    [401, 'DEACTIVATED_KEY', KeyRefused],
    [401, 'A_CODE_OF_TOMORROW', KeyRefused],
    [401, 'OUT_OF_USAGE_CREDITS', QuotaExhausted],
    [429, 'EXCEEDED_FREQ_LIMIT', QuotaExhausted],
    [422, 'INVALID_MARKET', BadInput],
    [404, 'UNKNOWN_SPORT', BadInput],
    [500, 'INTERNAL', DependencyAway],
  ])('answers %i with %s: what can be done follows from both', async (status, code, error) => {
    const refused = await refusedWith(status, code);
    expect(refused).toBeInstanceOf(error);
    expect(refused).toMatchObject({ subject: { httpStatus: status } });
    expect(String(refused)).toContain(code);
    expect(String(refused)).not.toContain(key);
  });

  it('names itself and the variable of the key where that is refused', async () => {
    expect(String(await refusedWith(401, 'INVALID_KEY'))).toMatch(/odds_api.*ODDS_API_KEY/);
  });
});
