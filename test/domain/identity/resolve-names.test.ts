import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveNames as resolve, type NamesInQuestion } from '../../../domain/identity/resolve-names.js';
import { ToldSeasons, type PeerFixture, type Sheet } from '../../../domain/identity/told-seasons.js';
import { normaliseTeamName } from '../../../domain/identity/team-names.js';
import { CalendarDate } from '../../../schemas/values.js';

const onDay = (day: number): CalendarDate =>
  CalendarDate.parse(new Date(Date.UTC(2021, 7, 1 + day)).toISOString().slice(0, 10));
const leagueSeason = '1/2021-22';

/** A double round-robin of so many teams: each pair on a day of its own. */
function doubleRound(teams: number): { day: number; home: number; away: number }[] {
  const fixtures: { day: number; home: number; away: number }[] = [];
  let day = 0;
  for (let home = 0; home < teams; home += 1)
    for (let away = 0; away < teams; away += 1) if (home !== away) fixtures.push({ day: day++, home, away });
  return fixtures;
}

const theirs = ['Arsenal', 'Man United', 'Man City', 'Spurs', 'Wolves'];
const ours = [
  'Arsenal FC',
  'Manchester United FC',
  'Manchester City FC',
  'Tottenham Hotspur',
  'Wolverhampton',
];
const teams = theirs.map((name, index) => ({ id: index + 1, name, aliases: [], isNamed: false }));
const peers: PeerFixture[] = doubleRound(5).map(({ day, home, away }) => ({
  leagueSeason,
  date: onDay(day),
  homeTeamId: home + 1,
  awayTeamId: away + 1,
}));

type Question = Omit<NamesInQuestion, 'seasons'> & {
  readonly sheets: readonly Sheet[];
  readonly peers: readonly PeerFixture[];
};
const resolveNames = (told: Question) => resolve({ ...told, seasons: new ToldSeasons(told) });

/** The second source tells the same season in its own names, so many days off. */
const question = (changes: Partial<Question> = {}, off = 0): Question => ({
  unknown: ours,
  asked: new Map(),
  known: new Map(),
  teams,
  peers,
  sheets: [
    {
      leagueSeason,
      fixtures: doubleRound(5).map(({ day, home, away }) => ({
        date: onDay(day + off),
        home: ours[home] ?? '',
        away: ours[away] ?? '',
      })),
    },
  ],
  ...changes,
});

describe('an unknown name', () => {
  it('is a team by its exact name, by an alias, by its normalised name, in this order', () => {
    const named = [
      { id: 1, name: 'Chelsea', aliases: ['The Blues'], isNamed: false },
      { id: 2, name: 'Chelsea FC', aliases: [], isNamed: false },
    ];
    const resolved = (name: string, among = named) =>
      resolveNames(question({ unknown: [name], teams: among, peers: [], sheets: [] })).get(name);
    expect(resolved('Chelsea FC')).toEqual({ kind: 'same', teamId: 2, basis: 'exact' });
    expect(resolved('The Blues')).toEqual({ kind: 'same', teamId: 1, basis: 'alias' });
    expect(resolved('CHELSEA')).toEqual({ kind: 'same', teamId: 1, basis: 'normalised' });
    expect(resolved('AFC Chelsea', named.slice(0, 1))).toEqual({
      kind: 'same',
      teamId: 1,
      basis: 'normalised',
    });
    expect(resolved('AFC Chelsea'), 'two teams are normalised to it').toMatchObject({
      kind: 'doubt',
      candidates: [{ teamId: 1 }, { teamId: 2 }],
    });
  });

  it('without anyone like it in that league and season is a new team', () => {
    expect(resolveNames(question({ unknown: ['Hull'], sheets: [], peers: [] })).get('Hull')).toEqual({
      kind: 'new',
    });
  });

  it('with an alike team in that league and season is a doubt, and is never applied by itself', () => {
    const resolutions = resolveNames(question());
    expect(resolutions.get('Arsenal FC')).toEqual({ kind: 'same', teamId: 1, basis: 'normalised' });
    for (const name of ours.slice(1)) expect(resolutions.get(name), name).toMatchObject({ kind: 'doubt' });
  });

  it('with three coinciding fixtures is a doubt whatever it is called, the likeliest team first', () => {
    const known = new Map(ours.slice(0, 4).map((name, index) => [name, index + 1]));
    const called = 'The Old Gold';
    const renamed = question({ unknown: [called], known });
    const fixtures = renamed.sheets[0]?.fixtures.map(({ date, home, away }) => ({
      date,
      home: home === 'Wolverhampton' ? called : home,
      away: away === 'Wolverhampton' ? called : away,
    }));
    expect(
      resolveNames({ ...renamed, sheets: [{ leagueSeason, fixtures: fixtures ?? [] }] }).get(called),
    ).toMatchObject({ kind: 'doubt', candidates: [{ teamId: 5, coinciding: 8 }] });
  });

  it('is compared with a fixture a day off, not with one two days off', () => {
    const known = new Map(ours.slice(0, 4).map((name, index) => [name, index + 1]));
    const coinciding = (off: number): unknown =>
      resolveNames(question({ unknown: ['Wolverhampton'], known }, off)).get('Wolverhampton');
    expect(coinciding(1)).toMatchObject({ candidates: [{ coinciding: 8 }] });
    expect(coinciding(2)).toMatchObject({ candidates: [{ coinciding: 0 }] });
  });

  it('that is equal to another one of its own source without its club form is a new team, unless another source has the team there', () => {
    const named = [{ id: 1, name: 'Wimbledon', aliases: [], isNamed: true }];
    const unknown = ['AFC Wimbledon'];
    const leagueSeason = '3/2011-12';
    const sheets = [{ leagueSeason, fixtures: [{ date: onDay(0), home: 'AFC Wimbledon', away: 'Hull' }] }];
    const resolved = (changes: Partial<Question>) =>
      resolveNames(question({ unknown, sheets, teams: named, ...changes })).get('AFC Wimbledon');
    expect(resolved({ peers: [] })).toEqual({ kind: 'new' });
    const spelt = resolveNames(question({ unknown: ['WIMBLEDON'], sheets: [], teams: named, peers: [] }));
    expect(spelt.get('WIMBLEDON')).toEqual({ kind: 'same', teamId: 1, basis: 'normalised' });
    const told = [{ leagueSeason, date: onDay(0), homeTeamId: 1, awayTeamId: 9 }];
    expect(resolved({ peers: told })).toEqual({ kind: 'same', teamId: 1, basis: 'normalised' });
  });

  it('waits for the one that it is equal to without its club form, where both are new', () => {
    const both = question({ unknown: ['FC Hull', 'Hull', 'Leeds'], sheets: [], peers: [], teams: [] });
    expect([...resolveNames(both)]).toEqual([
      ['FC Hull', { kind: 'new' }],
      ['Leeds', { kind: 'new' }],
    ]);
  });

  it('is asked about together with another form of it that is asked about, whatever season that plays in', () => {
    const wolves = { teamId: 5, name: 'Wolves', similarity: 0.4, coinciding: 8 };
    const asked = new Map([['Wolverhampton', [wolves]]]);
    const resolutions = resolveNames(
      question({ unknown: ['Hull', 'Wolverhampton FC'], asked, sheets: [], peers: [] }),
    );
    expect(resolutions.get('Wolverhampton FC')).toEqual({
      kind: 'doubt',
      candidates: [{ ...wolves, coinciding: 0 }],
    });
    expect(resolutions.get('Hull')).toEqual({ kind: 'new' });
  });

  it('is no team that another name of the same source is in the same season', () => {
    const rivals = question({ unknown: ['Arsenal FC', 'FC Arsenal'], peers: [] });
    const sheets = [{ leagueSeason, fixtures: [{ date: onDay(0), home: 'Arsenal FC', away: 'FC Arsenal' }] }];
    const first = resolveNames({ ...rivals, sheets }).get('Arsenal FC');
    expect(first).toMatchObject({ kind: 'doubt', candidates: [{ teamId: 1 }] });
    const asked = new Map([['Arsenal FC', first?.kind === 'doubt' ? first.candidates : []]]);
    const second = resolveNames({ ...rivals, sheets, asked }).get('FC Arsenal');
    expect(second).toMatchObject({ kind: 'doubt', candidates: [{ teamId: 1 }] });
  });

  it('is a doubt where the other sources have that team in none of its seasons', () => {
    const elsewhere = peers.filter(({ homeTeamId, awayTeamId }) => homeTeamId !== 1 && awayTeamId !== 1);
    expect(resolveNames(question({ peers: elsewhere })).get('Arsenal FC')).toMatchObject({ kind: 'doubt' });
  });
});

describe('the answers', () => {
  it('do not depend on the order of names, teams, fixtures and peers', () => {
    const reference = [...resolveNames(question())].sort();
    fc.assert(
      fc.property(
        fc.shuffledSubarray(ours, { minLength: ours.length }),
        fc.shuffledSubarray(teams, { minLength: teams.length }),
        fc.shuffledSubarray(peers, { minLength: peers.length }),
        (unknown, shuffledTeams, shuffledPeers) => {
          const shuffled = question({ unknown, teams: shuffledTeams, peers: shuffledPeers });
          expect([...resolveNames(shuffled)].sort()).toEqual(reference);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('give one team to no two names that play in one season', () => {
    const name = fc.constantFrom(
      'Arsenal',
      'Arsenal FC',
      'AFC Arsenal',
      'Man United',
      'Manchester',
      'City',
      'Spurs FC',
    );
    const fixture = fc.record({ date: fc.nat(40).map(onDay), home: name, away: name });
    fc.assert(
      fc.property(fc.array(fixture, { maxLength: 30 }), (fixtures) => {
        const unknown = [...new Set(fixtures.flatMap(({ home, away }) => [home, away]))];
        const resolved = resolveNames(question({ unknown, sheets: [{ leagueSeason, fixtures }] }));
        const ids = [...resolved.values()].flatMap((answer) =>
          answer.kind === 'same' ? [answer.teamId] : [],
        );
        expect(new Set(ids).size).toBe(ids.length);
        const told = (names: Iterable<string>) => new Set([...names].map(normaliseTeamName));
        expect(told(resolved.keys()), 'each, or another form of it').toEqual(told(unknown));
      }),
    );
  });
});
