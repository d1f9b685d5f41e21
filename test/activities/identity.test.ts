import { beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../adapters/postgres/row.js';
import { mergeTeams } from '../../activities/merge-teams.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { aRow } from '../support/football-data-files.js';
import { anEntry } from '../support/openfootball-files.js';
import { decide } from '../support/review.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';
import { answer, openSuggestions } from '../support/suggestions.js';
import { useTwoSources } from '../support/two-sources.js';

const sources = useTwoSources();
const { csv, json, query, toldBy } = sources;
const teams = () => query('select name from teams order by name');
const held = () =>
  query(`select external_match_id as key, process_error as reason from raw_match_data
    where process_status = 'held' order by id`);

describe('a match that two sources tell', () => {
  it('under two names, two ids and two kick-off minutes is one match', async () => {
    await csv([aRow({ HomeTeam: 'Arsenal', AwayTeam: 'Chelsea', Time: '15:00' })]);
    await json([anEntry({ team1: 'Arsenal FC', team2: 'Chelsea FC', time: '15:05' })]);
    await sources.house.refine();
    expect(await toldBy()).toEqual([
      { home: 'Arsenal', away: 'Chelsea', sources: 'football_data openfootball' },
    ]);
    expect(await query('select count(*) as n from matches')).toEqual([{ n: 1 }]);
    expect(await query('select count(distinct match_time) as n from fixture_revisions')).toEqual([{ n: 2 }]);
  });

  it('is one match whichever source comes first, and side by side', async () => {
    for (const inOrder of [
      [csv, json],
      [json, csv],
    ]) {
      await sources.moveHouse();
      for (const collect of inOrder) {
        await (collect === csv ? csv([aRow()]) : json([anEntry()]));
        if (inOrder[0] === json) await sources.house.refine();
      }
      await sources.house.refine({ limit: 1, sideBySide: 2 });
      expect(await query('select count(*) as n from match_registry')).toEqual([{ n: 1 }]);
    }
  });

  it('twice in a season meets the nearer meeting', async () => {
    const inScotland = { Div: 'SC0', HomeTeam: 'Celtic', AwayTeam: 'Hearts' };
    await csv(
      [
        aRow({ ...inScotland, Date: '14/08/2021' }),
        aRow({ ...inScotland, Date: '15/01/2022', FTHG: 0, FTAG: 0, FTR: 'D' }),
      ],
      '2122/SC0.csv',
    );
    await sources.house.refine();
    await json(
      [anEntry({ team1: 'Celtic', team2: 'Hearts', date: '2022-01-16', score: { ft: [0, 0] } })],
      '2021-22/sco.1.json',
    );
    await sources.house.refine();
    expect(
      await query(`select r.ordinal, count(*) as sources from match_registry r
        join match_external_ids x on x.match_id = r.id group by 1 order by 1`),
    ).toEqual([
      { ordinal: 1, sources: 1 },
      { ordinal: 2, sources: 2 },
    ]);
  });
});

describe('a name that may be a team of that league and season', () => {
  beforeEach(async () => {
    await csv([aRow({ HomeTeam: 'Man United', AwayTeam: 'Chelsea' })]);
    await sources.house.refine();
    await json([
      anEntry({ team1: 'Manchester United FC', team2: 'Chelsea FC' }),
      anEntry({ team1: 'Chelsea FC', team2: 'Manchester United FC', date: '2022-02-05' }),
    ]);
    await sources.house.refine();
  });

  it('holds its rows and makes one suggestion', async () => {
    expect(await openSuggestions(sources.house)).toMatchObject([
      {
        name: 'Manchester United FC',
        country: 'England',
        candidates: [{ name: 'Man United', coinciding: 1 }],
      },
    ]);
    expect((await held()).map((row) => JSON.stringify(row))).toEqual([
      expect.stringContaining('England/Manchester United FC'),
      expect.stringContaining('review queue'),
    ]);
    expect(await teams()).toEqual([{ name: 'Chelsea' }, { name: 'Man United' }]);
    await sources.house.refine();
    await sources.house.rebuild();
    expect(await openSuggestions(sources.house), 'after a rebuild').toHaveLength(1);
  });

  it('is that team once a reviewer says so: its rows flow through the normal path, and so do later ones', async () => {
    const [suggestion] = await openSuggestions(sources.house);
    const teamId = suggestion?.candidates[0]?.teamId ?? 0;
    expect(await answer(sources.house, suggestion?.id ?? 0, { kind: 'same-team', teamId })).toBe(2);
    await sources.house.refine();
    expect(await held()).toEqual([]);
    expect(await toldBy()).toEqual([
      { home: 'Chelsea', away: 'Man United', sources: 'openfootball' },
      { home: 'Man United', away: 'Chelsea', sources: 'football_data openfootball' },
    ]);
    expect(await query('select alias, added_by as by, reason from team_aliases')).toEqual([
      { alias: 'Manchester United FC', by: 'ada', reason: 'seen' },
    ]);
    await json(
      [anEntry({ team1: 'Manchester United FC', team2: 'Chelsea FC', date: '2022-08-13' })],
      '2022-23/en.1.json',
    );
    await sources.house.refine();
    expect(await openSuggestions(sources.house)).toEqual([]);
    const grown = await readTables(sources.house.pool);
    await sources.house.rebuild();
    expect(
      firstDifference(grown, await readTables(sources.house.pool)),
      'a rebuild keeps the answer',
    ).toBeUndefined();
  });

  it('is a team of its own if the reviewer says so', async () => {
    const [suggestion] = await openSuggestions(sources.house);
    await answer(sources.house, suggestion?.id ?? 0, { kind: 'new-team' });
    await sources.house.refine();
    expect(await teams()).toEqual([
      { name: 'Chelsea' },
      { name: 'Man United' },
      { name: 'Manchester United FC' },
    ]);
  });

  it('that would make a team play itself holds the row, and nothing else', async () => {
    const [suggestion] = await openSuggestions(sources.house);
    const { rows } = await sources.house.pool.query<Row<{ id: 'teams.id' }>>(
      `select id from teams where name = 'Chelsea'`,
    );
    await answer(sources.house, suggestion?.id ?? 0, { kind: 'same-team', teamId: rows[0]?.id ?? 0 });
    await json([anEntry({ team1: 'Leeds', team2: 'Chelsea FC', date: '2022-08-13' })], '2022-23/en.1.json');
    expect(await sources.house.refine()).toMatchObject({ held: 2, done: 1 });
    expect((await held()).map((row) => JSON.stringify(row))).toEqual([
      expect.stringContaining('mean one team'),
      expect.stringContaining('mean one team'),
    ]);
    expect(
      await query(
        `select count(*) as n from data_quality_logs where error_type = 'held' and requires_manual_review`,
      ),
    ).toEqual([{ n: 2 }]);
  });

  it('is answered once, and only with a team of its country', async () => {
    const [suggestion] = await openSuggestions(sources.house);
    const id = suggestion?.id ?? 0;
    await expect(answer(sources.house, id, { kind: 'same-team', teamId: 999 })).rejects.toThrow(
      /no team 999/,
    );
    await answer(sources.house, id, { kind: 'new-team' });
    await expect(decide(sources.house.pool, 'resolve', [id])).rejects.toThrow(/is resolved since ada at/);
    await expect(answer(sources.house, 999_999, { kind: 'new-team' })).rejects.toThrow(/no finding 999999/);
  });
});

describe('a name without a candidate', () => {
  it('is registered and reported', async () => {
    await csv([aRow()]);
    await sources.house.refine();
    expect(
      await query(
        `select error_data ->> 'external_id' as name from data_quality_logs where error_type = 'new_team' order by 1`,
      ),
    ).toEqual([{ name: 'England/Arsenal' }, { name: 'England/Chelsea' }]);
  });
});

describe('a season that gains its second source', () => {
  const opponents = ['Arsenal', 'Chelsea', 'Fulham'];
  const inSeason = (year: number) =>
    opponents.flatMap((club, round) => [
      { date: `${year}-09-1${round}`, home: 'Tottenham', away: club },
      { date: `${year + 1}-02-1${round}`, home: club, away: 'Tottenham' },
    ]);
  const britishRows = (year: number) =>
    inSeason(year).map(({ date, home, away }) =>
      aRow({ HomeTeam: home, AwayTeam: away, Date: date.split('-').reverse().join('/') }),
    );
  const questions = () =>
    query(`select status, handled_by as by, error_data -> 'coinciding' as coinciding, error_message as message
      from data_quality_logs where error_type = 'team_told_twice'`);

  it('asks whether two known teams are one that each source tells alone, and merging them answers it', async () => {
    await csv(britishRows(2019), '1920/E0.csv');
    await sources.house.refine();
    const spurs = (name: string): string => (name === 'Tottenham' ? 'Tottenham Hotspur FC' : `${name} FC`);
    await json(
      inSeason(2020).map(({ date, home, away }) => anEntry({ date, team1: spurs(home), team2: spurs(away) })),
      '2020-21/en.1.json',
    );
    await sources.house.refine();
    expect(await questions()).toEqual([]);
    await csv(britishRows(2020), '2021/E0.csv');
    await sources.house.refine({ limit: 2 });

    const { rows } = await sources.house.pool.query<Row<{ id: 'teams.id'; name: 'teams.name' }>>(
      `select id, name from teams where name like 'Tottenham%' order by name`,
    );
    const [keptId, mergedId] = rows.map(({ id }) => id);
    expect(rows.map(({ name }) => name)).toEqual(['Tottenham', 'Tottenham Hotspur FC']);
    expect(await openSuggestions(sources.house)).toEqual([]);
    const command = `touchline team merge ${keptId ?? ''} ${mergedId ?? ''} --why`;
    const asked = await questions();
    expect(asked).toMatchObject([{ status: 'logged', by: null, coinciding: 6 }]);
    expect(JSON.stringify(asked)).toContain(command);
    await inTransaction(sources.house.pool, (transaction) =>
      mergeTeams(transaction, { keptId: keptId ?? 0, mergedId: mergedId ?? 0, by: 'ada', why: 'one club' }),
    );
    await sources.house.refine();
    expect(await questions()).toMatchObject([{ status: 'resolved', by: 'ada' }]);
    const ofSeason = await query(
      `select count(*) as matches from match_registry r join matches m using (id) where r.season = '2020-21'`,
    );
    expect(ofSeason).toEqual([{ matches: 6 }]);
  });
});

it('a match that leaves its file while one with a club written anew, or with the sides changed, comes for that day is asked about', async () => {
  const others = [
    aRow({ HomeTeam: 'Leeds', AwayTeam: 'Everton', Date: '15/08/2021' }),
    aRow({ HomeTeam: 'Wolves', AwayTeam: 'Spurs', Date: '16/08/2021' }),
  ];
  await csv([aRow({ AwayTeam: 'Man United' }), ...others]);
  const [leeds, wolves] = others;
  await csv(
    [
      aRow({ AwayTeam: 'Manchester Utd' }),
      { ...leeds, HomeTeam: 'Everton', AwayTeam: 'Leeds' },
      { ...wolves, HomeTeam: 'Burnley', AwayTeam: 'Brentford' },
    ],
    '2122/E0.csv',
    '2022-07-01T00:00:00Z',
  );
  expect(
    await query(`select error_data ->> 'left' as gone, error_data ->> 'came' as came, requires_manual_review as review
      from data_quality_logs where error_type = 'changed_pairing' order by 1`),
  ).toEqual([
    { gone: 'E0/2021-22/Arsenal/Man United/1', came: 'E0/2021-22/Arsenal/Manchester Utd/1', review: true },
    { gone: 'E0/2021-22/Leeds/Everton/1', came: 'E0/2021-22/Everton/Leeds/1', review: true },
  ]);
});
