import type { Instant } from '../../schemas/values.js';
import { instant, seasonFolder } from '../../schemas/values.js';
import type { League } from '../league/league.js';
import { fixturesAhead, resultDelay } from '../league/league.js';
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

const latest = (times: readonly number[]): Instant => instant(Math.max(0, ...times));

/** The season files (played matches only) and `fixtures.csv` (the coming matches) of the leagues, as they stand at their `now`. */
export function footballDataFiles(leagues: readonly League[]): readonly ServedFile[] {
  const seasonFiles = leagues.flatMap((league) =>
    league.seasons.map((season): ServedFile => {
      const played = league.played(season).map((match) => ({ match, report: league.truth.report(match) }));
      return {
        path: `mmz4281/${seasonFolder(season)}/${league.code}.csv`,
        text: csv(seasonFileColumns, played),
        modifiedAt: latest(played.map(({ match }) => match.kickOff.instant + resultDelay)),
      };
    }),
  );
  // A match enters the list two weeks ahead and leaves it at kick-off: the latest of either is the file's last change.
  const changes = leagues.flatMap((league) => [
    ...league.upcoming().map(({ kickOff }) => Math.min(kickOff.instant - fixturesAhead, league.now)),
    ...league.seasons
      .flatMap((season) => league.matches(season))
      .map(({ kickOff }) => kickOff.instant)
      .filter((kickOff) => kickOff <= league.now),
  ]);
  const coming = leagues
    .flatMap((league) => league.upcoming())
    .sort((a, b) => a.kickOff.instant - b.kickOff.instant);
  return [
    ...seasonFiles,
    { path: 'fixtures.csv', text: csv(fixturesFileColumns, coming), modifiedAt: latest(changes) },
  ];
}
