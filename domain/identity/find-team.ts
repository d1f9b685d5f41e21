import { foldTeamName, normaliseTeamName } from './team-names.js';

/** A team that is registered, with everything it is called. */
export interface KnownTeam {
  readonly id: number;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Some name of the source whose names are in question means it. */
  readonly isNamed: boolean;
}

/** The teams that are called so, by the closest way in which any is. Several: the name alone does not tell. */
export interface Called {
  readonly teamIds: readonly number[];
  readonly basis: 'exact' | 'alias' | 'normalised';
  /** Only without the club's form ("FC"), a number or a sponsor are the names equal. */
  readonly isShortened: boolean;
}

/** Finds teams by name: the exact name, then an alias, then a spelling of either, then either without the club's form. */
export function teamFinder(teams: readonly KnownTeam[]): (name: string) => Called | undefined {
  const [byName, byAlias, byFolded, byNormalised] = [index(), index(), index(), index()];
  for (const { id, name, aliases } of teams) {
    put(byName, name, id);
    for (const alias of aliases) put(byAlias, alias, id);
    for (const called of [name, ...aliases]) {
      put(byFolded, foldTeamName(called), id);
      put(byNormalised, normaliseTeamName(called), id);
    }
  }
  return (name) => {
    for (const { ids, basis, isShortened } of [
      { ids: byName.get(name), basis: 'exact', isShortened: false },
      { ids: byAlias.get(name), basis: 'alias', isShortened: false },
      { ids: byFolded.get(foldTeamName(name)), basis: 'normalised', isShortened: false },
      { ids: byNormalised.get(normaliseTeamName(name)), basis: 'normalised', isShortened: true },
    ] as const) {
      if (ids !== undefined) return { teamIds: [...ids].sort((a, b) => a - b), basis, isShortened };
    }
    return undefined;
  };
}

const index = (): Map<string, Set<number>> => new Map();

function put(ids: Map<string, Set<number>>, name: string, id: number): void {
  const found = ids.get(name);
  if (found === undefined) ids.set(name, new Set([id]));
  else found.add(id);
}
