import type pg from 'pg';
import { copyRows, type CopyRow, type CopyValue } from '../../adapters/postgres/copy-rows.js';
import { bearMatches, registerMatches } from '../../adapters/postgres/identity/match-directory.js';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import { stages, type StageName } from '../../adapters/postgres/silver-stage.js';
import { writeSilver } from '../../adapters/postgres/silver-write.js';

const growing = { revisions: 'fixture_revisions', statistics: 'match_statistics', quotes: 'odds' } as const;
type GrowingStage = keyof typeof growing & StageName;

/** A match with the id that it had, and the key that bears it. */
interface BatchMatchColumns {
  readonly id: 'match_registry.id';
  readonly key: 'match_external_ids.external_id';
  readonly leagueId: 'match_registry.league_id';
  readonly season: 'match_registry.season';
  readonly homeTeamId: 'match_registry.home_team_id';
  readonly awayTeamId: 'match_registry.away_team_id';
  readonly ordinal: 'match_registry.ordinal';
  readonly matchTime: Computed<string>;
}

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
  readonly matches: readonly Row<BatchMatchColumns>[];
  /** What derivation hands over, with the ids that the matches had. */
  readonly stages: Readonly<Record<GrowingStage, readonly CopyRow[]>>;
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
const written = (alias: string, name: string): string =>
  /(_at|_time)$/.test(name)
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
  const range = await client.query<Row<{ last: Computed<number | null> }>>(
    'select max(id) as last from match_registry',
  );
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
  const stageRows = (name: GrowingStage): Promise<CopyRow[]> => {
    const cells = stages[name].columns.map((column) => written('t', column));
    return rowsOf(
      `select ${cells.join(', ')} from ${growing[name]} t
       where t.match_id >= $1 and t.match_id < $2 order by t.match_id, t.id`,
    );
  };
  const storedRows = (table: (typeof smallTables)[number], key: string): Promise<CopyRow[]> => {
    const cells = (columns.get(table) ?? []).map((column) => written('t', column));
    return rowsOf(
      `select ${cells.join(', ')} from ${table} t where ${key} >= $1 and ${key} < $2 order by ${key}`,
    );
  };
  const matches = await client.query<Row<BatchMatchColumns>>(
    `select r.id, x.external_id as key, r.league_id as "leagueId", r.season, r.home_team_id as "homeTeamId",
       r.away_team_id as "awayTeamId", r.ordinal, ${written('r', 'match_time')} as "matchTime"
     from match_registry r join match_external_ids x on x.match_id = r.id and x.data_source = 'football_data'
     where r.id >= $1 and r.id < $2 order by r.id`,
    [from, from + matchesInABatch],
  );
  return {
    matches: matches.rows,
    stages: {
      revisions: await stageRows('revisions'),
      statistics: await stageRows('statistics'),
      quotes: await stageRows('quotes'),
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

async function loadBatch(client: pg.ClientBase, { matches, stages: rows }: Batch): Promise<void> {
  await client.query('begin');
  const { ids } = await registerMatches(client, matches);
  const newIds = new Map(matches.map(({ id }, index) => [id, ids[index] ?? 0]));
  await bearMatches(
    client,
    matches.map(({ id, key }) => ({ dataSource: 'football_data', key, matchId: newIds.get(id) ?? 0 })),
  );
  const renumbered = (stage: GrowingStage): CopyRow[] =>
    rows[stage].map(([matchId, ...cells]) => [newIds.get(Number(matchId)) ?? 0, ...cells]);
  await writeSilver(client, {
    matches: matches.map(({ id, key }) => [newIds.get(id) ?? 0, 'football_data', key, true]),
    fresh: {
      revisions: renumbered('revisions'),
      statistics: renumbered('statistics'),
      quotes: renumbered('quotes'),
    },
    known: { revisions: [], statistics: [], quotes: [] },
    lastSeen: [],
    findings: [],
    toldAnew: [],
  });
  await client.query('commit');
}

/** The tables without keys, or those that refine fills. */
export type CopyTarget = 'plain' | 'finished';
const nameIn = (target: CopyTarget, table: string): string => (target === 'plain' ? `bare_${table}` : table);

/** Makes the plain tables anew: the columns of the real ones, without a key. */
export async function emptySilverPlain(client: pg.ClientBase): Promise<void> {
  for (const table of [...smallTables, 'odds']) {
    await client.query(
      `drop table if exists bare_${table}; create table bare_${table} as select * from ${table} where false`,
    );
  }
}

/**
 * The same rows by bare COPY, a transaction a batch: into the plain tables, or straight into the finished ones with their keys, indexes,
 * triggers and partitions. Nothing is looked up, and a second load would fail.
 */
export async function copySilver(
  client: pg.ClientBase,
  { batches, columns }: Silver,
  target: CopyTarget,
): Promise<void> {
  const oddsColumns = ['id', ...stages.quotes.columns, 'created_at', 'updated_at'];
  const createdAt = new Date().toISOString();
  let id = 0;
  function* odds({ stages: { quotes } }: Batch): Generator<CopyRow> {
    for (const cells of quotes) yield [++id, ...cells, createdAt, createdAt];
  }
  for (const batch of batches) {
    await client.query('begin');
    for (const table of smallTables) {
      await copyRows(
        client,
        { table: nameIn(target, table), columns: columns.get(table) ?? [] },
        batch.stored[table],
      );
    }
    await copyRows(client, { table: nameIn(target, 'odds'), columns: oddsColumns }, odds(batch));
    await client.query('commit');
  }
}
