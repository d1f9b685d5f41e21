import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mergeTeams } from '../../activities/merge-teams.js';
import { computeModels } from '../../adapters/lake/gold-compute.js';
import { readRows } from '../../adapters/lake/rows.js';
import { undoMerge } from '../../adapters/postgres/identity/undo-merge.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import { aMatch } from '../support/api-football-payloads.js';
import { serveApiFootball, type ApiFootballServer } from '../support/api-football-server.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { aRow, fileText, writeEdition, type Cells } from '../support/football-data-files.js';
import { closeTable } from '../support/gate.js';
import { goldOfTheHouse, openSilver, silverOfHouse } from '../support/gold-duckdb.js';
import { openHouse, testKey, type TestHouse } from '../support/house.js';
import { tellPrices } from '../support/live-prices.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';

let postgres: TestPostgres;
let server: ApiFootballServer;
let folder: TestFolder;
let house: TestHouse;
let runs = 0;
beforeAll(async () => {
  postgres = await startTestPostgres();
  server = await serveApiFootball(testKey);
});
afterAll(async () => {
  await server.close();
  await postgres.stop();
});
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  folder = await makeTestFolder();
});
afterEach(async () => {
  await house.close();
  await folder.remove();
});

const none = { home: null, away: null };

/** API-Football lists the match of 20 August 2024, 19:00, as one that lies ahead. */
async function listed(home: string): Promise<void> {
  server.fixtures = {
    '39': [
      aMatch({
        code: 'NS',
        fixture: { id: 1 },
        status: { elapsed: null },
        goals: none,
        score: { halftime: none, fulltime: none },
        home: { name: home },
      }),
    ],
  };
  for (const file of await house.list(server.url, 'api_football', {
    seasons: ['2024-25'],
    divisions: ['E0'],
  })) {
    await house.collectFile({ file, runId: `follow/${(runs += 1)}`, reading: 'if-changed' });
  }
}

/** football-data.co.uk has the result of that match, with Bet365's price before it. */
async function played(home: string, cells: Cells = {}): Promise<void> {
  const price = { B365H: '2.3', B365D: '3.3', B365A: '3.2' };
  const row = aRow({ HomeTeam: home, Date: '20/08/2024', Time: '20:00', ...price, ...cells });
  await writeEdition(folder.path, '2425/E0.csv', fileText([row]), '2025-06-01T00:00:00Z');
  await house.collect(folder.path, `follow/${(runs += 1)}`);
}

/** Whose prices each match has: `Arsenal: api_football football_data`. */
async function pricedBy(): Promise<string[]> {
  const { rows } = await house.pool.query<Row<{ line: Computed<string> }>>(
    `select t.name || ': ' || string_agg(distinct o.data_source, ' ' order by o.data_source) as line
     from odds o join match_registry r on r.id = o.match_id join teams t on t.id = r.home_team_id
     group by r.id, t.name order by 1`,
  );
  return rows.map(({ line }) => line);
}

const teamId = async (name: string): Promise<number> => {
  const { rows } = await house.pool.query<Row<{ id: 'teams.id' }>>('select id from teams where name = $1', [
    name,
  ]);
  return rows[0]?.id ?? 0;
};

async function expectRebuilt(): Promise<void> {
  const grown = await readTables(house.pool);
  await house.rebuild();
  expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
}

describe('the prices of a live source', () => {
  it('follow their match where its team is merged with another, and go back where that is undone', async () => {
    await played('Rovers');
    await listed('Blue Harbour');
    await tellPrices(house, { at: '2024-08-20T10:00:00Z' }, {});
    await house.refine();
    const apart = ['Blue Harbour: api_football', 'Rovers: football_data'];
    expect(await pricedBy()).toEqual(apart);
    const before = await readTables(house.pool);

    const teams = { keptId: await teamId('Rovers'), mergedId: await teamId('Blue Harbour') };
    const { mergeId } = await inTransaction(house.pool, (transaction) =>
      mergeTeams(transaction, { ...teams, by: 'ada', why: 'one club' }),
    );
    await house.refine();
    expect(await pricedBy()).toEqual(['Rovers: api_football football_data']);
    await expectRebuilt();

    await inTransaction(house.pool, (transaction) =>
      undoMerge(transaction, { mergeId, by: 'ada', why: 'two clubs' }),
    );
    await house.refine();
    expect(await pricedBy()).toEqual(apart);
    const after = await readTables(house.pool);
    for (const table of [
      'odds',
      'odds_last_seen',
      'raw_odds_data',
      'matches',
      'fixture_revisions',
    ] as const) {
      expect(after.get(table), table).toEqual(before.get(table));
    }
  });

  it('are told once where the batch that told them was killed between its claim and its commit', async () => {
    await listed('Arsenal');
    await tellPrices(house, { at: '2024-08-20T10:00:00Z' }, {}, { bookmaker: 'Bwin' });
    await tellPrices(house, { at: '2024-08-20T11:00:00Z' }, { home: '2.20' }, { bookmaker: 'Bwin' });
    await house.prepareSilver();
    while ((await house.refineBatch(10)).claimed > 0);

    const gate = await closeTable(house.pool, 'odds');
    const killed = house.pricesBatch(10).then(
      () => 'ended',
      () => 'killed',
    );
    await gate.reached();
    await house.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    expect(await killed).toBe('killed');
    await gate.open();

    expect(await house.refinePrices()).toEqual({ claimed: 3, done: 3, held: 0 });
    const { rows } = await house.pool.query<Row<{ line: Computed<string> }>>(
      `select bookmaker || ' ' || home_odds as line from odds order by bookmaker, collected_at`,
    );
    expect(rows.map(({ line }) => line)).toEqual(['bet365 2.100', 'bet365 2.200', 'bwin 2.100']);
    expect(await house.refinePrices()).toEqual({ claimed: 0, done: 0, held: 0 });
    await expectRebuilt();
  });

  it('of a bookmaker that another source gives too count once in gold: the latest word', async () => {
    await played('Arsenal');
    await listed('Arsenal');
    await tellPrices(house, { at: '2024-08-20T17:30:00Z' }, {});
    await house.refine();
    expect(await pricedBy()).toEqual(['Arsenal: api_football football_data']);
    const connection = await openSilver();
    try {
      await silverOfHouse(connection, house.pool);
      await computeModels(connection, await goldOfTheHouse());
      expect(
        await readRows(
          connection,
          `select bookmaker_count as bookmakers, home_odds_avg::double as home from temp.match_features`,
        ),
      ).toEqual([{ bookmakers: 1, home: 2.1 }]);
      expect(
        await readRows(
          connection,
          `select source, phase, home_odds::double as home from temp.market_prices where phase = 'prematch'`,
        ),
      ).toEqual([{ source: 'bet365', phase: 'prematch', home: 2.1 }]);
    } finally {
      connection.closeSync();
    }
  });
});
