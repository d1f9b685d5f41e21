import { expect, it } from 'vitest';
import { judgeMatchdays, mostInHand } from '../../../domain/quality/matchdays.js';
import type { TeamCount } from '../../../schemas/records/season-count.js';

const league = (matches: readonly number[], code = 'E0'): TeamCount[] =>
  matches.map((count, place) => ({
    ...{ league: code, season: '2026-27', team: `Team ${place}`, matches: count },
  }));
const twenty = (first: number): TeamCount[] => league([first, ...Array.from({ length: 19 }, () => 12)]);

it('after twelve matchdays each of twenty teams has played twelve times, but for games in hand', () => {
  expect(judgeMatchdays(twenty(12))).toMatchObject({ evaluated: 240, unexpected: 0, examples: [] });
  expect(judgeMatchdays(twenty(12 - mostInHand)).unexpected).toBe(0);
});

it('a team whose matches are missing is named with how many it lacks', () => {
  expect(judgeMatchdays(twenty(3))).toMatchObject({
    ...{ evaluated: 240, unexpected: 9 },
    examples: [{ league: 'E0', season: '2026-27', team: 'Team 0', matches: 3, matchdays: 12 }],
  });
});

it('a league that ends in rounds of some of its teams is not judged by the others', () => {
  expect(judgeMatchdays(league([40, 40, 30, 30], 'AT1'))).toMatchObject({ evaluated: 0, unexpected: 0 });
});

it('leagues are held against themselves, and one that has not begun lacks nothing', () => {
  expect(judgeMatchdays([...twenty(12), ...league([2, 2, 2, 2], 'D1')]).unexpected).toBe(0);
  expect(judgeMatchdays(league([0, 0])).unexpected).toBe(0);
  expect(judgeMatchdays([])).toMatchObject({ evaluated: 0, unexpected: 0 });
});
