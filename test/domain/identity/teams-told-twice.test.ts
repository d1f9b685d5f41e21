import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { teamsToldTwice, type TeamedFixture } from '../../../domain/identity/teams-told-twice.js';
import { CalendarDate } from '../../../schemas/values.js';

/** A double round-robin as one source tells it, each pair on a day of its own; `called` says under which id it knows a team. */
function roundsOf(dataSource: string, teams: number, called: ReadonlyMap<number, number>): TeamedFixture[] {
  const idOf = (team: number): number => called.get(team) ?? team;
  const fixtures: TeamedFixture[] = [];
  for (let home = 1; home <= teams; home += 1)
    for (let away = 1; away <= teams; away += 1)
      if (home !== away) {
        const day = new Date(Date.UTC(2021, 7, fixtures.length + 1)).toISOString().slice(0, 10);
        const date = CalendarDate.parse(day);
        fixtures.push({ dataSource, date, homeTeamId: idOf(home), awayTeamId: idOf(away) });
      }
  return fixtures;
}

const ours = roundsOf('a', 5, new Map());

describe('two registered teams of one season', () => {
  it('may be one where each is told by another source alone and three fixtures or more coincide', () => {
    expect(teamsToldTwice([...ours, ...roundsOf('b', 5, new Map([[5, 50]]))])).toEqual([
      { first: { dataSource: 'a', teamId: 5 }, second: { dataSource: 'b', teamId: 50 }, coinciding: 8 },
    ]);
  });

  it('are found beside each other, their own matches included', () => {
    const found = teamsToldTwice([
      ...ours,
      ...roundsOf(
        'b',
        5,
        new Map([
          [4, 40],
          [5, 50],
        ]),
      ),
    ]);
    expect(found.map(({ first, second, coinciding }) => [first.teamId, second.teamId, coinciding])).toEqual([
      [4, 40, 8],
      [5, 50, 8],
    ]);
  });

  it('are two where fewer fixtures coincide, where one source tells both, and where there is one source', () => {
    const theirs = roundsOf('b', 5, new Map([[5, 50]]));
    const few = theirs.filter(({ homeTeamId, awayTeamId }) => homeTeamId !== 50 && awayTeamId !== 50);
    const two = theirs.filter((fixture) => !few.includes(fixture)).slice(0, 2);
    expect(teamsToldTwice([...ours, ...few, ...two])).toEqual([]);
    const both = { ...(ours[0] ?? theirs[0]), homeTeamId: 50, awayTeamId: 1 };
    expect(
      teamsToldTwice([
        ...ours,
        ...theirs,
        { ...both, dataSource: 'a', date: CalendarDate.parse('2022-05-01') },
      ]),
    ).toEqual([]);
    expect(teamsToldTwice(ours)).toEqual([]);
  });

  it('are the same whatever the order of the fixtures', () => {
    const fixtures = [
      ...ours,
      ...roundsOf(
        'b',
        5,
        new Map([
          [3, 30],
          [5, 50],
        ]),
      ),
    ];
    const reference = teamsToldTwice(fixtures);
    fc.assert(
      fc.property(fc.shuffledSubarray(fixtures, { minLength: fixtures.length }), (shuffled) => {
        expect(teamsToldTwice(shuffled)).toEqual(reference);
      }),
      { numRuns: 30 },
    );
  });
});
