import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listCheckpoints, readCheckpoint, storeCheckpoint } from '../../../adapters/postgres/checkpoints.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { figuresOf } from '../../../domain/quality/checkpoint.js';
import { InvariantBroken } from '../../../schemas/errors.js';
import type { BasicAnomalies } from '../../../schemas/records/basic-anomalies.js';
import type { CheckpointKind } from '../../../schemas/records/checkpoint.js';
import type { Freshness } from '../../../schemas/records/freshness.js';
import type { Validation } from '../../../schemas/records/validation.js';
import { suites } from '../../../schemas/tables/suites.js';
import { instantFromIso } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let url: string;
let database: OpenDatabase;
const open = () => openDatabase(url, { applicationName: 'test', max: 2 });
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  url = await postgres.freshDatabase();
  database = open();
  return () => database.db.destroy();
});

const suite = suites.find(({ name }) => name === 'match data quality');
if (suite === undefined) throw new InvariantBroken('There is no suite of matches');
const runAt = instantFromIso('2026-11-24T10:00:00Z');

/** What a suite of matches found: one row that does not meet the rule of that name, where there is one. */
const result = (unmet?: string, table = 'silver.matches') => ({
  ...{ suite: suite.name, table, rows: 380, seconds: 0.25 },
  validations: suite.expectations.map((expectation): Validation => {
    const unexpected = expectation.says === unmet ? 1 : 0;
    return {
      ...{ expectation, evaluated: 380, unexpected },
      examples: unexpected === 0 ? [] : [{ id: 7, season: 'NUL \u0000', raw_ids: [8, 9] }],
    };
  }),
});
const stored = (kind: CheckpointKind, runId: string, ...results: readonly ReturnType<typeof result>[]) =>
  storeCheckpoint(database.pool, {
    ...figuresOf(results, null),
    ...{ kind, runId, snapshot: kind === 'check' ? 12 : null, runAt, results },
    freshness: kind === 'check' ? freshness : null,
    anomalies: kind === 'check' ? anomalies : null,
  });
const freshness: Freshness = {
  ...{ fixturesLastUpdate: 1.5, oddsLastUpdate: null, missingMatches: [] },
  due: [{ kind: 'score', due: 4, missing: 0 }],
  waiting: [{ dataset: 'silver.odds', partitions: 2, oldest: '2026-10', hours: 1.5 }],
  goldBehind: null,
};
const anomalies: BasicAnomalies = {
  suspiciousOdds: { count: 0, of: 9, shown: [] },
  unusualScores: { count: 0, of: 4, shown: [] },
};
const countOf = async (table: string): Promise<unknown> =>
  (await database.pool.query(`select count(*) as n from ${table}`)).rows[0];

describe('a run of suites', () => {
  it('is kept with its figures, and what each expectation found, in the order of its declaration', async () => {
    const id = await stored('check', 'quality-check/1', result('no team plays against itself'));
    const kept = await readCheckpoint(database.pool);
    expect(kept).toMatchObject({
      ...{
        id,
        kind: 'check',
        runId: 'quality-check/1',
        snapshot: 12,
        runAt,
        executionTime: 0.25,
        rowsJudged: 380,
      },
      ...{ heldBack: true, freshness, anomalies },
    });
    expect(kept?.validations.map(({ says }) => says)).toEqual(suite.expectations.map(({ says }) => says));
    expect(kept?.validations.find(({ unexpected }) => unexpected > 0)).toEqual({
      ...{ table: 'silver.matches', suite: suite.name, type: 'expect_rows_to_satisfy', weight: 'blocks' },
      ...{ columns: ['home_team_id', 'away_team_id'], says: 'no team plays against itself' },
      ...{ evaluated: 380, unexpected: 1, examples: [{ id: 7, season: 'NUL \ufffd', raw_ids: [8, 9] }] },
    });
  });

  it('is the latest check where none is named: what a publication judged is a part', async () => {
    const check = await stored('check', 'quality-check/1', result());
    const publication = await stored('publish', 'publish/1', result());
    expect((await readCheckpoint(database.pool))?.id).toBe(check);
    expect((await readCheckpoint(database.pool, publication))?.runId).toBe('publish/1');
    expect(await readCheckpoint(database.pool, publication + 1)).toBeUndefined();
  });

  it('outlives whoever kept it, and names the source of its data', async () => {
    await stored('check', 'quality-check/1', result());
    await database.db.destroy();
    database = open();
    const { rows } = await database.pool.query(
      'select distinct data_source from checkpoint_store union select data_source from expectations_store',
    );
    expect(rows).toEqual([{ data_source: 'football_postgres' }]);
  });
});

describe('the expectations', () => {
  it('are kept once, however often they are asked, and anew where they are declared otherwise', async () => {
    await stored('check', 'quality-check/1', result());
    const before = await countOf('expectations_store');
    await stored('publish', 'publish/1', result());
    expect(await countOf('expectations_store')).toEqual(before);
    const [first, ...others] = result().validations;
    if (first === undefined) throw new InvariantBroken('The suite of matches is empty');
    const reworded = { ...first, expectation: { ...first.expectation, says: 'otherwise' } };
    await stored('check', 'quality-check/1', { ...result(), validations: [reworded, ...others] });
    expect(await countOf('expectations_store')).toEqual({ n: suite.expectations.length + 1 });
  });
});

describe('the history', () => {
  it('is told newest first, of a table those runs alone that judged it', async () => {
    const one = await stored('publish', 'publish/1', result());
    const other = await stored('build-gold', 'build/1', result(undefined, 'gold.match_features'));
    const ids = async (table?: string) =>
      (await listCheckpoints(database.pool, { ...(table === undefined ? {} : { table }), limit: 10 })).map(
        ({ id }) => id,
      );
    expect(await ids()).toEqual([other, one]);
    expect(await ids('silver.matches')).toEqual([one]);
    expect(await ids('overall')).toEqual([other, one]);
    expect(await listCheckpoints(database.pool, { limit: 1 })).toHaveLength(1);
    const publications = await listCheckpoints(database.pool, { kind: 'publish', upTo: other, limit: 10 });
    expect(publications.map(({ id }) => id)).toEqual([one]);
    expect(await listCheckpoints(database.pool, { upTo: one - 1, limit: 10 })).toEqual([]);
  });
});
