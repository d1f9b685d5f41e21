import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { projectRoot } from '../config.js';
import { instantFromIso } from '../schemas/values.js';
import { writeFootballData } from '../simulator/football-data/folder.js';
import { createLeague } from '../simulator/league/league.js';
import { openHouse, type TestHouse } from '../test/support/house.js';
import { machine, revision } from './support/machine.js';
import { migratedDatabase } from './support/migrated-database.js';

/**
 * How many quotes a second refine brings from bronze to silver, two batches side by side, with every constraint, index and trigger on,
 * and whether the cost of a quote grows with what is stored: the same files into a database that holds few quotes and into one that
 * holds many. Limits: 20,000 quotes a second with many; at most 25 % more time a quote than with few.
 *
 *   node --import tsx bench/refine.ts [--few 100000] [--many 10000000] [--seasons 6] [--rounds 3 (at most)]
 */
const { values } = parseArgs({
  options: {
    few: { type: 'string', default: '100000' },
    many: { type: 'string', default: '10000000' },
    seasons: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
  },
});
const codes = ['E0', 'D1', 'I1', 'SP1', 'F1', 'E1', 'N1', 'B1', 'P1', 'T1', 'G1', 'D2'];
const codesOf = (round: number): readonly string[] => codes.slice(round * 4, round * 4 + 4);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Quotes of matches of another league, a hundred a match, over the months of twenty years. */
async function store(house: TestHouse, quotes: number): Promise<void> {
  const matches = Math.ceil(quotes / 100);
  await house.pool.query(`
    insert into leagues (code, name, country, level, time_zone) values ('X1', 'Stored', 'Stored', 1, 'UTC');
    insert into teams (country, name) select 'Stored', 'Team ' || n from generate_series(1, 2000) as n;
    insert into raw_match_data (data_source, raw_data, collected_at, content_hash, dedup_key, process_status, processed)
      values ('stored', '{}', now(), '\\x00', '\\x00', 'done', true);
    select ensure_month_partitions('odds', '2004-01-01', '2024-12-01');
    select ensure_month_partitions('matches', '2004-01-01', '2024-12-01');`);
  await house.pool.query(
    `with t as (select array_agg(id order by id) as ids from teams where country = 'Stored')
     insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
     select timestamptz '2004-01-05 15:00:00+00' + (n % 7500) * interval '1 day', (select id from leagues where code = 'X1'),
       (2004 + n / 500000)::text || '-00', t.ids[1 + n % 2000], t.ids[1 + (n / 2000 + n % 2000 + 1) % 2000]
     from generate_series(0, $1::integer - 1) as n cross join t
     on conflict do nothing`,
    [matches],
  );
  const ofStored = `from match_registry r join leagues l on l.id = r.league_id and l.code = 'X1'`;
  await house.pool.query(
    `insert into matches (id, match_time, league_id, season, home_team_id, away_team_id, kickoff_precision)
     select r.id, r.match_time, r.league_id, r.season, r.home_team_id, r.away_team_id, 'minute' ${ofStored}`,
  );
  const step = 1_000;
  for (let from = 0; from < matches; from += step) {
    await house.pool.query(
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
         collected_at, recorded_at, known_at_basis, raw_id)
       select r.id, 'stored', 'book' || b, '1x2', 'book', 'prematch', 2 + b * .01, 3.4, 3.6,
         r.match_time - t * interval '1 hour', r.match_time - t * interval '1 hour', 'observed', (select min(id) from raw_match_data)
       from (select r.id, r.match_time ${ofStored} order by r.id offset $1 limit $2) as r, generate_series(1, 20) as b, generate_series(2, 6) as t`,
      [from, step],
    );
  }
  await house.pool.query('analyze');
}

async function quotesOfFiles(house: TestHouse): Promise<number> {
  const { rows } = await house.pool.query<{ quotes: number }>(
    `select count(*) as quotes from odds where data_source = 'football_data'`,
  );
  return rows[0]?.quotes ?? 0;
}

async function refineRate(
  house: TestHouse,
  files: string,
): Promise<{ readonly quotes: number; readonly perSecond: number }> {
  await house.collect(files, 'bench');
  await house.prepareSilver();
  const before = await quotesOfFiles(house);
  const startedAt = performance.now();
  await house.refine({ limit: 4_000, sideBySide: 2 });
  const seconds = (performance.now() - startedAt) / 1000;
  const quotes = (await quotesOfFiles(house)) - before;
  return { quotes, perSecond: quotes / seconds };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-refine-'));
try {
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  const rates = { few: [] as number[], many: [] as number[] };
  const server = await startPostgres({ home: path.join(folder, 'home') });
  try {
    const houses = {
      few: openHouse(await migratedDatabase(server.url, 'few')),
      many: openHouse(await migratedDatabase(server.url, 'many')),
    };
    for (const size of ['few', 'many'] as const) await store(houses[size], Number(values[size]));
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const now = instantFromIso('2024-06-01T00:00:00Z');
      // Leagues that no round before had: every match is a new one.
      const leagues = codesOf(round).map((code) =>
        createLeague({ seed: 1, now, code, seasons: Number(values.seasons) }),
      );
      const files = path.join(folder, `files-${round}`);
      await writeFootballData({ directory: files, leagues });
      for (const size of ['few', 'many'] as const) {
        const { quotes, perSecond } = await refineRate(houses[size], files);
        rates[size].push(perSecond);
        say(
          `round ${round + 1}, ${values[size]} stored: ${Math.round(perSecond)} quotes/s (${quotes} quotes)`,
        );
      }
    }
    await houses.few.close();
    await houses.many.close();
  } finally {
    await server.stop();
  }
  const [few, many] = [median(rates.few), median(rates.many)];
  const growth = few / many - 1;
  say(
    `median: ${Math.round(few)} quotes/s with ${values.few} stored, ${Math.round(many)} with ${values.many}: ${Math.round(growth * 100)} % more time a quote`,
  );
  const holds = many >= 20_000 && growth <= 0.25;
  say(holds ? 'holds' : 'DOES NOT HOLD: 20,000 quotes a second, and at most 25 % more time a quote');
  process.exitCode = holds ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
