import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeModels, dropModels, type GoldBuild } from '../../../adapters/lake/gold-compute.js';
import { parseGoldModel } from '../../../adapters/lake/gold-model.js';
import type { GoldPass } from '../../../adapters/lake/gold-pass.js';
import { readRows } from '../../../adapters/lake/rows.js';
import { BadInput, CheckFailed, InvariantBroken } from '../../../schemas/errors.js';
import { column, type LakeTable } from '../../../schemas/tables/lake-table.js';

let connection: DuckDBConnection;
beforeEach(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run("set TimeZone = 'UTC'");
  await connection.run('create schema silver');
  await connection.run(
    `create table silver.matches as
     select i as id, timestamptz '2024-03-01 15:00:00+00' + i * interval 1 day as match_time, i % 4 as goals
     from range(1, 9) t(i)`,
  );
});
afterEach(() => {
  connection.closeSync();
});

const model = (name: string, sql: string, ...header: readonly string[]) =>
  parseGoldModel(
    `sql/gold/${name}.sql`,
    [
      `-- name: ${name}`,
      '-- grain: match_id',
      '-- partition: match_time',
      '-- owner: features',
      ...header,
      sql,
    ].join('\n'),
  );

const table = (name: string): LakeTable => ({
  layer: 'gold',
  name,
  description: 'Goals.',
  partitionColumn: 'match_time',
  businessKey: ['match_id'],
  columns: [
    column('match_id', 'BIGINT', 'Id.'),
    column('match_time', 'TIMESTAMPTZ', 'Kick-off.'),
    column('goals', 'INTEGER', 'Goals.'),
  ],
});

const goalsSql = 'select id as match_id, match_time, goals::integer as goals from silver.matches';

const build = (models: GoldBuild['models'], passes: Readonly<Record<string, GoldPass>> = {}): GoldBuild => ({
  models,
  tables: models.map(({ name }) => table(name)),
  passes,
});

const failure = async (made: GoldBuild): Promise<unknown> => {
  try {
    await computeModels(connection, made);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a build of gold', () => {
  it('makes a table of each model, which later models read by its name', async () => {
    const models = [
      model('goals', goalsSql, '-- inputs: silver.matches'),
      model('more', 'select match_id, match_time, goals + 1 as goals from goals', '-- inputs: goals'),
    ];
    const computed = await computeModels(connection, build(models));
    expect(computed.map((made) => [made.model.name, made.rows])).toEqual([
      ['goals', 8],
      ['more', 8],
    ]);
    expect(await readRows(connection, 'select max(goals) as most from more')).toEqual([{ most: 4 }]);
    await dropModels(connection, models);
    expect(await readRows(connection, 'from duckdb_tables() where temporary')).toEqual([]);
  });

  it('stops at a check that finds rows, names them, and computes nothing after it', async () => {
    const seen: string[] = [];
    const made = build([
      model(
        'goals',
        goalsSql,
        '-- inputs: silver.matches',
        '-- checks:',
        '--   three at most: select match_id from goals where goals > 2 order by 1',
      ),
      model('more', 'select match_id, match_time, goals from goals', '-- inputs: goals'),
    ]);
    const error = await failure({ ...made, onModel: (name) => seen.push(name) });
    expect(error).toBeInstanceOf(CheckFailed);
    expect(error).toMatchObject({
      message:
        'The check "three at most" of the gold model goals found rows: [{"match_id":3},{"match_id":7}]',
      subject: { file: 'sql/gold/goals.sql', object: 'gold.goals' },
    });
    expect(seen).toEqual(['goals']);
  });

  it('refuses two rows for one grain, without a check that says so', async () => {
    const doubled = model('goals', `${goalsSql} union all ${goalsSql}`, '-- inputs: silver.matches');
    const error = await failure(build([doubled]));
    expect(error).toBeInstanceOf(CheckFailed);
    expect(error).toHaveProperty('message', expect.stringContaining('one row for each match_id'));
  });

  it('refuses to read what the header does not name', async () => {
    const error = await failure(
      build([model('goals', `${goalsSql} m where m.id > 0`, '-- inputs: silver.odds')]),
    );
    expect(error).toBeInstanceOf(BadInput);
    expect(error).toMatchObject({ subject: { file: 'sql/gold/goals.sql', field: 'inputs' } });
  });

  it.each([
    ['of another type', 'goals::bigint as goals', 'makes goals BIGINT where goals INTEGER is declared'],
    ['of another name', 'goals::integer as goal', 'makes goal INTEGER where goals INTEGER is declared'],
    ['too many', 'goals::integer as goals, 1 as more', 'makes more INTEGER where no column is declared'],
  ])('refuses columns that are not the declared ones: %s', async (_what, columns, message) => {
    const sql = `select id as match_id, match_time, ${columns} from silver.matches`;
    const error = await failure(build([model('goals', sql, '-- inputs: silver.matches')]));
    expect(error).toBeInstanceOf(InvariantBroken);
    expect(error).toHaveProperty('message', `The gold model goals ${message}`);
  });

  it('refuses a published model that is not declared', async () => {
    const made = build([model('goals', goalsSql, '-- inputs: silver.matches')]);
    const error = await failure({ ...made, tables: [] });
    expect(error).toHaveProperty('message', 'The published gold model goals is not declared');
  });
});

describe('a pass in TypeScript', () => {
  const numbers = `select id::double as match_id, epoch_ms(match_time)::double as match_time,
    if(goals = 0, null, goals)::double as goals from silver.matches order by id`;
  const passing = model('goals', numbers, '-- inputs: silver.matches', '-- pass: same');

  it('gets the rows in their order as numbers, null as NaN, and gives rows of the declared types', async () => {
    const got: number[] = [];
    const same: GoldPass = {
      version: '1',
      run: (input) => {
        got.push(...(input['goals'] ?? []));
        return input;
      },
    };
    await computeModels(connection, build([passing], { same }));
    expect(got).toEqual([1, 2, 3, Number.NaN, 1, 2, 3, Number.NaN]);
    expect(await readRows(connection, 'from goals order by match_id limit 1')).toEqual([
      { match_id: 1, match_time: '2024-03-02T15:00:00.000Z', goals: 1 },
    ]);
    expect(await readRows(connection, 'select count(*) as n from goals where goals is null')).toEqual([
      { n: 2 },
    ]);
  });

  it('is refused where it lacks a column of the table', async () => {
    const lacking: GoldPass = {
      version: '1',
      run: (input) => Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'goals')),
    };
    const error = await failure(build([passing], { same: lacking }));
    expect(error).toBeInstanceOf(InvariantBroken);
    expect(error).toMatchObject({
      message: 'The pass gives no column goals',
      subject: { object: 'gold.goals', field: 'goals' },
    });
  });

  it('is refused where its columns differ in length', async () => {
    const uneven: GoldPass = {
      version: '1',
      run: (input) => ({ ...input, goals: new Float64Array(3) }),
    };
    expect(await failure(build([passing], { same: uneven }))).toHaveProperty(
      'message',
      'The pass gives columns of different length',
    );
  });

  it('must be known by its name', async () => {
    const error = await failure(build([passing]));
    expect(error).toBeInstanceOf(BadInput);
    expect(error).toMatchObject({
      message: 'No pass is named same',
      subject: { file: 'sql/gold/goals.sql', field: 'pass' },
    });
  });

  it('reads columns of DOUBLE only', async () => {
    const texts = model(
      'goals',
      "select 'a' as match_id from silver.matches",
      '-- inputs: silver.matches',
      '-- pass: same',
    );
    const same: GoldPass = { version: '1', run: (input) => input };
    expect(await failure(build([texts], { same }))).toHaveProperty(
      'message',
      'The column match_id is not a DOUBLE',
    );
  });
});
