import { teamFinder, type Called, type KnownTeam } from './find-team.js';
import { areAlike, nameSimilarity, normaliseTeamName } from './team-names.js';
import { enoughCoincidences, type Rival, type ToldSeasons } from './told-seasons.js';

/** What a source calls the teams of one country, and what is told of the same seasons. */
export interface NamesInQuestion {
  /** Names of this source whose team is not known yet, in the order in which they first play. */
  readonly unknown: readonly string[];
  /** Names of this source about which a person is asked already, with the teams that each may be. */
  readonly asked: ReadonlyMap<string, readonly Candidate[]>;
  /** Names of this source whose team is known. */
  readonly known: ReadonlyMap<string, number>;
  readonly teams: readonly KnownTeam[];
  /** Every season of this source in which an unknown name plays, and what the other sources tell of it. */
  readonly seasons: ToldSeasons;
}

export interface Candidate extends Rival {
  readonly name: string;
  /** 0 to 1, {@link nameSimilarity}. */
  readonly similarity: number;
}

export type NameResolution =
  | { readonly kind: 'same'; readonly teamId: number; readonly basis: Called['basis'] }
  /** Nobody like it is registered or plays in that season. */
  | { readonly kind: 'new' }
  /** A person has to say; likeliest first. */
  | { readonly kind: 'doubt'; readonly candidates: readonly Candidate[] };

/**
 * Says for unknown names of one source which team each is: the exact name, then an alias, then the normalised name, each only where no
 * other name of this source has that team in the same season and where the other sources of that season know the team in it.
 * Where they tell none of its seasons, a name that is equal to another one of this very source only without the club's form
 * ("AFC Wimbledon") is a new team: the source tells them apart. Otherwise a team that the others have in that league and season and that this source does not name
 * there is a candidate if its name is alike or three or more fixtures coincide; a candidate is never applied by itself.
 *
 * Of names that are equal without the club's form the one that plays first is decided; the others are left out, to be decided once its
 * team is registered. So a source's names come to the same teams however its seasons are cut into imports. The order of the other
 * inputs makes no difference.
 */
export function resolveNames(question: NamesInQuestion): ReadonlyMap<string, NameResolution> {
  const { unknown, asked, known, seasons } = question;
  const teams = new Map(question.teams.map((team) => [team.id, team]));
  const find = teamFinder(question.teams);
  const called = new Map(unknown.map((name) => [name, find(name)]));

  const rivalsOf = (name: string, teamId: number): readonly string[] =>
    unknown.filter((other) => other !== name && theTeam(called.get(other)) === teamId);
  const isNamed = (teamId: number): boolean => teams.get(teamId)?.isNamed === true;
  const isToldApart = (name: string, place: number): boolean => {
    const found = called.get(name);
    const teamId = theTeam(found);
    if (found?.isShortened !== true || teamId === undefined) return false;
    const isSecond =
      isNamed(teamId) || rivalsOf(name, teamId).some((rival) => unknown.indexOf(rival) < place);
    return isSecond && seasons.peersSay(name, teamId) === 'silent';
  };
  const toldApart = new Set(unknown.filter(isToldApart));

  const resolutions = new Map<string, NameResolution>();
  const named = new Map(known);
  const forms = new Set<string>();
  for (const name of unknown) {
    const found = called.get(name);
    const teamId = theTeam(found);
    if (found === undefined || teamId === undefined || toldApart.has(name)) continue;
    const bearers = [...known].flatMap(([other, id]) => (id === teamId ? [other] : []));
    // A name that the source tells apart from a team that it names does not contest that team.
    const rivals = rivalsOf(name, teamId).filter((rival) => !isNamed(teamId) || !toldApart.has(rival));
    const clashes = [...rivals, ...bearers].some((other) => seasons.playTogether(name, other));
    if (clashes || seasons.peersSay(name, teamId) === 'lacks') continue;
    resolutions.set(name, { kind: 'same', teamId, basis: found.basis });
    named.set(name, teamId);
    forms.add(normaliseTeamName(name));
  }

  const open = unknown.filter((name) => !resolutions.has(name));
  const candidates = seasons.candidates(open, named, (name, rivals) => likely(name, rivals, teams));
  for (const name of open) {
    const form = normaliseTeamName(name);
    if (!asked.has(name)) {
      if (forms.has(form)) continue;
      forms.add(form);
    }
    // Two spellings of one name are asked about together, though one of them plays in other seasons.
    const ofTwins = [...asked]
      .filter(([twin]) => normaliseTeamName(twin) === form)
      .flatMap(([twin, may]) => (twin === name ? may : may.map((one) => ({ ...one, coinciding: 0 }))));
    const ofName = toldApart.has(name)
      ? []
      : (called.get(name)?.teamIds ?? []).map((teamId) =>
          asCandidate(name, { teamId, coinciding: 0 }, teams.get(teamId)),
        );
    const all = [...(candidates.get(name) ?? []), ...ofTwins, ...ofName.filter((one) => one !== undefined)]
      .sort(likeliestFirst)
      .filter(({ teamId }, place, list) => list.findIndex((other) => other.teamId === teamId) === place);
    resolutions.set(name, all.length === 0 ? { kind: 'new' } : { kind: 'doubt', candidates: all });
  }
  return resolutions;
}

const theTeam = (found: Called | undefined): number | undefined =>
  found?.teamIds.length === 1 ? found.teamIds[0] : undefined;

const likeliestFirst = (a: Candidate, b: Candidate): number =>
  b.coinciding - a.coinciding || b.similarity - a.similarity || a.teamId - b.teamId;

/** The rivals that a person should look at, likeliest first. */
function likely(
  name: string,
  rivals: readonly Rival[],
  teams: ReadonlyMap<number, KnownTeam>,
): readonly Candidate[] {
  return rivals
    .flatMap((rival): Candidate[] => {
      const team = teams.get(rival.teamId);
      const isLikely =
        rival.coinciding >= enoughCoincidences || namesOf(team).some((other) => areAlike(name, other));
      const candidate = isLikely ? asCandidate(name, rival, team) : undefined;
      return candidate === undefined ? [] : [candidate];
    })
    .sort(likeliestFirst);
}

const namesOf = (team: KnownTeam | undefined): readonly string[] =>
  team === undefined ? [] : [team.name, ...team.aliases];

function asCandidate(name: string, rival: Rival, team: KnownTeam | undefined): Candidate | undefined {
  if (team === undefined) return undefined;
  const similarity = Math.max(...namesOf(team).map((other) => nameSimilarity(name, other)));
  return { ...rival, name: team.name, similarity: Math.round(similarity * 1000) / 1000 };
}
