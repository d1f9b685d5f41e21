import type pg from 'pg';
import { reportStaleFile, toldSeason } from '../adapters/postgres/stale-files.js';
import type { MatchFileProvider } from '../adapters/providers/provider.js';
import { daysOfSeason } from '../adapters/providers/read-values.js';
import { staleness } from '../domain/quality/edition/stale.js';
import type { SourceFile } from '../schemas/records/source-file.js';
import { CalendarDate, seasonOfStartYear, seasonStartYear, toIso, type Instant } from '../schemas/values.js';

/** Asks a person about a season's file that should have grown and has not, whether or not it was changed. */
export async function watchStaleFile(
  pool: Pick<pg.Pool, 'query'>,
  { divisions }: Pick<MatchFileProvider, 'divisions'>,
  file: SourceFile,
  now: Instant,
): Promise<void> {
  const { dataSource, division, season, kind } = file;
  const today = CalendarDate.parse(toIso(now).slice(0, 10));
  if (kind !== 'season' || season === null || division === null) return;
  const league = divisions.find(({ externalId }) => externalId === division)?.league.code;
  if (league === undefined || today > daysOfSeason(season).last) return;
  const told = await toldSeason(pool, dataSource, `${division}/${season}/`);
  const newest = told.days.at(-1);
  // A list of all fixtures ends with the season, whatever of it has been played.
  if (newest === undefined || newest >= today) return;
  const before = seasonOfStartYear(seasonStartYear(season) - 1);
  const { days } = await toldSeason(pool, dataSource, `${division}/${before}/`);
  const says = staleness({
    ...{ league, today, newest: CalendarDate.parse(newest), teams: told.teams, matches: told.days.length },
    daysBefore: days.map((date) => CalendarDate.parse(date)),
  });
  if (says !== undefined) await reportStaleFile(pool, file, newest, says);
}
