import type pg from 'pg';
import type { LeagueResults } from '../../schemas/records/league-results.js';
import type { Season } from '../../schemas/values.js';
import type { JsonObject } from './database.js';
import type { Computed, Present, Row } from './row.js';
import { editionStands, standingSays, type FileName, type KeyPayloadColumns } from './source-editions.js';

/** What is known when an edition is judged: what people said of its file before, what stands, and what other files say. */

/** The payloads of the editions of this file that a person has released, by each rule that had doubted them. */
export async function releasedPayloads(
  client: pg.ClientBase,
  file: FileName,
): Promise<Row<{ rule: Computed<string>; rawId: Present<'edition_rows.raw_id'> }>[]> {
  const { rows } = await client.query<Row<{ rule: Computed<string>; rawId: Present<'edition_rows.raw_id'> }>>(
    `select distinct d.told ->> 'rule' as rule, m.raw_id as "rawId"
     from source_editions e join data_quality_logs f on f.id = e.doubt_finding_id
     cross join lateral jsonb_array_elements(f.error_data -> 'doubts') as d (told)
     join edition_rows m on m.edition_id = e.id and m.raw_id is not null
     where e.data_source = $1 and e.uri = $2 and f.released`,
    [file.dataSource, file.uri],
  );
  return rows;
}

/** What the source's other files of a season tell of results: of each file the newest edition that stands. */
export async function leagueResults(
  client: pg.ClientBase,
  { dataSource, uri }: FileName,
  season: Season,
): Promise<LeagueResults[]> {
  const { rows } = await client.query<
    Row<{ league: 'source_editions.division'; results: 'source_editions.results' }>
  >(
    `select distinct on (e.uri) e.division as league, e.results
     from source_editions e
     where e.data_source = $1 and e.season = $2 and e.uri <> $3 and e.results is not null and ${editionStands('e')}
     order by e.uri, e.edition_no desc`,
    [dataSource, season, uri],
  );
  return rows.map(({ league, results }) => ({ league: league ?? '', results: (results ?? '').split(' ') }));
}

/** The payloads of an edition. */
export async function payloadsOfEdition(
  client: pg.ClientBase,
  editionId: number,
): Promise<ReadonlySet<number>> {
  const { rows } = await client.query<Row<{ rawId: Present<'edition_rows.raw_id'> }>>(
    'select raw_id as "rawId" from edition_rows where edition_id = $1 and raw_id is not null',
    [editionId],
  );
  return new Set(rows.map(({ rawId }) => rawId));
}

/** What an edition said of some matches, by their keys. */
export async function saidByEdition(
  client: pg.ClientBase,
  editionId: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const { rows } = await client.query<Row<KeyPayloadColumns>>(
    `select r.external_match_id as key, r.raw_data as raw
     from edition_rows m join raw_match_data r on r.id = m.raw_id
     where m.edition_id = $1 and r.external_match_id = any($2::text[]) order by m.row_no`,
    [editionId, keys],
  );
  return new Map(rows.map(({ key, raw }) => [key, raw]));
}

/** The payloads `r` of the keys with a prefix ($2, `E0/2021-22/`) that editions which stand have said: what a person refused is not the season. */
const saidOfSeason = `
  raw_match_data r
  where r.data_source = $1 and r.external_match_id >= $2 collate "C"
    -- A prefix ends in '/', and '0' is the character after it: a range of the index.
    and r.external_match_id < (left($2, -1) || '0') collate "C" and r.match_time is not null
    and ${standingSays('r')}`;

/** What the source's editions that stand said last of each match of a season. */
export async function standingSeason(
  client: pg.ClientBase,
  dataSource: string,
  prefix: string,
): Promise<Row<KeyPayloadColumns>[]> {
  const { rows } = await client.query<Row<KeyPayloadColumns>>(
    `select distinct on (r.external_match_id) r.external_match_id as key, r.raw_data as raw
     from ${saidOfSeason}
     order by r.external_match_id, r.id desc`,
    [dataSource, prefix],
  );
  return rows;
}

/** What tells the payloads of {@link standingSeason} from any others: how many, and a sum of their hashes. */
export async function fingerprintOf(
  client: pg.ClientBase,
  dataSource: string,
  prefix: string,
): Promise<string> {
  const { rows } = await client.query<Row<{ fingerprint: Computed<string> }>>(
    `select concat_ws('/', count(*), sum(hashtextextended(encode(r.content_hash, 'hex'), 0)::numeric)) as fingerprint
     from ${saidOfSeason}`,
    [dataSource, prefix],
  );
  return rows[0]?.fingerprint ?? '';
}
