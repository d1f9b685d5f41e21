import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideFindings, planDecision } from '../../activities/decide-findings.js';
import {
  countFindings,
  findingIds,
  groupFindings,
  listFindings,
} from '../../adapters/postgres/review/queue.js';
import { showFinding } from '../../adapters/postgres/review/show-finding.js';
import { findingStatistics, issuesOfLastDay } from '../../adapters/postgres/review/statistics.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { aRow, fileText, writeEdition, type Cells } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse } from '../support/house.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { anEntry, jsonText } from '../support/openfootball-files.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const open = ['logged', 'in_review'] as const;
const aboutBet365 = { statuses: open, type: 'implied_total_out_of_bounds', bookmaker: 'bet365' };

const quotes = (cells: Cells): Cells => ({ B365H: '1.5', B365D: '2.5', B365A: '2.6', ...cells });

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let pool: TestLake['house']['pool'];

/** Two seasons of suspicious quotes, a row that contradicts itself, one that cannot be read, a price that is none. */
beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  lake = await openTestLake(await postgres.freshDatabase(), folder.path);
  pool = lake.house.pool;
  await writeEdition(
    folder.path,
    'files/2122/E0.csv',
    fileText([
      aRow(quotes({ BWH: '2.1', BWD: '3.4', BWA: '3.6' })),
      aRow(quotes({ AwayTeam: 'Leeds' })),
      aRow({ AwayTeam: 'Everton', FTHG: 0 }),
      aRow({ AwayTeam: 'Fulham', Date: 'soon' }),
      aRow({ AwayTeam: 'Wolves', BWH: '1.01', BWD: '15', BWA: '40' }),
    ]),
  );
  await writeEdition(
    folder.path,
    'files/2223/E0.csv',
    fileText([aRow(quotes({ Date: '13/08/2022' }))]),
    '2023-06-01T00:00:00Z',
  );
  await lake.house.collect(`${folder.path}/files`, 'review/1');
  await lake.house.refine();
});
afterAll(async () => {
  await lake.close();
  await folder.remove();
  await postgres.stop();
});

describe('the queue', () => {
  it('holds what asks for a review, newest first, with source, league, season and bookmaker', async () => {
    const findings = await listFindings(pool, { statuses: open }, 50);
    expect(
      findings.map(({ type, league, season, bookmaker }) => [type, league, season, bookmaker]).sort(),
    ).toEqual([
      ['held', 'E0', '2021-22', null],
      ['implied_total_out_of_bounds', 'E0', '2021-22', 'bet365'],
      ['implied_total_out_of_bounds', 'E0', '2021-22', 'bet365'],
      ['implied_total_out_of_bounds', 'E0', '2022-23', 'bet365'],
      ['price_not_above_floor', 'E0', '2021-22', 'bwin'],
      ['unreadable_row', 'E0', '2021-22', null],
    ]);
    const times = findings.map(({ detectedAt }) => detectedAt.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(new Set(findings.map(({ source }) => source))).toEqual(new Set(['football_data']));
    const { rows } = await pool.query('select id from v_open_reviews');
    expect(rows).toHaveLength(6);
  });

  it('is counted by what one decision can be about', async () => {
    const [largest, ...others] = await groupFindings(pool, { statuses: open }, 50);
    expect(largest).toMatchObject({ findings: 2, bookmaker: 'bet365', league: 'E0', season: '2021-22' });
    expect(others).toHaveLength(4);
    expect(await countFindings(pool, aboutBet365)).toBe(3);
    expect(await countFindings(pool, { ...aboutBet365, season: '2022-23' })).toBe(1);
    expect(await countFindings(pool, { ...aboutBet365, league: 'E1' })).toBe(0);
  });

  it('shows a finding with its payload as it came, and the file and line that carried it', async () => {
    const [held] = await listFindings(pool, { statuses: open, type: 'held' }, 1);
    const shown = await showFinding(pool, held?.id ?? 0);
    expect(shown).toMatchObject({
      field: 'statedResult',
      payload: {
        status: 'held',
        raw: { HomeTeam: 'Arsenal', AwayTeam: 'Everton', FTHG: '0', FTR: 'H' },
        lines: [{ file: '2122/E0.csv', edition: 1, line: 4 }],
      },
      transitions: [],
    });
    expect(await showFinding(pool, 0)).toBeUndefined();
  });

  it('is counted by type, table, state and period, and by the last day', async () => {
    const statistics = await findingStatistics(pool, 'all');
    expect(statistics.find(({ type }) => type === 'implied_total_out_of_bounds')).toEqual({
      period: null,
      type: 'implied_total_out_of_bounds',
      table: 'odds',
      status: 'logged',
      findings: 3,
      forReview: 3,
      released: 0,
    });
    const byDay = await findingStatistics(pool, 'day');
    const total = (rows: readonly { findings: number }[]) =>
      rows.reduce((sum, { findings }) => sum + findings, 0);
    expect(total(byDay)).toBe(total(statistics));
    expect(byDay.every(({ period }) => /^\d{4}-\d{2}-\d{2}$/.test(period ?? ''))).toBe(true);
    expect((await issuesOfLastDay(pool)).find(({ type }) => type === 'held')).toMatchObject({ issues: 1 });
    await pool.query(
      `update data_quality_logs set detected_at = now() - interval '25 hours' where error_type = 'held'`,
    );
    expect((await issuesOfLastDay(pool)).some(({ type }) => type === 'held')).toBe(false);
  });
});

describe('findings of a source with names of its own', () => {
  it('are found by our code of the league and by the season: rows held in place, unreadable rows, suggestions', async () => {
    const house = openHouse(await postgres.freshDatabase());
    const other = await makeTestFolder();
    try {
      const bring = async (uri: string, content: string, modifiedAt: string, source: string) => {
        await writeEdition(path.join(other.path, source), uri, content, modifiedAt);
        await house.collect(path.join(other.path, source), `queue/${modifiedAt}`, 'if-changed', source);
      };
      const seasons = [
        { uri: '2122/E0.csv', cells: {} },
        { uri: '2223/E1.csv', cells: { Div: 'E1', Date: '13/08/2022' } },
      ];
      for (const { uri, cells } of seasons) {
        const row = aRow({ HomeTeam: 'Wolves', ...cells });
        await bring(uri, fileText([row]), '2023-06-01T00:00:00Z', 'football_data');
      }
      await house.refine();
      const wolves = anEntry({ team1: 'Wolverhampton Wanderers FC' });
      const first = jsonText([anEntry(), wolves, anEntry({ team2: '' })]);
      await bring('2021-22/en.1.json', first, '2023-06-02T00:00:00Z', 'openfootball');
      const second = jsonText([{ ...anEntry(), date: 'soon' }, wolves, anEntry({ team2: '' })]);
      await bring('2021-22/en.1.json', second, '2023-06-03T00:00:00Z', 'openfootball');
      const below = jsonText([{ ...wolves, date: '2022-08-13' }]);
      await bring('2022-23/en.2.json', below, '2023-06-04T00:00:00Z', 'openfootball');
      await house.refine();

      const filter = { statuses: open, source: 'openfootball' };
      const found = async (more: object) =>
        (await listFindings(house.pool, { ...filter, ...more }, 50))
          .map(({ type, key }) => [type, key?.split('/').at(0) ?? null])
          .sort();
      expect(await found({ league: 'E0', season: '2021-22' })).toEqual([
        ['identity_suggestion', null],
        ['unreadable_row', null],
        ['unreadable_row', 'en.1'],
      ]);
      expect(await found({ league: 'E1', season: '2022-23' })).toEqual([['identity_suggestion', null]]);
      expect(await found({ league: 'en.1' })).toEqual([]);
      const [suggestion] = await listFindings(house.pool, { ...filter, type: 'identity_suggestion' }, 1);
      expect(suggestion).toMatchObject({ league: 'E0, E1', season: '2021-22, 2022-23' });
    } finally {
      await house.close();
      await other.remove();
    }
  });
});

describe('many findings at once', () => {
  const prices = () => lake.lake.query('select bookmaker_count as n from gold.match_features');

  it('are decided by a filter, those that cannot move are told apart, and cleared quotes reach the features', async () => {
    await lake.publish('review/publish/1');
    await lake.buildGold('review/gold/1');
    const before = (await prices()).map(({ n }) => Number(n));
    expect(Math.max(...before)).toBe(1);

    const decision = { action: 'release', by: 'ada', why: 'Checked against the site' } as const;
    const ids = await findingIds(pool, { statuses: open, league: 'E0', season: '2021-22' });
    const planned = await inTransaction(pool, (transaction) => planDecision(transaction, ids, decision));
    expect([planned.moves.length, planned.refusals.length]).toEqual([4, 1]);
    expect(await countFindings(pool, { statuses: open })).toBe(6);

    const decided = await inTransaction(pool, (transaction) => decideFindings(transaction, ids, decision));
    expect(decided).toMatchObject({ pending: 4 });
    expect(decided.refusals.map(({ finding }) => finding.errorType)).toEqual(['price_not_above_floor']);
    await lake.house.refine();
    // The row that cannot be read is back.
    expect((await listFindings(pool, { statuses: open }, 50)).map(({ type }) => type).sort()).toEqual([
      'implied_total_out_of_bounds',
      'price_not_above_floor',
      'unreadable_row',
    ]);
    expect((await pool.query('select count(*) as n from odds where suspicious_odds')).rows).toEqual([
      { n: 1 },
    ]);

    await lake.publish('review/publish/2');
    await lake.buildGold('review/gold/2');
    const after = (await prices()).map(({ n }) => Number(n));
    expect(Math.max(...after)).toBe(2);
    expect(after.filter((n) => n > 0)).toHaveLength(before.filter((n) => n > 0).length + 1);
  });
});
