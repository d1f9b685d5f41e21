import { BadInput } from '../../schemas/errors.js';
import type { SourceFile } from '../../schemas/records/source-file.js';
import { parseSeason, toIso, type Season } from '../../schemas/values.js';
import type { DeclaredDivision, ListOptions } from './provider.js';
import { seasonOfDate } from './read-values.js';

/** What a listing keeps: undefined keeps all. Divisions are in the source's names. */
export interface Selection {
  readonly seasons: ReadonlySet<Season> | undefined;
  readonly divisions: ReadonlySet<string> | undefined;
  readonly runningSeason: Season;
}

/** How a source names its divisions. */
export interface DivisionNames {
  readonly source: string;
  readonly declared: readonly DeclaredDivision[];
  /** A name as the source writes it, of a division that nobody declared; undefined where it cannot be one. */
  readonly undeclared: (text: string) => string | undefined;
}

/** The source's name for a division that is given by that name or by our code, in any case; undefined where nobody declared it. */
export function declaredName(divisions: readonly DeclaredDivision[], text: string): string | undefined {
  const asked = text.toUpperCase();
  const found =
    divisions.find(({ externalId }) => externalId.toUpperCase() === asked) ??
    divisions.find(({ league }) => league.code === asked);
  return found?.externalId;
}

/** @throws BadInput when a season or a division is not one. */
export function selectionOf(
  { seasons, divisions, now }: Omit<ListOptions, 'location'>,
  names: DivisionNames,
): Selection {
  return {
    seasons: seasons === undefined ? undefined : new Set(seasons.map(seasonAsked)),
    divisions: divisions === undefined ? undefined : new Set(divisions.map((text) => nameAsked(text, names))),
    runningSeason: seasonOfDate(toIso(now).slice(0, 10)),
  };
}

function seasonAsked(text: string): Season {
  const season = parseSeason(text.trim());
  if (season !== undefined) return season;
  throw new BadInput(`${JSON.stringify(text)} is not a season`, {
    setting: 'seasons',
    advice: 'Write a season as 2122 or 2021-22.',
  });
}

function nameAsked(text: string, { source, declared, undeclared }: DivisionNames): string {
  const name = declaredName(declared, text.trim()) ?? undeclared(text.trim());
  if (name !== undefined) return name;
  throw new BadInput(`${JSON.stringify(text)} is not a division`, {
    setting: 'divisions',
    advice: `Write a division by the code of its league, as E0, or as ${source} does: ${declared.map(({ externalId }) => externalId).join(', ')}.`,
  });
}

/** Fixtures belong to the season now running. */
export const wantsFixtures = ({ seasons, runningSeason }: Selection): boolean =>
  seasons === undefined || seasons.has(runningSeason);

export function isSelected({ season, division }: SourceFile, selection: Selection): boolean {
  if (season === null || division === null) return wantsFixtures(selection);
  return (
    (selection.seasons === undefined || selection.seasons.has(season)) &&
    (selection.divisions === undefined || selection.divisions.has(division))
  );
}
