import type { WireProvider } from '../wire/endpoint.js';

const counted = (headers: Headers, name: string): number | null => {
  const text = headers.get(name)?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
};

/**
 * API-Football v3, by https://www.api-football.com/documentation-v3: fixtures, live scores, prices before the match, line-ups and injuries.
 * Its headers count requests by the day and by the minute; none says what one request took.
 */
export const apiFootball = {
  dataSource: 'api_football',
  defaultUrl: 'https://v3.football.api-sports.io',
  urlVariable: 'API_FOOTBALL_URL',
  keyVariable: 'API_FOOTBALL_KEY',
  carryKey: (key) => ({ headers: { 'x-apisports-key': key }, parameters: {} }),
  quotaOf(headers) {
    const limit = counted(headers, 'x-ratelimit-requests-limit');
    const remainingToday = counted(headers, 'x-ratelimit-requests-remaining');
    return {
      remainingToday,
      remainingThisMinute: counted(headers, 'x-ratelimit-remaining'),
      used: limit === null || remainingToday === null ? null : Math.max(0, limit - remainingToday),
      lastCost: null,
    };
  },
} satisfies WireProvider;
