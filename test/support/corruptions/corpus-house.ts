import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Computed, Row } from '../../../adapters/postgres/row.js';
import { BadInput, CheckFailed } from '../../../schemas/errors.js';
import { instantFromIso } from '../../../schemas/values.js';
import { copyDatabase } from '../copy-database.js';
import { writeEdition } from '../football-data-files.js';
import { openTestLake, type TestLake } from '../lake.js';
import type { TestPostgres } from '../postgres.js';
import { editionsOf, standingEdition, type Case, type Edition, type Target } from './corpus.js';
import { publishedRows, wronglyPublished, type PublishedRows, type WrongRow } from './published-rows.js';
import { until, writeText, type SeasonText } from './season-text.js';

/** What asks for a person: a finding of the review queue, or a publication that is refused. Some hold what they tell of, some do not. */
export interface Alarm {
  /** `doubted_edition`, `held`, `price_unlike_others` …; `refused` and `unreadable` are of no finding. */
  readonly type: string;
  readonly says: string;
  /** The matches that it names, `home - away` as the file writes them; none where it is about the file. */
  readonly pairs: ReadonlySet<string>;
  readonly bookmaker: string | null;
  /** What it is called in another run over the same rows. */
  readonly name: string;
}

/** Whether an alarm stops a match, a file or a publication. Any other marks one price, which features then leave out. */
export const stops = ({ bookmaker, type }: Alarm): boolean =>
  bookmaker === null || type === 'doubted_edition';

/** What came of a corruption. */
export interface Outcome {
  readonly of: Case;
  /** The alarms that name what is wrong. */
  readonly caughtBy: readonly Alarm[];
  /** How many matches came with something wrong; 0 where it is the file as a whole. */
  readonly wrong: number;
  /** What is wrong and was published. */
  readonly published: readonly WrongRow[];
  readonly caught: boolean;
}

/** What came of a season that nobody has touched. */
export interface CleanSeason {
  readonly alarms: readonly Alarm[];
  /** What readers find once all of it has come. */
  readonly published: PublishedRows;
}

/** A house from which others are copied. */
export interface PreparedHouse {
  /** It knows the season before. */
  readonly before: string;
  /** It also knows the edition that stands. */
  readonly standing: string;
  /** Where the Parquet lies. Files of the lake are never changed, so that copies of the house share the folder. */
  readonly folder: string;
}

const Doubts = z.object({
  doubts: z.array(
    z.object({
      rule: z.string(),
      says: z.string(),
      rows: z.array(z.number()),
      bookmaker: z.string().optional(),
    }),
  ),
});
const Lines = z.array(z.array(z.string()));

/** The match of each line of a text, `home - away`. */
function pairsOf(text: string): ReadonlyMap<number, string> {
  const lines: unknown = parse(text, { relax_quotes: true, relax_column_count: true });
  const [header = [], ...rows] = Lines.parse(lines);
  const [home, away] = [header.indexOf('HomeTeam'), header.indexOf('AwayTeam')];
  return new Map(
    rows.map((cells, index) => [index + 2, `${(cells[home] ?? '').trim()} - ${(cells[away] ?? '').trim()}`]),
  );
}

/**
 * Brings an edition of a season's file through the real path: collected, refined, published. Returns its alarms, the rest is in the house.
 * @param beside another league of which the house collects the same days first
 */
async function bring(
  lake: TestLake,
  directory: string,
  season: Pick<SeasonText, 'league' | 'folder'>,
  { text, day }: Edition,
  run: string,
  beside?: SeasonText,
): Promise<readonly Alarm[]> {
  const { house } = lake;
  const clock = { startsAt: instantFromIso(`${day}T12:00:00Z`), realStart: Date.now(), speed: 0 };
  const collect = async (
    { league, folder }: Pick<SeasonText, 'league' | 'folder'>,
    told: string,
  ): Promise<void> => {
    await writeEdition(directory, `${folder}/${league}.csv`, Buffer.from(told, 'latin1'), `${day}T06:00:00Z`);
    const files = await house.list(directory, 'football_data', { seasons: [folder], divisions: [league] });
    for (const file of files)
      await house.collectFile({ file, runId: `${run}/collect/${league}`, reading: 'if-changed', clock });
  };
  if (beside !== undefined) await collect(beside, writeText(until(beside, day)));
  const [last] = (
    await house.pool.query<Row<{ id: Computed<number> }>>(
      'select coalesce(max(id), 0)::integer as id from data_quality_logs',
    )
  ).rows;
  const refused: Alarm[] = [];
  const noted = (type: string, error: Error): void => {
    refused.push({ type, says: error.message, pairs: new Set(), bookmaker: null, name: type });
  };
  try {
    await collect(season, text);
    await house.refine();
    await lake.publish(`${run}/publish`);
  } catch (error) {
    if (error instanceof BadInput) noted('unreadable', error);
    else if (error instanceof CheckFailed) noted('refused', error);
    else throw error;
  }
  return [...(await alarmsSince(house, last?.id ?? 0, { ...season, text })), ...refused];
}

async function alarmsSince(
  house: TestLake['house'],
  id: number,
  { league, folder, text }: Pick<SeasonText, 'league' | 'folder'> & { readonly text: string },
): Promise<readonly Alarm[]> {
  const { rows } = await house.pool.query<
    Row<{
      type: 'data_quality_logs.error_type';
      field: 'data_quality_logs.field';
      says: 'data_quality_logs.error_message';
      data: 'data_quality_logs.error_data';
      pair: Computed<string | null>;
      bookmaker: Computed<string | null>;
    }>
  >(
    `select f.error_type as type, f.field, f.error_message as says, f.error_data as data,
       btrim(r.raw_data ->> 'HomeTeam') || ' - ' || btrim(r.raw_data ->> 'AwayTeam') as pair,
       f.error_data ->> 'bookmaker' as bookmaker
     from data_quality_logs f left join raw_match_data r on r.id = f.record_id and f.table_name <> 'teams'
     where f.id > $1 and f.requires_manual_review and coalesce(f.error_data ->> 'file', $2) = $2
       and coalesce(r.external_league_id, $3) = $3
     order by f.id`,
    [id, `${folder}/${league}.csv`, league],
  );
  const lines = pairsOf(text);
  return rows.flatMap(({ type, field, says, data, pair, bookmaker }): Alarm[] => {
    if (type !== 'doubted_edition' && type !== 'incomplete_season') {
      return [
        {
          ...{ type, says: says ?? '', bookmaker },
          pairs: new Set(pair === null ? [] : [pair]),
          name: `${type} ${field ?? ''} ${pair ?? ''}`,
        },
      ];
    }
    return Doubts.parse(data).doubts.map((doubt) => ({
      type,
      says: `${doubt.rule}: ${doubt.says}`,
      pairs: new Set(doubt.rows.map((rowNo) => lines.get(rowNo) ?? '')),
      bookmaker: doubt.bookmaker ?? null,
      name: `${type} ${doubt.rule}`,
    }));
  });
}

let made = 0;

/** A house of its own that has the season before, and a copy of it that also has the edition that stands, all published. */
export async function prepareHouse(
  postgres: TestPostgres,
  root: string,
  target: Target,
): Promise<PreparedHouse> {
  made += 1;
  const number = made;
  const folder = path.join(root, `house-${number}`);
  await mkdir(folder, { recursive: true });
  const { season, seasonBefore } = target;
  const before = await postgres.freshDatabase();
  await inHouse(before, folder, (lake) =>
    bring(
      lake,
      path.join(folder, 'before'),
      seasonBefore,
      { text: writeText(seasonBefore), day: dayAfterSeason(seasonBefore) },
      'before',
    ),
  );
  const standing = await copyDatabase(before, `standing_${number}`);
  await inHouse(standing, folder, (lake) =>
    bring(
      lake,
      path.join(folder, 'standing'),
      season,
      standingEdition(target),
      'standing',
      target.otherLeague,
    ),
  );
  return { before, standing, folder };
}

async function inHouse<T>(url: string, folder: string, work: (lake: TestLake) => Promise<T>): Promise<T> {
  const lake = await openTestLake(url, folder);
  try {
    return await work(lake);
  } finally {
    await lake.close();
  }
}

const dayAfterSeason = (season: SeasonText): string => editionsOf(season, 1000).at(-1)?.day ?? '';

/** Works in a copy of a house. Copies share the folder of the lake. */
async function inCopy<T>(
  url: string,
  folder: string,
  work: (lake: TestLake, directory: string) => Promise<T>,
): Promise<T> {
  made += 1;
  const name = `copy_${made}`;
  return await inHouse(await copyDatabase(url, name), folder, (lake) => work(lake, path.join(folder, name)));
}

/** Brings a season that nobody has touched, as its file grows by so many rounds at a time. */
export async function bringCleanSeason(
  prepared: PreparedHouse,
  { season, otherLeague }: Target,
  rounds: number,
): Promise<CleanSeason> {
  return await inCopy(prepared.before, prepared.folder, async (lake, directory) => {
    const alarms: Alarm[] = [];
    for (const [index, edition] of editionsOf(season, rounds).entries()) {
      alarms.push(...(await bring(lake, directory, season, edition, `clean/${index}`, otherLeague)));
    }
    return { alarms, published: await publishedRows(lake.lake) };
  });
}

/** Brings a corruption through the real path and says what caught it before it was published. `clean` is the same season untouched. */
export async function runCase(prepared: PreparedHouse, one: Case, clean: CleanSeason): Promise<Outcome> {
  const { target, standing, corrupted } = one;
  const usual = new Set(clean.alarms.map(({ name }) => name));
  const url = standing === undefined ? prepared.before : prepared.standing;
  return await inCopy(url, prepared.folder, async (lake, directory) => {
    const before = await publishedRows(lake.lake);
    const alarms = (
      await bring(lake, directory, target.season, corrupted, 'corrupted', target.otherLeague)
    ).filter(({ name }) => !usual.has(name));
    const caughtBy = alarms.filter((alarm) => isAbout(alarm, one));
    const published = wronglyPublished(await publishedRows(lake.lake), { right: clean.published, before });
    const wrong = new Set([...pairsOf(corrupted.text).values()].filter((pair) => one.touched.has(pair))).size;
    const outcome = { of: one, caughtBy, wrong, published };
    return { ...outcome, caught: isCaught(outcome) };
  });
}

/** Whether an alarm names something that is wrong: a row that was touched, and the bookmaker where it is about one; or the file as a whole. */
function isAbout({ pairs, bookmaker }: Alarm, { touched, bookmaker: wrong }: Case): boolean {
  if (bookmaker !== null && wrong !== undefined && bookmaker !== wrong) return false;
  if (touched.size === 0) return pairs.size === 0;
  return pairs.size === 0 || [...pairs].some((pair) => touched.has(pair));
}

/** Of a corruption of many rows so much has to be kept from readers. */
const enoughKept = 0.9;

/** Caught is what a person is told of and what readers do not find: nothing of a file that is wrong as a whole, and at most a tenth of many rows. */
function isCaught({ of: { touched }, caughtBy, wrong, published }: Omit<Outcome, 'caught'>): boolean {
  const found = new Set(published.map(({ match }) => match)).size;
  const mostFound = touched.size === 0 ? 0 : Math.floor((1 - enoughKept) * wrong);
  return caughtBy.length > 0 && found <= mostFound;
}
