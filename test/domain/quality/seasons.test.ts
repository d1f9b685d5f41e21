import { describe, expect, it } from 'vitest';
import { judgeSeasons, matchesOfSeason } from '../../../domain/quality/seasons.js';
import type { SeasonCount } from '../../../schemas/records/season-count.js';
import { instantFromIso } from '../../../schemas/values.js';

const season = (count: Partial<SeasonCount> = {}): SeasonCount => ({
  ...{ league: 'E0', season: '2022-23', teams: 20, matches: 380, secondMatches: 0, ...count },
});
const afterwards = instantFromIso('2023-08-01T00:00:00Z');
const unexpected = (count: SeasonCount, now = afterwards) => judgeSeasons([count], now)[0]?.unexpected;

describe('a season that is over', () => {
  it.each([
    ['E0', 20, 380],
    ['D1', 18, 306],
    ['SC0', 12, 228],
    ['SC0', 10, 180],
    ['SC2', 10, 180],
    ['HU1', 12, 198],
  ])('of %s with %i teams has %i matches', (league, teams, matches) => {
    expect(matchesOfSeason({ league, teams }).least).toBe(matches);
    expect(unexpected(season({ league, teams, matches }))).toBe(0);
    expect(unexpected(season({ league, teams, matches: matches - 1 }))).toBe(1);
  });

  it('has no more, but for the play-offs of its league', () => {
    expect(unexpected(season({ matches: 390 }))).toBe(1);
    expect(unexpected(season({ league: 'E1', teams: 24, matches: 557 }))).toBe(0);
    expect(unexpected(season({ league: 'E1', teams: 24, matches: 558 }))).toBe(1);
    expect(unexpected(season({ league: 'B1', teams: 18, matches: 330 }))).toBe(0);
  });

  it('is named with what is there and what should be', () => {
    expect(
      judgeSeasons([season(), season({ season: '2021-22', matches: 370 })], afterwards)[0],
    ).toMatchObject({
      ...{ evaluated: 2, unexpected: 1 },
      examples: [{ league: 'E0', season: '2021-22', teams: 20, matches: 370, expected: 380 }],
    });
  });
});

it('a season that is under way lacks nothing', () => {
  expect(unexpected(season({ matches: 40 }), instantFromIso('2023-07-31T23:59:59Z'))).toBe(0);
  expect(judgeSeasons([season()], instantFromIso('2023-05-01T00:00:00Z'))[0]?.evaluated).toBe(0);
});

it('a round that is told twice shows as teams that play twice on a day, also while the season is under way', () => {
  const counts = [season({ secondMatches: 20 }), season({ season: '2021-22' })];
  expect(judgeSeasons(counts, instantFromIso('2022-12-01T00:00:00Z'))[1]).toMatchObject({
    ...{ evaluated: 1_520, unexpected: 20 },
    examples: [{ league: 'E0', season: '2022-23', secondMatches: 20 }],
  });
});
