import { listDivisions, newestGold, readMatches, type GoldSource } from '../adapters/lake/model-matches.js';
import type { LakeReader } from '../adapters/lake/reader.js';
import { bookFeatures, formFeatures } from '../domain/model/feature-set.js';
import { isPlayed, matchesOf, type ModelMatch, type PlayedMatch } from '../domain/model/model-match.js';
import { BadInput, PrerequisiteMissing } from '../schemas/errors.js';
import { seasonStartYear, type Season } from '../schemas/values.js';

/** The divisions whose football and prices resemble each other most: learnt from together. */
const topFive = ['D1', 'E0', 'F1', 'I1', 'SP1'];
/** Before this season the files carry neither shots throughout nor average prices. */
const firstSeasonOfUse = 2005;
const lastSeasonOfAll = 9999;

/** What a job was asked to learn from. */
export interface MatchesAsked {
  readonly divisions?: readonly string[] | undefined;
  readonly trainFrom?: Season | undefined;
}

/** What there is to learn from: matches in order of time, of one snapshot. */
export interface Lesson {
  readonly divisions: readonly string[];
  readonly trainFrom: number;
  readonly snapshot: number;
  readonly matches: readonly PlayedMatch[];
  /** Those of the same years in the lake's other divisions; none where divisions were asked for by name. */
  readonly elsewhere: readonly PlayedMatch[];
}

function chooseDivisions(present: readonly string[], asked: MatchesAsked['divisions']): readonly string[] {
  if (asked === undefined) {
    const top = present.filter((division) => topFive.includes(division));
    return top.length > 0 ? top : present;
  }
  const unknown = asked.find((division) => !present.includes(division));
  if (unknown === undefined) return [...new Set(asked)].sort();
  throw new BadInput(`The lake has no match of the division ${unknown}`, {
    field: 'divisions',
    advice: `Choose from ${present.join(', ')}.`,
  });
}

/**
 * Reads the matches to learn from out of lake gold. Divisions default to the five top ones that the lake has, else all it has; the first
 * season to 2005-06, or the first there is after it. Throws {@link PrerequisiteMissing} where there is no match.
 */
export async function readLesson(lake: LakeReader, asked: MatchesAsked): Promise<Lesson> {
  const source = await newestGold(lake);
  const present = await listDivisions(lake, source);
  const divisions = chooseDivisions(
    present.map(({ division }) => division),
    asked.divisions,
  );
  const chosen = present.filter(({ division }) => divisions.includes(division));
  const trainFrom =
    asked.trainFrom === undefined
      ? Math.max(firstSeasonOfUse, Math.min(...chosen.map(({ firstSeason }) => firstSeason)))
      : seasonStartYear(asked.trainFrom);
  const playedIn = async (some: readonly string[]): Promise<PlayedMatch[]> =>
    some.length === 0
      ? []
      : (
          await readModelMatches(lake, source, {
            divisions: some,
            firstSeason: trainFrom,
            lastSeason: lastSeasonOfAll,
          })
        ).filter(isPlayed);
  const matches = await playedIn(divisions);
  if (matches.length === 0) {
    throw new PrerequisiteMissing('The lake has no played match to learn from', {
      object: 'gold.match_results',
      advice: 'Import some files first: touchline import football-data <dir|url>.',
    });
  }
  const others = present.map(({ division }) => division).filter((division) => !divisions.includes(division));
  const elsewhere = asked.divisions === undefined ? await playedIn(others) : [];
  return { divisions, trainFrom, snapshot: source.snapshot, matches, elsewhere };
}

const readModelMatches = async (
  lake: LakeReader,
  source: GoldSource,
  choice: Parameters<typeof readMatches>[2],
): Promise<ModelMatch[]> =>
  matchesOf(await readMatches(lake, source, choice, [...formFeatures, ...bookFeatures]), choice.divisions);
