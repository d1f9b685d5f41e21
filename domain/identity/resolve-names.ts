import type { CalendarDate } from '../../schemas/values.js';
import { areAlike, nameSimilarity, normaliseTeamName } from './team-names.js';

/** A team that is registered, with everything it is called. */
export interface KnownTeam {
  readonly id: number;
  readonly name: string;
  readonly aliases: readonly string[];
}

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

/** What a source calls the teams of one country, and what the others tell of the same seasons. */
export interface NamesInQuestion {
  /** Names of this source whose team is not known yet. */
  readonly unknown: readonly string[];
  /** Names of this source whose team is known. */
  readonly known: ReadonlyMap<string, number>;
  readonly teams: readonly KnownTeam[];
  /** Every season of this source in which an unknown name plays. */
  readonly sheets: readonly Sheet[];
  readonly peers: readonly PeerFixture[];
}

export interface Candidate {
  readonly teamId: number;
  readonly name: string;
  /** 0 to 1, {@link nameSimilarity}. */
  readonly similarity: number;
  /** Fixtures that both play on the same day or a day apart, on the same side against the same team. */
  readonly coinciding: number;
}

export type NameResolution =
  | { readonly kind: 'same'; readonly teamId: number; readonly basis: 'exact' | 'alias' | 'normalised' }
  /** Nobody like it plays in those seasons. */
  | { readonly kind: 'new' }
  /** A person has to say; likeliest first. */
  | { readonly kind: 'doubt'; readonly candidates: readonly Candidate[] };

/** From so many coinciding fixtures on a team is a candidate, whatever its name. */
const enoughCoincidences = 3;
const guessingRounds = 2;
const day = 86_400_000;

/**
 * Says for each unknown name of one source which team it is: the exact name, then an alias, then the normalised name, each only where no
 * other name of this source has that team in the same season and where the other sources of that season know the team in it.
 * Otherwise a team of that league and season that this source does not name yet is a candidate if its name is alike or three or
 * more fixtures coincide; a candidate is never applied by itself. The order of the inputs makes no difference.
 */
export function resolveNames(question: NamesInQuestion): ReadonlyMap<string, NameResolution> {
  const seasons = new Seasons(question);
  const proposals = new Map<
    string,
    { readonly teamId: number; readonly basis: 'exact' | 'alias' | 'normalised' }
  >();
  const find = teamFinder(question.teams);
  for (const name of question.unknown) {
    const found = find(name);
    if (found !== undefined && seasons.peersKnow(name, found.teamId)) proposals.set(name, found);
  }
  const named = new Map(question.known);
  const resolutions = new Map<string, NameResolution>();
  for (const [name, { teamId, basis }] of proposals) {
    const rivals = [...proposals].filter(([other, { teamId: id }]) => other !== name && id === teamId);
    const clashes =
      rivals.some(([other]) => seasons.playTogether(name, other)) ||
      [...question.known].some(([other, id]) => id === teamId && seasons.playTogether(name, other));
    if (clashes) continue;
    resolutions.set(name, { kind: 'same', teamId, basis });
    named.set(name, teamId);
  }
  const teamsById = new Map(question.teams.map((team) => [team.id, team]));
  const unresolved = question.unknown.filter((name) => !resolutions.has(name)).sort();
  const candidatesOf = (name: string, opponents: ReadonlyMap<string, number>): Candidate[] =>
    seasons
      .candidates(name, named, opponents)
      .flatMap(({ teamId, coinciding }): Candidate[] => {
        const team = teamsById.get(teamId);
        if (team === undefined) return [];
        const names = [team.name, ...team.aliases];
        if (coinciding < enoughCoincidences && !names.some((other) => areAlike(name, other))) return [];
        const similarity = Math.max(...names.map((other) => nameSimilarity(name, other)));
        return [{ teamId, name: team.name, similarity: Math.round(similarity * 1000) / 1000, coinciding }];
      })
      .sort((a, b) => b.coinciding - a.coinciding || b.similarity - a.similarity || a.teamId - b.teamId);
  // Fixtures against opponents that are in doubt themselves count too, by the likeliest team of each: what is found is only asked.
  let guessed: ReadonlyMap<string, number> = named;
  for (let round = 0; round < guessingRounds; round += 1) {
    const better = new Map(named);
    for (const name of unresolved) {
      const likeliest = candidatesOf(name, guessed)[0];
      if (likeliest !== undefined) better.set(name, likeliest.teamId);
    }
    guessed = better;
  }
  const candidates = new Map(unresolved.map((name) => [name, candidatesOf(name, guessed)]));
  for (const name of unresolved) {
    const own = candidates.get(name) ?? [];
    // Two spellings of one name are asked about together, though one of them plays in other seasons.
    const ofTwins = unresolved
      .filter(
        (other) => normaliseTeamName(other) === normaliseTeamName(name) && !seasons.playTogether(name, other),
      )
      .flatMap((other) => candidates.get(other) ?? [])
      .map((candidate) => ({ ...candidate, coinciding: 0 }));
    const found = find(name);
    const team = found === undefined ? undefined : teamsById.get(found.teamId);
    const ofName: Candidate[] =
      team === undefined ? [] : [{ teamId: team.id, name: team.name, similarity: 1, coinciding: 0 }];
    const all = [...own, ...ofTwins, ...ofName].filter(
      ({ teamId }, index, list) => list.findIndex((other) => other.teamId === teamId) === index,
    );
    resolutions.set(name, all.length === 0 ? { kind: 'new' } : { kind: 'doubt', candidates: all });
  }
  return resolutions;
}

function teamFinder(teams: readonly KnownTeam[]) {
  const byName = new Map<string, Set<number>>();
  const byAlias = new Map<string, Set<number>>();
  const byNormalised = new Map<string, Set<number>>();
  const put = (index: Map<string, Set<number>>, name: string, id: number): void => {
    const ids = index.get(name);
    if (ids === undefined) index.set(name, new Set([id]));
    else ids.add(id);
  };
  for (const { id, name, aliases } of teams) {
    put(byName, name, id);
    for (const alias of aliases) put(byAlias, alias, id);
    for (const called of [name, ...aliases]) put(byNormalised, normaliseTeamName(called), id);
  }
  const only = (ids: Set<number> | undefined): number | undefined =>
    ids?.size === 1 ? ids.values().next().value : undefined;
  return (name: string) => {
    const exact = only(byName.get(name));
    if (exact !== undefined) return { teamId: exact, basis: 'exact' as const };
    const alias = only(byAlias.get(name));
    if (alias !== undefined) return { teamId: alias, basis: 'alias' as const };
    const normalised = only(byNormalised.get(normaliseTeamName(name)));
    return normalised === undefined ? undefined : { teamId: normalised, basis: 'normalised' as const };
  };
}

/** Who plays whom when, by season: of this source by name, of the others by team. */
class Seasons {
  private readonly seasonsOf = new Map<string, Set<string>>();
  private readonly namesIn = new Map<string, Set<string>>();
  private readonly fixturesOf = new Map<
    string,
    { season: string; day: number; side: 'home' | 'away'; opponent: string }[]
  >();
  private readonly peerTeamsIn = new Map<string, Set<number>>();
  /** By season, side and opponent. */
  private readonly peerFixtures = new Map<string, { day: number; teamId: number }[]>();

  constructor({ sheets, peers }: NamesInQuestion) {
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

  /** Where other sources tell a season in which the name plays, they have that team in one of them. */
  peersKnow(name: string, teamId: number): boolean {
    const told = [...(this.seasonsOf.get(name) ?? [])].flatMap(
      (season) => this.peerTeamsIn.get(season) ?? [],
    );
    return told.length === 0 || told.some((teams) => teams.has(teamId));
  }

  /** The teams that other sources have in the name's seasons and that no name of this source has there. */
  candidates(
    name: string,
    named: ReadonlyMap<string, number>,
    opponents: ReadonlyMap<string, number>,
  ): { teamId: number; coinciding: number }[] {
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
