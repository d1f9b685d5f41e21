import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  constraintCheckTimes,
  listConstraints,
  reportViolations,
} from '../../../adapters/postgres/constraint-violations.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { ConstraintViolated } from '../../../schemas/errors.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import {
  insertRevision,
  insertRow,
  matchRow,
  quoteRow,
  seedMatch,
  type Columns,
  type SeededMatch,
} from '../../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
let seeded: SeededMatch;

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 4 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});
beforeEach(async () => {
  seeded = await seedMatch(database.pool);
});

/** The rule that the statement breaks, as the application meets it; undefined where it breaks none. */
async function ruleBroken(text: string, values: readonly unknown[] = []): Promise<string | undefined> {
  try {
    await inTransaction(database.pool, ({ client }) => client.query(text, [...values]));
    return undefined;
  } catch (error) {
    if (error instanceof ConstraintViolated) return error.violation.constraint;
    throw error;
  }
}

const insertBreaks = (table: string, good: Columns, row: Columns): Promise<string | undefined> => {
  const whole = { ...good, ...row };
  const names = Object.keys(whole).sort();
  return ruleBroken(
    `insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    names.map((name) => whole[name]),
  );
};
const matchBreaks = (row: Columns) => insertBreaks('matches', matchRow(seeded), row);
const quoteBreaks = (row: Columns) => insertBreaks('odds', quoteRow(seeded), row);

const scores = ['home_score', 'away_score', 'home_ht_score', 'away_ht_score'] as const;
const prices = ['home_odds', 'draw_odds', 'away_odds', 'over_odds', 'under_odds'] as const;

describe('test_db_constraints', () => {
  it.each(scores)('test_score_range_constraints_negative: a %s of -1 is refused', async (column) => {
    expect(await matchBreaks({ [column]: -1 })).toBe(`ck_matches_${column}_range`);
  });

  it.each(scores)('test_score_range_constraints_too_high: a %s of 100 is refused', async (column) => {
    expect(await matchBreaks({ [column]: 100 })).toBe(`ck_matches_${column}_range`);
  });

  it.each(scores)('a %s of 0, of 99 and none at all are stored', async (column) => {
    for (const score of [0, 99, null]) {
      const other = await seedMatch(database.pool);
      expect(await insertBreaks('matches', matchRow(other), { [column]: score })).toBeUndefined();
    }
  });

  it('test_match_time_constraint: a kick-off of 1990-01-01 00:00 UTC or before is refused, one a second later stored', async () => {
    const at = async (kickoff: string): Promise<string | undefined> =>
      insertBreaks('matches', matchRow(await seedMatch(database.pool, kickoff)), {});
    expect(await at('1989-12-31T23:59:59Z')).toBe('ck_matches_match_time_range');
    expect(await at('1990-01-01T00:00:00Z')).toBe('ck_matches_match_time_range');
    expect(await at('1990-01-01T00:00:01Z')).toBeUndefined();
  });

  it('the oldest kick-off is the same instant in a session of another zone', async () => {
    const match = await seedMatch(database.pool, '1990-01-01T03:00:00Z');
    await inTransaction(database.pool, async ({ client }) => {
      await client.query(`set local time zone 'America/New_York'`);
      await insertRow(client, 'matches', matchRow(match));
    });
  });

  it('test_same_team_constraint: a match of a team against itself is refused by the trigger', async () => {
    expect(await matchBreaks({ away_team_id: seeded.homeId })).toBe('match_teams_differ');
  });

  it('an unknown home team, away team and league are each refused under a name and a SQLSTATE of their own', async () => {
    const stateOf = async (row: Columns): Promise<unknown> => {
      const refused = inTransaction(database.pool, ({ client }) =>
        insertRow(client, 'matches', { ...matchRow(seeded), ...row }),
      );
      return refused.then(
        () => undefined,
        (error: unknown) => (error instanceof ConstraintViolated ? error.violation : error),
      );
    };
    expect([
      await stateOf({ home_team_id: 999_999 }),
      await stateOf({ away_team_id: 999_998 }),
      await stateOf({ league_id: 999_997 }),
    ]).toMatchObject([
      { constraint: 'match_home_team_exists', sqlState: '23T02', table: 'matches' },
      { constraint: 'match_away_team_exists', sqlState: '23T03', table: 'matches' },
      { constraint: 'match_league_exists', sqlState: '23T04', table: 'matches' },
    ]);
  });

  it('a match that the registry does not have is refused when the transaction ends', async () => {
    expect(await matchBreaks({ id: 999_999 })).toBe('fk_matches_registry');
  });

  it('a league or a team of a match cannot be removed', async () => {
    expect(await matchBreaks({})).toBeUndefined();
    expect(await ruleBroken('delete from teams where id = $1', [seeded.homeId])).toMatch(/_fkey$/);
    expect(await ruleBroken('delete from leagues where id = $1', [seeded.leagueId])).toMatch(/_fkey$/);
  });

  it('a moved kick-off passes the trigger on its way to another month, and keeps its id', async () => {
    expect(await matchBreaks({})).toBeUndefined();
    await database.pool.query('update match_registry set match_time = $2 where id = $1', [
      seeded.matchId,
      '2024-05-11T15:00:00Z',
    ]);
    const { rows } = await database.pool.query(
      'select id, match_time, updated_at > created_at as touched from matches where id = $1',
      [seeded.matchId],
    );
    expect(rows).toEqual([
      { id: seeded.matchId, match_time: new Date('2024-05-11T15:00:00Z'), touched: true },
    ]);
  });
});

describe('test_odds_constraints', () => {
  it.each(prices)(
    'test_odds_minimum_value_constraint: a %s of 1.00 and of 1.01 is refused',
    async (column) => {
      expect(await quoteBreaks({ [column]: 1 })).toBe(`ck_odds_${column}_range`);
      expect(await quoteBreaks({ [column]: 1.01 })).toBe(`ck_odds_${column}_range`);
    },
  );

  it.each(prices)(
    'a %s that is no number is refused, though Postgres has it greater than any',
    async (column) => {
      expect(await quoteBreaks({ [column]: 'NaN' })).toBe(`ck_odds_${column}_range`);
    },
  );

  it('test_odds_boundary_value: 1.011 is stored, 1.010 refused', async () => {
    expect(await quoteBreaks({ home_odds: '1.010' })).toBe('ck_odds_home_odds_range');
    expect(await quoteBreaks({ home_odds: '1.011' })).toBeUndefined();
  });

  it.each(prices)('a %s of none is stored', async (column) => {
    expect(await quoteBreaks({ [column]: null, bookmaker: column })).toBeUndefined();
  });

  it('a price of a match that does not exist is refused by the foreign key to the registry', async () => {
    expect(await quoteBreaks({ match_id: 999_999 })).toBe('odds_match_id_fkey');
  });

  it('a whole quote is stored', async () => {
    expect(await quoteBreaks({ over_odds: 1.9, under_odds: 1.95, line_value: 2.5 })).toBeUndefined();
  });

  it('a rule that the table shares with its partitions is told under the name of the table', async () => {
    await database.pool.query(`select ensure_month_partitions('odds', '2024-03-01', '2024-03-01')`);
    const refused = inTransaction(database.pool, ({ client }) =>
      insertRow(client, 'odds', { ...quoteRow(seeded), home_odds: 1 }),
    );
    await expect(refused).rejects.toMatchObject({ violation: { table: 'odds' } });
  });
});

describe('ck_predictions_confidence_score', () => {
  it('refuses a prediction that is not as sure as its likeliest result', async () => {
    const prediction: Columns = {
      ...{ match_id: seeded.matchId, model_version: '1', model_name: 'm', predicted_result: 'home' },
      ...{ home_win_probability: 0.5, draw_probability: 0.3, away_win_probability: 0.2 },
      ...{ features_used: '{}', prediction_metadata: '{}', created_at: seeded.kickoff },
    };
    for (const wrong of [0.3, 0.5001, 1])
      expect(await insertBreaks('predictions', prediction, { confidence_score: wrong })).toBe(
        'ck_predictions_confidence_score',
      );
    expect(await insertBreaks('predictions', prediction, { confidence_score: 0.5 })).toBeUndefined();
  });
});

describe('tr_check_odds_consistency', () => {
  const afterKickoff = '2024-03-09T15:00:01Z';

  it('refuses a price before the match that was taken after its kick-off, on insert and on update', async () => {
    const rule = 'odds_phase_fits_kickoff';
    expect(await quoteBreaks({ collected_at: afterKickoff })).toBe(rule);
    expect(await quoteBreaks({ collected_at: afterKickoff, price_phase: 'closing' })).toBe(rule);
    expect(await quoteBreaks({})).toBeUndefined();
    await database.pool.query(`update match_registry set match_time = '2024-03-01Z' where id = $1`, [
      seeded.matchId,
    ]);
    expect(
      await ruleBroken('update odds set suspicious_odds = true where match_id = $1', [seeded.matchId]),
    ).toBe(rule);
  });

  it('takes a closing price at kick-off and refuses a live one before it', async () => {
    expect(
      await quoteBreaks({ collected_at: seeded.kickoff, price_phase: 'closing', bookmaker: 'a' }),
    ).toBeUndefined();
    expect(await quoteBreaks({ collected_at: seeded.kickoff, price_phase: 'live', bookmaker: 'b' })).toBe(
      undefined,
    );
    expect(await quoteBreaks({ collected_at: '2024-03-09T14:59:59Z', price_phase: 'live' })).toBe(
      'odds_phase_fits_kickoff',
    );
  });

  it('lets the old prices of a match that was brought forward stand: one kick-off that fits is enough', async () => {
    await insertRevision(database.pool, seeded, {
      knownAt: '2024-02-01T00:00:00Z',
      kickoff: '2024-03-20T19:45:00Z',
    });
    expect(await quoteBreaks({ collected_at: '2024-03-20T19:45:00Z' })).toBeUndefined();
    expect(await quoteBreaks({ collected_at: '2024-03-20T19:45:01Z' })).toBe('odds_phase_fits_kickoff');
  });

  it('takes a date without a time for its whole day', async () => {
    const dated = await seedMatch(database.pool, '2024-03-09T00:00:00Z');
    await insertRevision(database.pool, dated, {
      knownAt: '2024-02-01T00:00:00Z',
      kickoff: '2024-03-09T00:00:00Z',
      precision: 'day',
    });
    const at = (collectedAt: string) =>
      insertBreaks('odds', quoteRow(dated), { collected_at: collectedAt, bookmaker: collectedAt });
    expect(await at('2024-03-09T18:00:00Z')).toBeUndefined();
    expect(await at('2024-03-10T18:00:00Z')).toBe('odds_phase_fits_kickoff');
  });

  it('names one wrong price among ten thousand good ones, and stores none of them', async () => {
    const refused = inTransaction(database.pool, ({ client }) =>
      client.query(
        `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds,
           collected_at, recorded_at, known_at_basis, raw_id)
         select $1, 'football_data', 'book' || n, '1x2', 'book', 'prematch', 2,
           case n when 7777 then $2::timestamptz else $2::timestamptz - interval '1 day' end, $2, 'observed', 1
         from generate_series(1, 10000) as n`,
        [seeded.matchId, afterKickoff],
      ),
    );
    await expect(refused).rejects.toMatchObject({
      violation: { constraint: 'odds_phase_fits_kickoff', sqlState: '23T05' },
      subject: { object: expect.stringContaining('book7777') as unknown },
    });
    const { rows } = await database.pool.query('select from odds where match_id = $1', [seeded.matchId]);
    expect(rows).toEqual([]);
  });
});

describe('test_integration_constraints', () => {
  it('a row that breaks several is refused whole, under the name of one of them', async () => {
    expect(
      await matchBreaks({ home_score: -1, away_score: 100, match_time: '1980-01-01T00:00:00Z' }),
    ).toMatch(/^ck_matches_/);
    const { rows } = await database.pool.query('select from matches where id = $1', [seeded.matchId]);
    expect(rows).toEqual([]);
  });

  it('an update that breaks a check is refused, and the row stays as it was', async () => {
    expect(await matchBreaks({})).toBeUndefined();
    expect(await ruleBroken('update matches set home_score = 100 where id = $1', [seeded.matchId])).toBe(
      'ck_matches_home_score_range',
    );
    const { rows } = await database.pool.query('select home_score from matches where id = $1', [
      seeded.matchId,
    ]);
    expect(rows).toEqual([{ home_score: 2 }]);
  });

  it('an update that breaks the trigger is refused', async () => {
    expect(await matchBreaks({})).toBeUndefined();
    expect(
      await ruleBroken('update matches set away_team_id = home_team_id where id = $1', [seeded.matchId]),
    ).toBe('match_teams_differ');
  });
});

describe('a violation', () => {
  it('rolls its transaction back, and carries the constraint, the table and the offending row', async () => {
    const refused = inTransaction(database.pool, async ({ client }) => {
      await insertRow(client, 'odds', quoteRow(seeded));
      await insertRow(client, 'matches', { ...matchRow(seeded), home_score: 141 });
    });
    await expect(refused).rejects.toMatchObject({
      name: 'ConstraintViolated',
      remedy: 'fix-input',
      violation: { constraint: 'ck_matches_home_score_range', table: 'matches', sqlState: '23514' },
      subject: { object: expect.stringContaining('141') as unknown },
    });
    const { rows } = await database.pool.query('select from odds where match_id = $1', [seeded.matchId]);
    expect(rows).toEqual([]);
  });

  it('is counted for its constraint, with the last offending value', async () => {
    const countOf = async () =>
      (await reportViolations(database.pool)).find(({ constraint }) => constraint === 'match_teams_differ');
    const before = (await countOf())?.violations ?? 0;
    await matchBreaks({ away_team_id: seeded.homeId });
    await matchBreaks({ away_team_id: seeded.homeId });
    expect(await countOf()).toMatchObject({
      table: 'matches',
      violations: before + 2,
      lastDay: before + 2,
      lastWeek: before + 2,
      lastDetail: { id: seeded.matchId, home_team_id: seeded.homeId, away_team_id: seeded.homeId },
    });
  });

  it('of a column that must not be null is named after the column', async () => {
    expect(await quoteBreaks({ bookmaker: null })).toBe('bookmaker_not_null');
  });

  it.each([
    ['23000', 'sqlstate_23000'],
    ['23P01', 'sqlstate_23P01'],
  ])('that names no constraint has a name by its SQLSTATE: %s', async (state, name) => {
    expect(await ruleBroken(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`)).toBe(
      name,
    );
  });
});

describe('the inventory of constraints', () => {
  it('lists each check and trigger of the catalogue once, whatever the number of partitions', async () => {
    const listed = await listConstraints(database.pool);
    const named = [
      ...scores.map((column) => `ck_matches_${column}_range`),
      'ck_matches_match_time_range',
      ...prices.map((column) => `ck_odds_${column}_range`),
      'tr_check_match_teams_consistency',
      'tr_check_odds_consistency',
      'tr_check_odds_consistency_update',
    ];
    for (const name of named) {
      expect(
        listed.filter((constraint) => constraint.name === name),
        name,
      ).toHaveLength(1);
    }
    expect(listed.find(({ name }) => name === 'ck_odds_home_odds_range')).toEqual({
      table: 'odds',
      name: 'ck_odds_home_odds_range',
      kind: 'check',
      definition: "CHECK (((home_odds IS NULL) OR ((home_odds > 1.01) AND (home_odds <> 'NaN'::numeric))))",
    });
  });

  it('says what the checks of triggers cost', async () => {
    await matchBreaks({});
    // The server reports what a session did a moment after the session has done it.
    await expect
      .poll(
        async () =>
          (await constraintCheckTimes(database.pool)).find(
            ({ function: name }) => name === 'check_match_teams_consistency',
          )?.calls,
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0);
  });
});
