import { parseArgs } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Month } from '../adapters/lake/months.js';
import { readRows, type JsonRow } from '../adapters/lake/rows.js';
import { runSuite, type Judged } from '../adapters/lake/suite-pass.js';
import { createTable, lakeName } from '../adapters/lake/tables.js';
import { inLakeTransaction } from '../adapters/lake/transaction.js';
import { projectRoot } from '../config.js';
import { InvariantBroken } from '../schemas/errors.js';
import type { Expectation, Suite } from '../schemas/tables/expectations.js';
import { qualifiedName, type LakeTable } from '../schemas/tables/lake-table.js';
import { silverTables } from '../schemas/tables/silver.js';
import { makeTestFolder } from '../test/support/folder.js';
import { openTestLake } from '../test/support/lake.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { machine, revision } from './support/machine.js';

/**
 * Ten expectations on a million odds of a lake against a pass of DuckDB written by hand that answers the same ten, in one process, in turns; then the same table
 * of which ever more is new. Limits: 1.3 times the median; new rows ten times as many take at most ten times as long, and a tenth of the table at most a quarter
 * of the time of all of it.
 *
 *   node --import tsx bench/quality.ts [--rows 1000000] [--rounds 21]
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '21' },
  },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const limit = 1.3;
const warmUps = 3;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
const ms = (seconds: number): string => `${(1_000 * seconds).toFixed(0)} ms`;

const tableOf = (name: string): LakeTable => {
  const table = silverTables.find((one) => one.name === name);
  if (table === undefined) throw new InvariantBroken('No such table is declared', { object: name });
  return table;
};
const odds = tableOf('odds');
const matches = tableOf('matches');

/** Months with the share of the rows that lies in each, the newest last: 0.1 %, 1 % and 10 % of the table are its last one, two and three. */
const months: readonly { readonly month: Month; readonly share: number }[] = Array.from(
  { length: 23 },
  (_, place) => ({
    month: Month.parse(`${2022 + Math.floor(place / 12)}-${String((place % 12) + 1).padStart(2, '0')}`),
    share: place < 20 ? 0.9 / 20 : ([0.09, 0.009, 0.001][place - 20] ?? 0),
  }),
);
const quotesPerMatch = 20;

const blocks = { weight: 'blocks' } as const;
const filled = (column: string): Expectation => ({
  ...{ type: 'expect_column_values_to_not_be_null', column, says: `${column} is there`, ...blocks },
});
const between = (column: string): Expectation => ({
  ...{ type: 'expect_column_values_to_be_between', column, min: 1.011, max: 1000, ...blocks },
  says: `${column} is a price`,
});
const ten: Suite = {
  ...{ name: 'ten', table: odds },
  expectations: [
    filled('match_id'),
    filled('bookmaker'),
    {
      ...{ type: 'expect_column_values_to_be_in_set', column: 'market_type', says: 'a market', ...blocks },
      values: ['1x2', 'over_under', 'asian_handicap'],
    },
    ...['home_odds', 'draw_odds', 'away_odds'].map(between),
    {
      ...{ type: 'expect_rows_to_satisfy', columns: ['home_odds', 'draw_odds', 'away_odds'], ...blocks },
      condition: '1 / home_odds + 1 / draw_odds + 1 / away_odds between 0.95 and 1.2',
      says: 'the implied total is believed',
    },
    {
      ...{ type: 'expect_rows_to_satisfy', columns: ['collected_at', 'recorded_at'], ...blocks },
      condition: 'recorded_at >= collected_at',
      says: 'no price is learnt before it could be had',
    },
    {
      ...{ type: 'expect_column_values_to_refer_to', column: 'match_id', table: matches, key: 'id' },
      ...{ says: 'the match is known', ...blocks },
    },
    {
      ...{ type: 'expect_compound_columns_to_be_unique', columns: odds.businessKey },
      ...{ says: 'a quote is there once', ...blocks },
    },
  ],
};

/** What somebody would write who wants nothing but to know how many rows are wrong in each of the ten ways. */
const byHand = `
  select count(*) as n,
    count(*) filter (where match_id is null) as no_match,
    count(*) filter (where bookmaker is null) as no_bookmaker,
    count(*) filter (where market_type not in ('1x2', 'over_under', 'asian_handicap')) as market,
    count(*) filter (where home_odds not between 1.011 and 1000) as home,
    count(*) filter (where draw_odds not between 1.011 and 1000) as draw,
    count(*) filter (where away_odds not between 1.011 and 1000) as away,
    count(*) filter (where not (1 / home_odds + 1 / draw_odds + 1 / away_odds between 0.95 and 1.2)) as total,
    count(*) filter (where recorded_at < collected_at) as early,
    count(*) filter (where match_id not in (select id from ${lakeName(matches)})) as unknown,
    count(*) - count(distinct hash(${odds.businessKey.join(', ')})) as repeated
  from ${lakeName(odds)}`;

async function fill(connection: DuckDBConnection): Promise<void> {
  await inLakeTransaction(connection, async () => {
    await createTable(connection, matches);
    await createTable(connection, odds);
    const columns = (table: LakeTable, given: Readonly<Record<string, string>>): string =>
      table.columns.map(({ name, type }) => `(${given[name] ?? 'null'})::${type} as ${name}`).join(', ');
    await connection.run(
      `insert into ${lakeName(matches)} select ${columns(matches, { id: 'i', match_time: "timestamptz '2022-01-01 15:00:00Z'", match_status: "'completed'" })}
       from range(${Math.ceil(rows / quotesPerMatch)}) as t (i)`,
    );
    let from = 0;
    for (const { month, share } of months) {
      const count = Math.round(share * rows);
      const at = `timestamptz '${month}-01 00:00:00Z' + interval (i % 600) hour`;
      const given = {
        ...{ id: 'i', match_id: `i // ${quotesPerMatch}`, data_source: "'football_data'", raw_id: 'i' },
        ...{ bookmaker: `'book ' || (i % ${quotesPerMatch})`, market_type: "'1x2'", quote_kind: "'book'" },
        ...{ price_phase: "'prematch'", suspicious_odds: 'false', known_at_basis: "'estimated'" },
        home_odds: '1.9 + (i % 100) / 1000',
        draw_odds: '3.4 + (i % 77) / 1000',
        away_odds: '3.9 + (i % 91) / 1000',
        ...{ collected_at: at, recorded_at: at },
      };
      await connection.run(
        `insert into ${lakeName(odds)} select ${columns(odds, given)} from range(${from}, ${from + count}) as t (i)`,
      );
      from += count;
    }
  });
}

const postgres = await startTestPostgres();
const folder = await makeTestFolder();
const lake = await openTestLake(postgres.url, folder.path);
try {
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(
    `data     ${rows} generated odds of ${Math.ceil(rows / quotesPerMatch)} matches, in a lake of ${months.length} months`,
  );
  say(`command  node --import tsx bench/quality.ts --rows ${rows} --rounds ${rounds}`);
  const held = await lake.lake.write(async (connection) => {
    await fill(connection);
    const ask = (sql: string): Promise<JsonRow[]> => readRows(connection, sql);
    const judge = async (judged: Judged = {}): Promise<number> => {
      const result = await runSuite(ask, ten, { from: lakeName(odds), lookUp: lakeName, ...judged });
      const wrong = result.validations.filter(({ unexpected }) => unexpected > 0);
      if (wrong.length > 0 || result.validations.length !== 10) {
        throw new InvariantBroken('The generated odds are not as they should be', {
          object: wrong.map(({ expectation }) => expectation.says).join(', '),
        });
      }
      return result.rows;
    };
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const began = performance.now();
      await work();
      return (performance.now() - began) / 1_000;
    };
    const sides = { ours: () => judge(), byHand: () => ask(byHand) };
    const seconds = { ours: [] as number[], byHand: [] as number[] };
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const side of round % 2 === 0 ? (['ours', 'byHand'] as const) : (['byHand', 'ours'] as const)) {
        const took = await timed(sides[side]);
        if (round >= 0) seconds[side].push(took);
      }
    }
    const ratio = median(seconds.ours) / median(seconds.byHand);
    say(`by hand  median ${ms(median(seconds.byHand))} for ten counts over ${qualifiedName(odds)}`);
    say(`ours     median ${ms(median(seconds.ours))} for ten expectations, with how many rows each judged`);
    say(`ratio    ${ratio.toFixed(2)} (limit ${limit})`);

    const all = months.map(({ month }) => month);
    const parts: { readonly rows: number; readonly took: number }[] = [];
    for (const newest of [1, 2, 3, months.length]) {
      const judged = { months: all.slice(-newest) };
      const took: number[] = [];
      let count = 0;
      for (let round = -warmUps; round < rounds; round += 1) {
        const one = await timed(async () => {
          count = await judge(judged);
        });
        if (round >= 0) took.push(one);
      }
      parts.push({ rows: count, took: median(took) });
      say(`new      ${((100 * count) / rows).toFixed(1)} % (${count} rows): median ${ms(median(took))}`);
    }
    const whole = parts.at(-1)?.took ?? NaN;
    const grows = parts.every(({ took, rows: n }, place) => {
      const before = parts[place - 1];
      return before === undefined || took / before.took <= n / before.rows;
    });
    return [
      [`ten expectations take ${ratio.toFixed(2)} times a pass by hand, at most ${limit}`, ratio <= limit],
      ['what takes longer takes no more than its rows are more', grows],
      [
        'a tenth of the table takes at most a quarter of the time of all of it',
        (parts[2]?.took ?? NaN) <= whole / 4,
      ],
    ] as const;
  });
  for (const [claim, holds] of held) say(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${claim}`);
  process.exitCode = held.every(([, holds]) => holds) ? 0 : 1;
} finally {
  await lake.close();
  await postgres.stop();
  await folder.remove();
}
