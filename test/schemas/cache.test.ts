import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cacheName, headToHead, oddsOf, processedMatch, teamStats } from '../../schemas/cache.js';

it('keys are those that are declared', () => {
  expect([
    processedMatch(123).key,
    teamStats(1, 'recent').key,
    oddsOf(123, 'bet365').key,
    oddsOf(123, 'bet365', { market: '1x2' }).key,
    oddsOf(123, undefined, { market: undefined }).key,
    headToHead(1, 2).key,
    cacheName(['predictions', 123, 'v2.1']),
  ]).toEqual([
    'match:123:processed',
    'team:1:stats:recent',
    'odds:123:bet365',
    'odds:123:bet365:market:1x2',
    'odds:123:bookmakers:all',
    'h2h:1:2',
    'predictions:123:v2.1',
  ]);
});

it('no two lists of parts have one key, whatever is written in them', () => {
  const parts = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      expect(cacheName(one)).not.toBe(cacheName(other));
    }),
  );
});

it('the prices of all bookmakers are not those of a bookmaker, whatever it is called', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom(undefined, '1x2'),
      fc.constantFrom(undefined, '1x2'),
      (name, one, other) => {
        expect(oddsOf(1, name, { market: one }).key).not.toBe(oddsOf(1, undefined, { market: other }).key);
      },
    ),
  );
});

it('a key is out of date with each write that its value tells of, the meetings with those of both teams', () => {
  expect(headToHead(1, 2).of).toEqual([
    { scope: 'all', id: 0 },
    { scope: 'team', id: 1 },
    { scope: 'team', id: 2 },
  ]);
  for (const { of } of [processedMatch(7), oddsOf(7, undefined)]) {
    expect(of).toContainEqual({ scope: 'match', id: 7 });
    expect(of).toContainEqual({ scope: 'odds', id: 7 });
  }
});
