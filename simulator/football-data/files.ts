import type { Instant, Season } from '../../schemas/values.js';
import { instant, seasonFolder } from '../../schemas/values.js';
import type { League } from '../league/league.js';
import type { Column } from './columns.js';
import { fixturesFileColumns, seasonFileColumns } from './columns.js';

/** A file as the site would serve it. */
export interface ServedFile {
  /** `mmz4281/2122/SIM.csv` or `fixtures.csv`. */
  readonly path: string;
  readonly text: string;
  /** When its content last changed. */
  readonly modifiedAt: Instant;
}

function csv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** The file of a season: the matches of it that have been played by the league's `now`. */
export function seasonFile(league: League, season: Season): ServedFile {
  const played = league.played(season).map((match) => ({ match, report: league.truth.report(match) }));
  return {
    path: `mmz4281/${seasonFolder(season)}/${league.code}.csv`,
    text: csv(seasonFileColumns, played),
    modifiedAt: league.resultsChangedAt(season),
  };
}

/** `fixtures.csv`: the coming matches of the leagues. */
export function fixturesFile(leagues: readonly League[]): ServedFile {
  const coming = leagues
    .flatMap((league) => league.upcoming())
    .sort((a, b) => a.kickOff.instant - b.kickOff.instant);
  return {
    path: 'fixtures.csv',
    text: csv(fixturesFileColumns, coming),
    modifiedAt: instant(Math.max(0, ...leagues.map((league) => league.upcomingChangedAt()))),
  };
}

/** The season files and `fixtures.csv` of the leagues, as they stand at their `now`. */
export const footballDataFiles = (leagues: readonly League[]): readonly ServedFile[] => [
  ...leagues.flatMap((league) => league.seasons.map((season) => seasonFile(league, season))),
  fixturesFile(leagues),
];
