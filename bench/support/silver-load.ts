import type pg from 'pg';
import { copyRows, type CopyRow, type CopyValue } from '../../adapters/postgres/copy-rows.js';
import { mergeSilver } from '../../adapters/postgres/silver-merge.js';
import { copyToStage, createStages, stages, type StageName } from '../../adapters/postgres/silver-stage.js';

const staged = ['matches', 'revisions', 'statistics', 'quotes'] as const satisfies readonly StageName[];
type LoadedStage = (typeof staged)[number];

/** What refine fills in `odds` and what it fills beside it, in the order of loading. */
const smallTables = [
  'match_registry',
  'match_external_ids',
  'matches',
  'fixture_revisions',
  'match_statistics',
] as const;

/** One batch of refine. */
interface Batch {
  /** The ids of its matches begin here: the first cell of a staged row counts from it. */
  readonly from: number;
  /** What derivation hands over. */
  readonly stages: Readonly<Record<LoadedStage, readonly CopyRow[]>>;
  /** The rows of the small tables as they are stored, all columns. */
  readonly stored: Readonly<Record<(typeof smallTables)[number], readonly CopyRow[]>>;
}

export interface Silver {
  readonly batches: readonly Batch[];
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Rows that are stored in all tables. */
  readonly rows: number;
  readonly odds: number;
}

const matchesInABatch = 4_000;

/** A column as text for COPY: instants in ISO, as refine writes them. */
const written = (alias: string, name: string, type: string): string =>
  type === 'timestamptz'
    ? `to_char(${alias}.${name}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : `${alias}.${name}::text`;

/** Everything in silver: the stages that would make it again, and the rows that they make. */
export async function readSilver(client: pg.ClientBase): Promise<Silver> {
  await client.query(`set time zone 'UTC'`);
  const columns = new Map<string, readonly string[]>();
  for (const table of [...smallTables, 'odds']) {
    const { fields } = await client.query(`select * from ${table} where false`);
    columns.set(
      table,
      fields.map(({ name }) => name),
    );
  }
  const range = await client.query<{ last: number }>('select max(id) as last from match_registry');
  const last = range.rows[0]?.last ?? 0;
  const batches: Batch[] = [];
  for (let from = 1; from <= last; from += matchesInABatch) {
    batches.push(await readBatch(client, from, columns));
  }
  const odds = batches.reduce((sum, batch) => sum + batch.stages.quotes.length, 0);
  const small = smallTables.flatMap((table) => batches.map((batch) => batch.stored[table].length));
  return { batches, columns, odds, rows: small.reduce((sum, rows) => sum + rows, odds) };
}

async function readBatch(
  client: pg.ClientBase,
  from: number,
  columns: ReadonlyMap<string, readonly string[]>,
): Promise<Batch> {
  const rowsOf = async (text: string): Promise<CopyRow[]> =>
    (await client.query<CopyValue[]>({ text, values: [from, from + matchesInABatch], rowMode: 'array' }))
      .rows;
  const stageRows = (name: Exclude<LoadedStage, 'matches'>, table: string): Promise<CopyRow[]> => {
    const cells = stages[name].columns.slice(1).map(([column, type]) => written('t', column, type));
    return rowsOf(
      `select t.match_id - $1::bigint, ${cells.join(', ')} from ${table} t
       where t.match_id >= $1 and t.match_id < $2 order by t.match_id, t.id`,
    );
  };
  const storedRows = (table: (typeof smallTables)[number], key: string): Promise<CopyRow[]> => {
    const cells = (columns.get(table) ?? []).map((column) =>
      written('t', column, /(_at|_time)$/.test(column) ? 'timestamptz' : 'other'),
    );
    return rowsOf(
      `select ${cells.join(', ')} from ${table} t where ${key} >= $1 and ${key} < $2 order by ${key}`,
    );
  };
  return {
    from,
    stages: {
      matches: await rowsOf(
        `select r.id - $1::bigint, x.data_source, x.external_id, r.league_id, l.country, r.season, h.name, a.name,
           r.ordinal, ${written('r', 'match_time', 'timestamptz')}, false
         from match_registry r join match_external_ids x on x.match_id = r.id join leagues l on l.id = r.league_id
           join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id
         where r.id >= $1 and r.id < $2 order by r.id`,
      ),
      revisions: await stageRows('revisions', 'fixture_revisions'),
      statistics: await stageRows('statistics', 'match_statistics'),
      quotes: await stageRows('quotes', 'odds'),
    },
    stored: {
      match_registry: await storedRows('match_registry', 't.id'),
      match_external_ids: await storedRows('match_external_ids', 't.match_id'),
      matches: await storedRows('matches', 't.id'),
      fixture_revisions: await storedRows('fixture_revisions', 't.match_id'),
      match_statistics: await storedRows('match_statistics', 't.match_id'),
    },
  };
}

/** Empties what {@link loadSilver} fills. */
export async function emptySilver(client: pg.ClientBase): Promise<void> {
  await client.query('truncate match_registry restart identity cascade');
}

/** Loads everything by stage and merge, a transaction a batch, as refine does: a batch at a time on each of the sessions. */
export async function loadSilver(sessions: readonly pg.ClientBase[], { batches }: Silver): Promise<void> {
  const waiting = batches.values();
  await Promise.all(
    sessions.map(async (client) => {
      for (const batch of waiting) await loadBatch(client, batch);
    }),
  );
}

async function loadBatch(client: pg.ClientBase, batch: Batch): Promise<void> {
  await client.query('begin');
  await createStages(client);
  for (const name of staged) await copyToStage(client, name, batch.stages[name]);
  await mergeSilver(client);
  await client.query('commit');
}

/** Makes the plain tables anew: the columns of the real ones, without a key. */
export async function emptySilverBare(client: pg.ClientBase): Promise<void> {
  for (const table of [...smallTables, 'odds']) {
    await client.query(
      `drop table if exists bare_${table}; create table bare_${table} as select * from ${table} where false`,
    );
  }
}

/** The same rows by COPY into the plain tables, a transaction a batch. */
export async function loadSilverBare(client: pg.ClientBase, { batches, columns }: Silver): Promise<void> {
  const oddsColumns = [
    'id',
    'match_id',
    'data_source',
    ...stages.quotes.columns.slice(1).map(([name]) => name),
    'created_at',
    'updated_at',
  ];
  const createdAt = new Date().toISOString();
  let id = 0;
  function* odds({ from, stages: { quotes } }: Batch): Generator<CopyRow> {
    for (const [keyNo, ...cells] of quotes) {
      yield [++id, from + Number(keyNo), 'football_data', ...cells, createdAt, createdAt];
    }
  }
  for (const batch of batches) {
    await client.query('begin');
    for (const table of smallTables) {
      await copyRows(
        client,
        { table: `bare_${table}`, columns: columns.get(table) ?? [] },
        batch.stored[table],
      );
    }
    await copyRows(client, { table: 'bare_odds', columns: oddsColumns }, odds(batch));
    await client.query('commit');
  }
}
