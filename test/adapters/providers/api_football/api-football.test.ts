import { describe, expect, it } from 'vitest';
import { apiFootball } from '../../../../adapters/providers/api_football/api-football.js';

const quotaOf = (headers: Readonly<Record<string, string>>) => apiFootball.quotaOf(new Headers(headers));

describe('API-Football', () => {
  it('takes its key in a header, never in the address', () => {
    expect(apiFootball.carryKey('k3y')).toEqual({ headers: { 'x-apisports-key': 'k3y' }, parameters: {} });
    expect(apiFootball).toMatchObject({ dataSource: 'api_football', keyVariable: 'API_FOOTBALL_KEY' });
  });

  it('tells in its headers what is left of the day and of the minute', () => {
    const headers = {
      'x-ratelimit-requests-limit': '7500',
      'x-ratelimit-requests-remaining': '7421',
      'X-RateLimit-Limit': '300',
      'X-RateLimit-Remaining': '298',
    };
    expect(quotaOf(headers)).toEqual({
      remainingToday: 7421,
      remainingThisMinute: 298,
      used: 79,
      lastCost: null,
    });
  });

  it('tells nothing where a header is missing or no count', () => {
    const nothing = { remainingToday: null, remainingThisMinute: null, used: null, lastCost: null };
    expect(quotaOf({})).toEqual(nothing);
    expect(quotaOf({ 'x-ratelimit-requests-limit': '100', 'x-ratelimit-requests-remaining': '' })).toEqual(
      nothing,
    );
    for (const text of ['-1', '1e3', 'unlimited', '12.5', 'NaN', '9'.repeat(30)]) {
      const both = { 'x-ratelimit-requests-remaining': text, 'x-ratelimit-remaining': text };
      expect(quotaOf(both)).toEqual(nothing);
    }
  });
});
