import path from 'node:path';
import type { SourceFile } from '../../../schemas/records/source-file.js';
import type { Season } from '../../../schemas/values.js';
import { parseSeason, seasonOfStartYear, seasonStartYear } from '../../../schemas/values.js';
import { filesOfFolder, isRemote, type TreeLayout } from '../file-tree.js';
import type { ListOptions } from '../provider.js';
import { selectionOf, type DivisionNames, type Selection } from '../selection.js';
import { divisions } from './divisions.js';

const dataSource = 'openfootball';
const firstStartYear = 2010;

const divisionNames: DivisionNames = {
  source: 'openfootball',
  declared: divisions,
  undeclared: (text) => (/^[a-z]{2,5}(\.[a-z\d]{1,8})+$/i.test(text) ? text.toLowerCase() : undefined),
};

const layout: TreeLayout = {
  extension: '.json',
  advice:
    'Give the folder that holds <season>/<league>.json, as in 2021-22/en.1.json, or the root of a URL tree with that layout.',
  fileAt,
};

/**
 * The files of a folder (`<season>/<league>.json` at any depth) by season and league. A URL tree cannot be listed: every candidate is
 * returned, and the fetch of one that is not there says `absent`. Leagues whose season is a calendar year (`2020/br.1.json`) are
 * left out.
 * @throws BadInput when the folder is missing, unreadable or without files of that layout, or a season or division is not one.
 */
export async function listFiles(options: ListOptions): Promise<SourceFile[]> {
  const selection = selectionOf(options, divisionNames);
  return isRemote(options.location)
    ? remoteCandidates(options.location, selection)
    : filesOfFolder(options.location, layout, selection);
}

const seasonFile = (season: Season, division: string, location: string): SourceFile => ({
  dataSource,
  uri: `${season}/${division}.json`,
  kind: 'season',
  location,
  season,
  division,
});

function remoteCandidates(location: string, selection: Selection): SourceFile[] {
  const base = location.replace(/\/+$/, '');
  const seasons: Season[] = [];
  for (let year = firstStartYear; year <= seasonStartYear(selection.runningSeason); year++) {
    seasons.push(seasonOfStartYear(year));
  }
  const declared = divisions.map(({ externalId }) => externalId);
  return [...(selection.seasons ?? seasons)].flatMap((season) =>
    [...(selection.divisions ?? declared)].map((division) =>
      seasonFile(season, division, `${base}/${season}/${division}.json`),
    ),
  );
}

/** Beside a league's matches the source has lists of its clubs and groups: `en.1.clubs.json`. */
const isListOfTeams = (division: string): boolean => /\.(clubs|groups)$/.test(division);

/** Which file of openfootball lies at this path; undefined where none does. */
function fileAt(location: string): SourceFile | undefined {
  const folder = path.basename(path.dirname(location));
  // Only the long form: a folder 2021 is the calendar year.
  const season = /^\d{4}-\d{2}$/.test(folder) ? parseSeason(folder) : undefined;
  const division = path.basename(location).slice(0, -layout.extension.length).toLowerCase();
  if (season === undefined || division.length > 20 || isListOfTeams(division)) return undefined;
  return seasonFile(season, division, location);
}
