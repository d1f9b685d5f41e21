import type { CalendarDate } from '../../schemas/values.js';

/** One league's season as one source tells it, in its own names. */
export interface Sheet {
  /** League and season: equal for the same season of the same league in every source. */
  readonly leagueSeason: string;
  readonly fixtures: readonly { readonly date: CalendarDate; readonly home: string; readonly away: string }[];
}

/** A fixture that another source tells, between teams that are registered. */
export interface PeerFixture {
  readonly leagueSeason: string;
  readonly date: CalendarDate;
  readonly homeTeamId: number;
  readonly awayTeamId: number;
}

/** A team that another source has where a name of ours plays, and in how many fixtures the two coincide. */
export interface Rival {
  readonly teamId: number;
  /** Fixtures that both play on the same day or a day apart, on the same side against the same team. */
  readonly coinciding: number;
}

/** From so many coinciding fixtures on two teams may be one, whatever they are called. */
export const enoughCoincidences = 3;
const guessingRounds = 2;
const day = 86_400_000;

/** Who plays whom when, by season: of this source by name, of the others by team. */
export class ToldSeasons {
  private readonly seasonsOf = new Map<string, Set<string>>();
  private readonly namesIn = new Map<string, Set<string>>();
  private readonly fixturesOf = new Map<
    string,
    { season: string; day: number; side: 'home' | 'away'; opponent: string }[]
  >();
  private readonly peerTeamsIn = new Map<string, Set<number>>();
  /** By season, side and opponent. */
  private readonly peerFixtures = new Map<string, { day: number; teamId: number }[]>();

  constructor({
    sheets,
    peers,
  }: {
    readonly sheets: readonly Sheet[];
    readonly peers: readonly PeerFixture[];
  }) {
    for (const { leagueSeason: season, fixtures } of sheets) {
      for (const { date, home, away } of fixtures) {
        const at = Date.parse(date) / day;
        this.note(season, home, { season, day: at, side: 'home', opponent: away });
        this.note(season, away, { season, day: at, side: 'away', opponent: home });
      }
    }
    for (const { leagueSeason: season, date, homeTeamId, awayTeamId } of peers) {
      const at = Date.parse(date) / day;
      addTo(this.peerTeamsIn, season, homeTeamId);
      addTo(this.peerTeamsIn, season, awayTeamId);
      pushTo(this.peerFixtures, `${season}/home/${awayTeamId}`, { day: at, teamId: homeTeamId });
      pushTo(this.peerFixtures, `${season}/away/${homeTeamId}`, { day: at, teamId: awayTeamId });
    }
  }

  playTogether(a: string, b: string): boolean {
    const theirs = this.seasonsOf.get(b);
    return [...(this.seasonsOf.get(a) ?? [])].some((season) => theirs?.has(season) === true);
  }

  /** Whether the other sources have the team in a season in which the name plays; `silent` where they tell none of them. */
  peersSay(name: string, teamId: number): 'has' | 'lacks' | 'silent' {
    const told = [...(this.seasonsOf.get(name) ?? [])].flatMap(
      (season) => this.peerTeamsIn.get(season) ?? [],
    );
    if (told.length === 0) return 'silent';
    return told.some((teams) => teams.has(teamId)) ? 'has' : 'lacks';
  }

  /**
   * For each of these names that mean no team of the other sources: the teams that those have in its seasons and that no name of this
   * source has there, `likely` ones only, likeliest first as it orders them. Fixtures against opponents that are open themselves count
   * by the likeliest team of each: what is found is only asked.
   */
  candidates<Candidate extends Rival>(
    open: readonly string[],
    named: ReadonlyMap<string, number>,
    likely: (name: string, rivals: readonly Rival[]) => readonly Candidate[],
  ): ReadonlyMap<string, readonly Candidate[]> {
    const guess = (opponents: ReadonlyMap<string, number>): Map<string, readonly Candidate[]> =>
      new Map(open.map((name) => [name, likely(name, this.rivals(name, named, opponents))]));
    let found = guess(named);
    for (let round = 0; round < guessingRounds; round += 1) {
      const opponents = new Map(named);
      for (const [name, [likeliest]] of found)
        if (likeliest !== undefined) opponents.set(name, likeliest.teamId);
      found = guess(opponents);
    }
    return found;
  }

  private rivals(
    name: string,
    named: ReadonlyMap<string, number>,
    opponents: ReadonlyMap<string, number>,
  ): Rival[] {
    const coinciding = new Map<number, number>();
    const taken = new Set<number>();
    for (const season of this.seasonsOf.get(name) ?? []) {
      for (const teamId of this.peerTeamsIn.get(season) ?? []) {
        if (!coinciding.has(teamId)) coinciding.set(teamId, 0);
      }
      for (const other of this.namesIn.get(season) ?? []) {
        const teamId = named.get(other);
        if (teamId !== undefined) taken.add(teamId);
      }
    }
    for (const fixture of this.fixturesOf.get(name) ?? []) {
      const opponent = opponents.get(fixture.opponent);
      if (opponent === undefined) continue;
      for (const peer of this.peerFixtures.get(`${fixture.season}/${fixture.side}/${opponent}`) ?? []) {
        if (Math.abs(peer.day - fixture.day) > 1) continue;
        coinciding.set(peer.teamId, (coinciding.get(peer.teamId) ?? 0) + 1);
      }
    }
    return [...coinciding]
      .filter(([teamId]) => !taken.has(teamId))
      .map(([teamId, count]) => ({ teamId, coinciding: count }));
  }

  private note(
    season: string,
    name: string,
    fixture: { season: string; day: number; side: 'home' | 'away'; opponent: string },
  ): void {
    addTo(this.seasonsOf, name, season);
    addTo(this.namesIn, season, name);
    pushTo(this.fixturesOf, name, fixture);
  }
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
