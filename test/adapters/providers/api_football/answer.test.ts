import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../adapters/providers/api_football/answer.js';
import { FixtureEntry } from '../../../../adapters/providers/api_football/fixture-entry.js';
import { odds } from '../../../../adapters/providers/api_football/odds.js';
import { entries } from '../../../../adapters/providers/wire/contract.js';
import {
  BadInput,
  ContractBroken,
  describeError,
  KeyRefused,
  DependencyAway,
  QuotaExhausted,
  TouchlineError,
} from '../../../../schemas/errors.js';
import { instantFromIso } from '../../../../schemas/values.js';
import { aMatch, anAnswer, received } from '../../../support/api-football-payloads.js';

const read = (body: unknown, parameters: Readonly<Record<string, string>> = {}) =>
  readAnswer(received(body, parameters), FixtureEntry, (response) =>
    entries(response, {
      place: 'response',
      shape: FixtureEntry,
      toRecord: ({ fixture }) => ({ record: fixture.id }),
    }),
  );

function refusal(body: unknown, parameters: Readonly<Record<string, string>> = {}): TouchlineError {
  try {
    read(body, parameters);
  } catch (error) {
    if (error instanceof TouchlineError) return error;
    throw error;
  }
  throw new Error('The answer was read');
}

const withErrors = (errors: unknown, response: unknown = []) => anAnswer(response, { errors });

describe('an answer with HTTP 200 that tells an error', () => {
  it('has none where `errors` is an empty list, an empty object, null or not there', () => {
    for (const errors of [[], {}, null, undefined, '']) {
      expect(read(withErrors(errors, [aMatch()])).told).toHaveLength(1);
    }
  });

  it('refuses the key: the message names the provider and the variable', () => {
    const token = 'Error/Missing application key. Go to https://www.api-football.com/documentation-v3';
    for (const errors of [{ token }, [{ token }], [token], { access: 'Your account is suspended.' }]) {
      const error = refusal(withErrors(errors));
      expect(error).toBeInstanceOf(KeyRefused);
      expect(describeError(error)).toMatch(/api_football .*API_FOOTBALL_KEY/);
    }
  });

  it('refuses the key where its plan does not cover the question', () => {
    const plan = 'Free plans do not have access to this season, try from 2021 to 2023.';
    const error = refusal(withErrors({ plan }));
    expect(error).toBeInstanceOf(KeyRefused);
    expect(error.message).toContain(plan);
  });

  it('has no requests left today: until the next midnight UTC', () => {
    const words =
      'You have reached the request limit for the day, Go to your dashboard to upgrade your plan.';
    for (const errors of [{ requests: words }, [{ requests: words }], [words]]) {
      const error = refusal(withErrors(errors));
      expect(error).toBeInstanceOf(QuotaExhausted);
      expect(error).toMatchObject({ retryAt: instantFromIso('2024-08-21T00:00:00Z') });
    }
  });

  it('has no requests left this minute: until the next one', () => {
    const words = 'Too many requests. Your rate limit is 10 requests per minute.';
    for (const errors of [{ rateLimit: words }, [{ rateLimit: words }], [words]]) {
      const error = refusal(withErrors(errors));
      expect(error).toBeInstanceOf(QuotaExhausted);
      expect(error).toMatchObject({ retryAt: instantFromIso('2024-08-20T17:42:00Z') });
    }
  });

  it('waits a whole day or minute where it comes at the very beginning of one', () => {
    const request = { path: '/odds', parameters: {}, cost: 1 };
    const midnight = instantFromIso('2024-08-20T00:00:00Z');
    const retryAt = (name: string) => {
      try {
        odds.read(withErrors({ [name]: 'no more' }), request, midnight);
      } catch (error) {
        if (error instanceof QuotaExhausted) return error.retryAt;
      }
      return undefined;
    };
    expect(retryAt('requests')).toBe(midnight + 86_400_000);
    expect(retryAt('rateLimit')).toBe(midnight + 60_000);
  });

  it('names the parameter that is wrong, and the question', () => {
    const error = refusal(withErrors({ season: 'The Season field must contain 4 digits.' }), {
      season: '24',
    });
    expect(error).toBeInstanceOf(BadInput);
    expect(error.subject).toMatchObject({ field: 'season', object: '/fixtures?season=24' });
    expect(refusal(withErrors({ required: 'At least one parameter is required.' }))).toBeInstanceOf(BadInput);
    // A parameter that we asked with is known, whatever its name.
    expect(refusal(withErrors({ half: 'The Half field is wrong.' }), { half: 'yes' })).toBeInstanceOf(
      BadInput,
    );
  });

  it('is the provider’s own mistake, or one that nobody documented: asked again later', () => {
    const bug = {
      time: '2024-08-20T17:41:30+00:00',
      bug: 'This is on our side, please report us this bug on https://dashboard.api-football.com',
      report: 'fixtures',
    };
    for (const errors of [bug, [bug], { moon: 'is full' }, ['what'], 'what', 7, true, [[[{ moon: 1 }]]]]) {
      expect(refusal(withErrors(errors))).toBeInstanceOf(DependencyAway);
    }
  });

  it('tells of the key before the quota, and of the quota before a parameter', () => {
    expect(refusal(withErrors({ date: 'wrong', requests: 'none left', token: 'wrong' }))).toBeInstanceOf(
      KeyRefused,
    );
    expect(refusal(withErrors({ date: 'wrong', requests: 'none left' }))).toBeInstanceOf(QuotaExhausted);
    expect(refusal(withErrors({ rateLimit: 'slower', requests: 'none left' }))).toMatchObject({
      retryAt: instantFromIso('2024-08-21T00:00:00Z'),
    });
  });

  it('is told as an error whatever stands in `response`, an object included', () => {
    for (const response of [[], {}, { account: {} }, null, [aMatch()]]) {
      expect(refusal(withErrors({ token: 'wrong' }, response))).toBeInstanceOf(KeyRefused);
    }
  });

  it('does not cite more of it than a log can take', () => {
    const error = refusal(withErrors({ moon: 'x'.repeat(100_000), ['y'.repeat(100_000)]: 1 }));
    expect(error.message.length).toBeLessThan(1_000);
  });
});

describe('a body that is no answer', () => {
  it('is the message of a time-out or a failure inside: asked again later', () => {
    const message = 'Something went wrong while fetching details. Try again later.';
    expect(refusal({ message })).toBeInstanceOf(DependencyAway);
  });

  it('breaks the contract where it has no list', () => {
    for (const body of [null, 'OK', 7, [], {}, anAnswer({}), anAnswer(null), anAnswer('none')]) {
      expect(refusal(body)).toBeInstanceOf(ContractBroken);
    }
  });
});

describe('pages', () => {
  const nextPage = (paging: unknown, parameters: Readonly<Record<string, string>> = { date: '2024-08-20' }) =>
    read(anAnswer([], { paging }), parameters).next;

  it('follow one another with the same question until the last', () => {
    const first = nextPage({ current: 1, total: 3 });
    expect(first).toEqual({ path: '/fixtures', parameters: { date: '2024-08-20', page: '2' }, cost: 1 });
    expect(nextPage({ current: 2, total: 3 }, first?.parameters)?.parameters).toMatchObject({ page: '3' });
    expect(nextPage({ current: 3, total: 3 }, { page: '3' })).toBeNull();
  });

  it('end though the provider says for ever that this was the first', () => {
    expect(nextPage({ current: 1, total: 2 }, { page: '2' })).toBeNull();
  });

  it('are one where nothing is said of them', () => {
    for (const paging of [undefined, null, { current: 1, total: 1 }, { current: 0, total: 0 }]) {
      expect(nextPage(paging)).toBeNull();
    }
  });

  it('are a rejected part where their number cannot be read: more may have been there', () => {
    for (const paging of [{ current: 1, total: '3' }, { current: 1 }, { total: -1 }, 3, []]) {
      const { next, rejected, told } = read(anAnswer([aMatch()], { paging }));
      expect(next).toBeNull();
      expect(rejected).toMatchObject([{ field: 'paging', reason: 'is not a number of pages', raw: paging }]);
      expect(told).toHaveLength(1);
    }
  });
});

describe('fields that the contract does not know', () => {
  it('are reported once each, around the records and in them, and nothing is lost for them', () => {
    const match = aMatch({ fixture: { attendance: 60_000, periods: { first: 1, second: 2, third: 3 } } });
    const answer = read(anAnswer([match, match], { version: 3, paging: { current: 1, total: 1, per: 10 } }));
    expect(answer.told).toHaveLength(2);
    expect(answer.unknownFields).toEqual([
      'paging.per',
      'response[].fixture.periods.third',
      'response[].fixture.attendance',
      'version',
    ]);
  });

  it('are none in what the documentation shows', () => {
    expect(read(anAnswer([aMatch()])).unknownFields).toEqual([]);
    const asked = { ...aMatch(), events: [{ time: {} }], lineups: [], statistics: [], players: [] };
    expect(read(anAnswer([asked])).unknownFields).toEqual([]);
  });
});
