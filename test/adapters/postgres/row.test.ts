import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import type { Column, ColumnName, Computed, Narrowed, Present, Row } from '../../../adapters/postgres/row.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'row', max: 1 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

/** A value as SQL has it, and as openDatabase reads it from that column, by the generated types. */
const sample = <Name extends ColumnName>(column: Name, text: string, read: Column<Name>) => ({
  column,
  text,
  read,
});

/** One of each type that our columns have. */
const samples = {
  bigint: sample('odds.id', '9007199254740991', 9_007_199_254_740_991),
  'bigint[]': sample(
    'anomaly_detections.anomalous_records',
    '{7,9007199254740991}',
    [7, 9_007_199_254_740_991],
  ),
  boolean: sample('odds.suspicious_odds', 'true', true),
  bytea: sample('raw_match_data.content_hash', String.raw`\x0aff`, Buffer.from([10, 255])),
  character: sample('constraint_violations.sql_state', 'a', 'a'),
  'character varying': sample('leagues.code', 'E0', 'E0'),
  date: sample('lake_dirty_partitions.month', '2021-08-13', '2021-08-13'),
  'double precision': sample('features.home_implied_probability', '0.25', 0.25),
  integer: sample('matches.home_score', '7', 7),
  json: sample('served_feature_vectors.feature_values', '[1.5,-0,null]', [1.5, -0, null]),
  jsonb: sample('raw_match_data.raw_data', '{"FTHG":"2"}', { FTHG: '2' }),
  name: sample('constraint_inventory.constraint_name', 'ck_odds_home', 'ck_odds_home'),
  numeric: sample('odds.home_odds', '1.850', 1.85),
  smallint: sample('leagues.level', '2', 2),
  text: sample('constraint_inventory.definition', 'CHECK (id > 0)', 'CHECK (id > 0)'),
  'text[]': sample('v_role_privileges.privileges', '{SELECT,INSERT}', ['SELECT', 'INSERT']),
  'timestamp with time zone': sample(
    'matches.match_time',
    '2021-08-13T20:00:00+01:00',
    new Date('2021-08-13T19:00:00Z'),
  ),
  xid8: sample('cache_touched.transaction_id', '7', '7'),
  uuid: sample(
    'lineage_events.run_id',
    '886313e1-3b8a-5372-9b90-0c9aee199e5d',
    '886313e1-3b8a-5372-9b90-0c9aee199e5d',
  ),
};

const columnTypes = `
  select c.relname || '.' || a.attname as column, format_type(a.atttypid, null) as type
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and c.relname not like 'kysely%'
    and a.attnum > 0 and not a.attisdropped`;

test('each type that some column has is known here, by a column that has it', async () => {
  const { rows } =
    await database.pool.query<Row<{ column: Computed<string>; type: Computed<string> }>>(columnTypes);
  expect([...new Set(rows.map(({ type }) => type))].sort()).toEqual(Object.keys(samples).sort());
  const typeOf = new Map(rows.map(({ column, type }) => [column, type]));
  for (const [type, { column }] of Object.entries(samples)) expect(typeOf.get(column), column).toBe(type);
});

test.each(Object.entries(samples))(
  'a column of %s is read as its generated type says',
  async (type, { text, read }) => {
    const { rows } = await database.pool.query<Row<{ read: Computed<unknown> }>>(
      `select $1::text::${type} as read`,
      [text],
    );
    expect(rows).toEqual([{ read }]);
  },
);

// What follows is for the compiler: it fails `npm run check`, not the run of the test.
test('a row has the types of the columns that it names', () => {
  type Selected = Row<{
    matchId: 'odds.match_id';
    kickoff: 'matches.match_time';
    merged: 'team_merges.kept_team_id' | null;
    key: Present<'raw_match_data.external_match_id'> | 'match_external_ids.external_id';
    basis: Narrowed<'odds.known_at_basis', 'observed' | 'estimated'>;
    quotes: Computed<number>;
  }>;
  expectTypeOf<Selected>().toEqualTypeOf<{
    readonly matchId: number;
    readonly kickoff: Date;
    readonly merged: number | null;
    readonly key: string;
    readonly basis: 'observed' | 'estimated';
    readonly quotes: number;
  }>();
});

test('a column that no table has, a type by hand and a narrowing that does not fit are refused', () => {
  // @ts-expect-error There is no such column.
  expectTypeOf<Row<{ id: 'teams.identity' }>>().toBeObject();
  // @ts-expect-error A value without a column says that it is computed.
  expectTypeOf<Row<{ id: number }>>().toBeObject();
  // @ts-expect-error A name is no number.
  expectTypeOf<Row<{ name: Narrowed<'teams.name', number> }>>().toBeObject();
});
