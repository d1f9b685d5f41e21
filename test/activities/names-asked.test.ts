import { describe, expect, it } from 'vitest';
import { decideFindings } from '../../activities/decide-findings.js';
import { doubtName } from '../../activities/doubt-name.js';
import { mergeTeams } from '../../activities/merge-teams.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { aRow } from '../support/football-data-files.js';
import { anEntry } from '../support/openfootball-files.js';
import { decide } from '../support/review.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';
import { answer, openSuggestions } from '../support/suggestions.js';
import { useTwoSources } from '../support/two-sources.js';

const sources = useTwoSources();
const { csv, json, query, toldBy, idOf } = sources;
const teams = () => query('select name from teams order by name');
const held = () => query(`select external_match_id from raw_match_data where process_status = 'held'`);
const theQuestion = async (): Promise<number> => {
  const questions = await openSuggestions(sources.house);
  expect(questions).toHaveLength(1);
  return questions[0]?.id ?? 0;
};

const unitedAway = anEntry({ team1: 'Chelsea FC', team2: 'Manchester United FC', date: '2022-02-05' });
/** football-data.co.uk tells of Man United, openfootball of a name about which somebody is asked. */
async function askAboutUnited(): Promise<void> {
  await csv([aRow({ HomeTeam: 'Man United', AwayTeam: 'Chelsea' })]);
  await sources.house.refine();
  await json([anEntry({ team1: 'Manchester United FC', team2: 'Chelsea FC' }), unitedAway]);
  await sources.house.refine();
}

describe('the rows that wait for an answer', () => {
  it('are refined once a rule gives their name a team, and the question is closed in the name of refine', async () => {
    await askAboutUnited();
    const id = await theQuestion();
    expect(await held()).toHaveLength(2);
    await query(
      `insert into team_aliases (country, alias, team_id, added_by, reason)
       select 'England', 'Manchester United FC', id, 'bob', 'known' from teams where name = 'Man United'`,
    );
    const later = { date: '2022-08-13' };
    await json(
      [anEntry({ ...unitedAway, ...later }), anEntry({ team1: 'Leeds United FC', ...later })],
      '2022-23/en.1.json',
    );
    await sources.house.refine();
    expect(await openSuggestions(sources.house)).toEqual([]);
    expect(await held()).toEqual([]);
    expect(
      await query(
        'select action, from_status, to_status, by, details from review_transitions where finding_id = $1',
        [id],
      ),
    ).toEqual([
      {
        action: 'resolve',
        from_status: 'logged',
        to_status: 'resolved',
        by: 'refine',
        details: { basis: 'alias', teamId: await idOf('Man United'), rows: 3 },
      },
    ]);
  });

  it('are refined where the answer comes while a batch is about to hold them', async () => {
    await csv([aRow({ HomeTeam: 'Man United', AwayTeam: 'Chelsea' })]);
    await sources.house.refine();
    await json([anEntry({ team1: 'Manchester United FC', team2: 'Chelsea FC' })]);
    await sources.house.prepareSilver();
    const gate = await sources.house.pool.connect();
    await gate.query('begin; lock table lake_dirty_partitions in exclusive mode');
    let settled = false;
    const waiting = async (sessions: number): Promise<void> => {
      const locks = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while (!settled && ((await sources.house.pool.query(locks)).rowCount ?? 0) < sessions);
    };
    const batch = sources.house.refineBatch(10);
    // Its question is committed, and it waits to mark its months, the last thing before its commit.
    await waiting(1);
    const answered = answer(sources.house, await theQuestion(), {
      kind: 'same-team',
      teamId: await idOf('Man United'),
    }).finally(() => (settled = true));
    await waiting(2);
    await gate.query('commit');
    gate.release();
    await Promise.all([batch, answered]);
    await sources.house.refine();
    expect(await held()).toEqual([]);
    expect(await toldBy()).toEqual([
      { home: 'Man United', away: 'Chelsea', sources: 'football_data openfootball' },
    ]);
  });
});

describe('an answer', () => {
  /** openfootball has a Rovers in a season in which football-data.co.uk has none, though it knows one of another season. */
  const askAboutRovers = async (): Promise<void> => {
    await csv([aRow({ HomeTeam: 'Rovers', AwayTeam: 'Chelsea', Date: '15/08/2020' })], '2021/E0.csv');
    await csv([aRow()]);
    await sources.house.refine();
    await json([anEntry({ team1: 'Rovers', team2: 'Chelsea FC' })]);
    await sources.house.refine();
  };

  it('that a name in doubt is a new team registers one, though a team of the very name is there', async () => {
    await askAboutRovers();
    await answer(sources.house, await theQuestion(), { kind: 'new-team' });
    await sources.house.refine();
    expect(await teams()).toEqual([
      { name: 'Arsenal' },
      { name: 'Chelsea' },
      { name: 'Rovers' },
      { name: 'Rovers (openfootball)' },
    ]);
    expect(await toldBy()).toContainEqual({
      home: 'Rovers (openfootball)',
      away: 'Chelsea',
      sources: 'openfootball',
    });
  });

  it('that names a team which was merged away means the team that was kept', async () => {
    await csv([aRow({ HomeTeam: 'Red Devils', AwayTeam: 'Chelsea', Date: '15/08/2020' })], '2021/E0.csv');
    await askAboutUnited();
    const merged = await idOf('Red Devils');
    await inTransaction(sources.house.pool, async (transaction) =>
      mergeTeams(transaction, {
        keptId: await idOf('Man United'),
        mergedId: merged,
        by: 'ada',
        why: 'one club',
      }),
    );
    await answer(sources.house, await theQuestion(), { kind: 'same-team', teamId: merged });
    await sources.house.refine();
    expect(
      await query(
        `select t.name from team_external_ids x join teams t on t.id = x.team_id
         where external_id = 'England/Manchester United FC'`,
      ),
    ).toEqual([{ name: 'Man United' }]);
  });

  it('with a team is about one name', async () => {
    await csv([aRow({ HomeTeam: 'Man United', AwayTeam: 'Man City' })]);
    await sources.house.refine();
    await json([anEntry({ team1: 'Manchester United FC', team2: 'Manchester City FC' })]);
    await sources.house.refine();
    const ids = (await openSuggestions(sources.house)).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const teamId = await idOf('Man United');
    const same = {
      action: 'resolve',
      by: 'ada',
      why: 'seen',
      answer: { kind: 'same-team', teamId },
    } as const;
    await expect(
      inTransaction(sources.house.pool, (transaction) => decideFindings(transaction, ids, same)),
    ).rejects.toThrow(/2 names are chosen/);
    expect(await openSuggestions(sources.house)).toHaveLength(2);
  });
});

describe('a wrong answer', () => {
  it('is taken back by opening the question again: everything is as before, no rule decides, and another answer holds', async () => {
    await askAboutUnited();
    const id = await theQuestion();
    const before = await readTables(sources.house.pool);
    await answer(sources.house, id, { kind: 'same-team', teamId: await idOf('Chelsea') });
    await sources.house.refine();
    await decide(sources.house.pool, 'reopen', [id]);
    await sources.house.refine();
    expect(firstDifference(before, await readTables(sources.house.pool))).toBeUndefined();
    expect(await query('select alias from team_aliases')).toEqual([]);

    await answer(sources.house, id, { kind: 'same-team', teamId: await idOf('Man United') });
    await sources.house.refine();
    expect(await held()).toEqual([]);
    const grown = await readTables(sources.house.pool);
    await sources.house.rebuild();
    expect(firstDifference(grown, await readTables(sources.house.pool))).toBeUndefined();
  });
});

describe('a name that a rule gave a team', () => {
  const ask = (name: string) =>
    inTransaction(sources.house.pool, (transaction) =>
      doubtName(transaction, { dataSource: 'openfootball', name, by: 'ada', why: 'another club' }),
    );

  it('is asked about where somebody doubts it, and nothing is told by it until there is an answer', async () => {
    await csv([aRow({ HomeTeam: 'Wimbledon', AwayTeam: 'Chelsea' })]);
    await sources.house.refine();
    const before = await readTables(sources.house.pool);
    await json([anEntry({ team1: 'AFC Wimbledon', team2: 'Chelsea FC' })]);
    await sources.house.refine();
    expect(await toldBy()).toHaveLength(1);

    const { findingId, pending } = await ask('AFC Wimbledon');
    expect(pending).toBe(2);
    expect(await openSuggestions(sources.house)).toMatchObject([
      { id: findingId, name: 'AFC Wimbledon', divisions: ['en.1'], candidates: [{ name: 'Wimbledon' }] },
    ]);
    await sources.house.refine();
    await sources.house.refine();
    expect(await held()).toHaveLength(1);
    const asked = await readTables(sources.house.pool);
    for (const table of ['matches', 'fixture_revisions', 'odds', 'match_registry'] as const)
      expect(asked.get(table), table).toEqual(before.get(table));
    expect(
      await query('select action, from_status, to_status, by from review_transitions where finding_id = $1', [
        findingId,
      ]),
    ).toEqual([{ action: 'reopen', from_status: 'resolved', to_status: 'logged', by: 'ada' }]);
    await expect(ask('AFC Wimbledon')).rejects.toThrow(/openfootball calls no team AFC Wimbledon/);

    await answer(sources.house, findingId, { kind: 'new-team' });
    await sources.house.refine();
    expect(await toldBy()).toEqual([
      { home: 'AFC Wimbledon', away: 'Chelsea', sources: 'openfootball' },
      { home: 'Wimbledon', away: 'Chelsea', sources: 'football_data' },
    ]);
    await decide(sources.house.pool, 'reopen', [findingId]);
    await answer(sources.house, findingId, { kind: 'new-team' });
    expect(await teams(), 'the team that nobody was called is taken again').toHaveLength(3);
    await sources.house.refine();
    const grown = await readTables(sources.house.pool);
    await sources.house.rebuild();
    expect(firstDifference(grown, await readTables(sources.house.pool))).toBeUndefined();
  });

  it('has to be one, in a country that is told apart', async () => {
    await csv([aRow()]);
    await csv([aRow({ Div: 'SC0' })], '2122/SC0.csv');
    await sources.house.refine();
    const doubt = (name: string, country?: string) =>
      inTransaction(sources.house.pool, (transaction) =>
        doubtName(transaction, {
          dataSource: 'football_data',
          name,
          ...(country === undefined ? {} : { country }),
          by: 'ada',
          why: 'seen',
        }),
      );
    await expect(doubt('Nobody')).rejects.toThrow(/football_data calls no team Nobody/);
    await expect(doubt('Arsenal')).rejects.toThrow(/teams of 2 countries Arsenal: England, Scotland/);
    expect((await doubt('Arsenal', 'Scotland')).pending).toBe(1);
  });
});
