import type pg from 'pg';
import { copyRows, type CopyRow, type CopyValue } from '../../adapters/postgres/copy-rows.js';
import { mergeSilver } from '../../adapters/postgres/silver-merge.js';
import { copyToStage, createStages, stages, type StageName } from '../../adapters/postgres/silver-stage.js';

const loaded = ['matches', 'revisions', 'statistics', 'quotes'] as const satisfies readonly StageName[];
type LoadedStage = (typeof loaded)[number];

/** One batch of refine: the rows of each stage, the first cell being the batch's number of the match. */
type Batch = Readonly<Record<LoadedStage, readonly CopyRow[]>>;

export interface Silver {
  readonly batches: readonly Batch[];
  /** Rows of all tables. */
  readonly rows: number;
  readonly odds: number;
}

/** `everything` as refine loads it; `odds` alone, into matches that are there. */
export type SilverPart = 'everything' | 'odds';

const matchesInABatch = 2_000;
const tables: Readonly<Record<Exclude<LoadedStage, 'matches'>, string>> = {
  revisions: 'fixture_revisions',
  statistics: 'match_statistics',
  quotes: 'odds',
};

/** A column of a stage as text for COPY: instants in ISO, as refine writes them. */
const written = (name: string, type: string): string =>
  type === 'timestamptz' ? `to_char(t.${name}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : `t.${name}`;

/** Everything in silver, as the stages that would make it again. */
export async function readSilver(client: pg.ClientBase): Promise<Silver> {
  await client.query(`set time zone 'UTC'`);
  const range = await client.query<{ last: number }>('select max(id) as last from match_registry');
  const last = range.rows[0]?.last ?? 0;
  const batches: Batch[] = [];
  for (let from = 1; from <= last; from += matchesInABatch) batches.push(await readBatch(client, from));
  const count = (name: LoadedStage): number => batches.reduce((sum, batch) => sum + batch[name].length, 0);
  return {
    batches,
    rows: loaded.reduce((sum, name) => sum + count(name), 0),
    odds: count('quotes'),
  };
}

async function readBatch(client: pg.ClientBase, from: number): Promise<Batch> {
  const rowsOf = async (text: string): Promise<CopyRow[]> =>
    (await client.query<CopyValue[]>({ text, values: [from, from + matchesInABatch], rowMode: 'array' }))
      .rows;
  const stageRows = (name: keyof typeof tables): Promise<CopyRow[]> => {
    const columns = stages[name].columns.slice(1).map(([column, type]) => written(column, type));
    return rowsOf(
      `select t.match_id - $1::bigint, ${columns.join(', ')} from ${tables[name]} t
       where t.match_id >= $1 and t.match_id < $2 order by t.match_id, t.id`,
    );
  };
  const matches = await rowsOf(
    `select r.id - $1::bigint, x.data_source, x.external_id, r.league_id, l.country, r.season, h.name, a.name, r.ordinal,
       ${written('match_time', 'timestamptz').replace('t.', 'r.')}, false
     from match_registry r join match_external_ids x on x.match_id = r.id join leagues l on l.id = r.league_id
       join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id
     where r.id >= $1 and r.id < $2 order by r.id`,
  );
  return {
    matches,
    revisions: await stageRows('revisions'),
    statistics: await stageRows('statistics'),
    quotes: await stageRows('quotes'),
  };
}

/** Empties what is to be loaded and loads it again by stage and merge, a transaction a batch. */
export async function loadSilver(
  client: pg.ClientBase,
  { batches }: Silver,
  part: SilverPart,
): Promise<void> {
  await client.query(part === 'odds' ? 'truncate odds' : 'truncate match_registry restart identity cascade');
  const names = part === 'odds' ? (['matches', 'quotes'] as const) : loaded;
  for (const batch of batches) {
    await client.query('begin');
    await createStages(client);
    for (const name of names) await copyToStage(client, name, batch[name]);
    await mergeSilver(client);
    await client.query('commit');
  }
}

/** The same rows by COPY into plain tables without keys, a transaction a batch. */
export async function loadSilverBare(
  client: pg.ClientBase,
  { batches }: Silver,
  part: SilverPart,
): Promise<void> {
  const names = part === 'odds' ? (['quotes'] as const) : loaded;
  for (const name of names) {
    const columns = stages[name].columns.map(([column, type]) => `${column} ${type}`).join(', ');
    await client.query(`drop table if exists bare_${name}; create table bare_${name} (${columns})`);
  }
  for (const batch of batches) {
    for (const name of names) {
      const columns = stages[name].columns.map(([column]) => column);
      await copyRows(client, { table: `bare_${name}`, columns }, batch[name]);
    }
  }
}
