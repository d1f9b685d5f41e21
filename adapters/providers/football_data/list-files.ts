import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../../schemas/errors.js';
import type { SourceFile } from '../../../schemas/records/source-file.js';
import type { Instant, Season } from '../../../schemas/values.js';
import {
  parseSeason,
  seasonFolder,
  seasonOfStartYear,
  seasonStartYear,
  toIso,
} from '../../../schemas/values.js';
import { divisions } from './divisions.js';
import { seasonOfDate } from './read-cells.js';

export interface ListOptions {
  /** A folder, or the root of a URL tree as football-data.co.uk serves it (`https://www.football-data.co.uk`). */
  readonly location: string;
  /** `2122` or `2021-22`. Absent: every season that is there. */
  readonly seasons?: readonly string[] | undefined;
  /** `E0`. Absent: every division that is there. */
  readonly divisions?: readonly string[] | undefined;
  readonly now: Instant;
}

/** What a listing keeps: undefined keeps all. */
interface Selection {
  readonly seasons: ReadonlySet<Season> | undefined;
  readonly divisions: ReadonlySet<string> | undefined;
  readonly runningSeason: Season;
}

export const dataSource = 'football_data';
const firstStartYear = 1993;
const fixturesName = 'fixtures.csv';
const layoutAdvice =
  'Give the folder that holds <season>/<division>.csv, as in 2122/E0.csv, or the root of a site that serves mmz4281/2122/E0.csv.';

/** Whether a location is requested over HTTP rather than read from a folder. */
export const isRemote = (location: string): boolean => /^https?:\/\//i.test(location);

/**
 * The files of a folder (`<season>/<division>.csv` at any depth, `fixtures.csv` at its root) by season and division, fixtures last. A URL
 * tree cannot be listed: every candidate is returned, and the fetch of one that is not there says `absent`. Fixtures belong to the season
 * now running; where other seasons are asked for they are left out.
 * @throws BadInput when the folder is missing, unreadable or without files of that layout, or a season or division is not one.
 */
export async function listFiles(options: ListOptions): Promise<SourceFile[]> {
  const selection = selectionOf(options);
  return isRemote(options.location)
    ? remoteCandidates(options.location, selection)
    : filesOfFolder(options.location, selection);
}

function selectionOf({ seasons, divisions: asked, now }: ListOptions): Selection {
  return {
    seasons: seasons === undefined ? undefined : new Set(seasons.map(seasonAsked)),
    divisions: asked === undefined ? undefined : new Set(asked.map(divisionAsked)),
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

function divisionAsked(text: string): string {
  const division = text.trim();
  if (/^[A-Za-z]{1,3}\d?$/.test(division)) return division.toUpperCase();
  throw new BadInput(`${JSON.stringify(text)} is not a division`, {
    setting: 'divisions',
    advice: `Write a division as football-data.co.uk does: ${divisions.map(({ code }) => code).join(', ')}.`,
  });
}

const seasonFile = (season: Season, division: string, location: string): SourceFile => ({
  dataSource,
  uri: `${seasonFolder(season)}/${division}.csv`,
  kind: 'season',
  location,
  season,
  division,
});

const fixturesFile = (location: string): SourceFile => ({
  dataSource,
  uri: fixturesName,
  kind: 'fixtures',
  location,
  season: null,
  division: null,
});

const wantsFixtures = ({ seasons, runningSeason }: Selection): boolean =>
  seasons === undefined || seasons.has(runningSeason);

function remoteCandidates(location: string, selection: Selection): SourceFile[] {
  const base = location.replace(/\/+$/, '').replace(/\/mmz4281$/, '');
  const seasons: Season[] = [];
  for (let year = firstStartYear; year <= seasonStartYear(selection.runningSeason); year++) {
    seasons.push(seasonOfStartYear(year));
  }
  const codes = [
    ...(selection.divisions ?? divisions.filter(({ isSimulated }) => !isSimulated).map(({ code }) => code)),
  ];
  const files = [...(selection.seasons ?? seasons)].flatMap((season) =>
    codes.map((code) => seasonFile(season, code, `${base}/mmz4281/${seasonFolder(season)}/${code}.csv`)),
  );
  return [...files, ...(wantsFixtures(selection) ? [fixturesFile(`${base}/${fixturesName}`)] : [])];
}

async function filesOfFolder(folder: string, selection: Selection): Promise<SourceFile[]> {
  const root = path.resolve(folder);
  const found = new Map<string, SourceFile>();
  let csvSeen = false;
  for (const location of await csvFilesUnder(root)) {
    csvSeen = true;
    const file = fileAt(location, root);
    if (file === undefined) continue;
    const other = found.get(file.uri);
    if (other !== undefined) {
      throw new BadInput(`Two files of the folder are both ${file.uri}: ${other.location} and ${location}`, {
        file: location,
        advice: 'Import one of the two trees.',
      });
    }
    found.set(file.uri, file);
  }
  if (found.size === 0) {
    const what = csvSeen ? 'has CSV files, but none that lies in the folder of a season' : 'has no CSV files';
    throw new BadInput(`The folder ${what}`, { file: folder, advice: layoutAdvice });
  }
  const files = [...found.values()];
  refuseMissing(folder, files, selection);
  return files.filter((file) => isSelected(file, selection)).sort(bySeasonAndDivision);
}

/** A season or division that is asked for and has no file is a mistake, not nothing to do. */
function refuseMissing(folder: string, files: readonly SourceFile[], selection: Selection): void {
  const refuse = (what: 'season' | 'division', asked: ReadonlySet<string> | undefined): void => {
    const there = new Set(files.map((file) => file[what]).filter((value) => value !== null));
    if (what === 'season' && files.some(({ kind }) => kind === 'fixtures'))
      there.add(selection.runningSeason);
    const missing = [...(asked ?? [])].filter((value) => !there.has(value));
    if (missing.length === 0) return;
    throw new BadInput(`The folder has no file of the ${what} ${missing.join(', ')}`, {
      file: folder,
      setting: `${what}s`,
      advice: `It has ${[...there].sort().join(', ')}.`,
    });
  };
  refuse('season', selection.seasons);
  refuse('division', selection.divisions);
}

function isSelected({ season, division }: SourceFile, selection: Selection): boolean {
  if (season === null || division === null) return wantsFixtures(selection);
  return (
    (selection.seasons === undefined || selection.seasons.has(season)) &&
    (selection.divisions === undefined || selection.divisions.has(division))
  );
}

/** Which file of football-data.co.uk lies at this path; undefined where none does. */
function fileAt(location: string, root: string): SourceFile | undefined {
  const name = path.basename(location);
  if (name.toLowerCase() === fixturesName) {
    return path.dirname(location) === root ? fixturesFile(location) : undefined;
  }
  const season = parseSeason(path.basename(path.dirname(location)));
  const division = name.slice(0, -'.csv'.length).toUpperCase();
  return season === undefined || division.length > 20 ? undefined : seasonFile(season, division, location);
}

const orderOf = ({ season, division }: SourceFile): string => `${season ?? '9999'}/${division ?? ''}`;
const bySeasonAndDivision = (a: SourceFile, b: SourceFile): number => (orderOf(a) < orderOf(b) ? -1 : 1);

async function csvFilesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new BadInput(
      `The folder cannot be read: ${reasonOf(error)}`,
      { file: folder, advice: layoutAdvice },
      error,
    );
  });
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const location = path.join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(location).catch(() => entry) : entry;
    if (kind.isDirectory()) files.push(...(await csvFilesUnder(location)));
    else if (entry.name.toLowerCase().endsWith('.csv')) files.push(location);
  }
  return files;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is none of that name';
    case 'ENOTDIR':
      return 'it is not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
