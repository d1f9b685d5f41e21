import path from 'node:path';
import type { SourceFile } from '../../../schemas/records/source-file.js';
import type { Season } from '../../../schemas/values.js';
import { parseSeason, seasonFolder, seasonOfStartYear, seasonStartYear } from '../../../schemas/values.js';
import { filesOfFolder, isRemote, type TreeLayout } from '../file-tree.js';
import type { ListOptions } from '../provider.js';
import { selectionOf, wantsFixtures, type DivisionNames, type Selection } from '../selection.js';
import { divisions } from './divisions.js';

export const dataSource = 'football_data';
const firstStartYear = 1993;
const fixturesName = 'fixtures.csv';

const divisionNames: DivisionNames = {
  source: 'football-data.co.uk',
  declared: divisions,
  undeclared: (text) => (/^[A-Za-z]{1,3}\d?$/.test(text) ? text.toUpperCase() : undefined),
};

const layout: TreeLayout = {
  extension: '.csv',
  advice:
    'Give the folder that holds <season>/<division>.csv, as in 2122/E0.csv, or the root of a site that serves mmz4281/2122/E0.csv.',
  fileAt,
};

/**
 * The files of a folder (`<season>/<division>.csv` at any depth, `fixtures.csv` at its root) by season and division, fixtures last. A URL
 * tree cannot be listed: every candidate is returned, and the fetch of one that is not there says `absent`. Fixtures belong to the season
 * now running; where other seasons are asked for they are left out.
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

function remoteCandidates(location: string, selection: Selection): SourceFile[] {
  const base = location.replace(/\/+$/, '').replace(/\/mmz4281$/, '');
  const seasons: Season[] = [];
  for (let year = firstStartYear; year <= seasonStartYear(selection.runningSeason); year++) {
    seasons.push(seasonOfStartYear(year));
  }
  const played = divisions.filter(({ league }) => !league.isSimulated).map(({ externalId }) => externalId);
  const files = [...(selection.seasons ?? seasons)].flatMap((season) =>
    [...(selection.divisions ?? played)].map((division) =>
      seasonFile(season, division, `${base}/mmz4281/${seasonFolder(season)}/${division}.csv`),
    ),
  );
  return [...files, ...(wantsFixtures(selection) ? [fixturesFile(`${base}/${fixturesName}`)] : [])];
}

/** Which file of football-data.co.uk lies at this path; undefined where none does. */
function fileAt(location: string, root: string): SourceFile | undefined {
  const name = path.basename(location);
  if (name.toLowerCase() === fixturesName) {
    return path.dirname(location) === root ? fixturesFile(location) : undefined;
  }
  const season = parseSeason(path.basename(path.dirname(location)));
  const division = name.slice(0, -layout.extension.length).toUpperCase();
  return season === undefined || division.length > 20 ? undefined : seasonFile(season, division, location);
}
