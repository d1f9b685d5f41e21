import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countConflicts, listConflicts, readMatchTold } from '../../../adapters/postgres/match-told.js';
import { readMatchStates } from '../../../adapters/postgres/match-states.js';
import { declareSourcePrecedence } from '../../../adapters/postgres/source-precedence.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { sourceRanks } from '../../../schemas/source-precedence.js';
import { openHouse, type TestHouse } from '../../support/house.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { registerMatches, tell, type Told } from '../../support/told-matches.js';

let postgres: TestPostgres;
let house: TestHouse;
const declare = () => inTransaction(house.pool, ({ client }) => declareSourcePrecedence(client));
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
  await registerMatches(house.pool, 2);
  await declare();
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
});
beforeEach(async () => {
  await house.pool.query('truncate fixture_revisions, matches');
});

const august = (day: number, time = '12:00'): string =>
  `2021-08-${String(day).padStart(2, '0')}T${time}:00.000Z`;
const word = (source: string, day: number, said: Partial<Told> = {}): Told => ({
  match: 1,
  source,
  knownAt: august(day),
  ...said,
});
const conflictsAfter = async (...words: Told[]) => {
  await tell(house.pool, words);
  return await listConflicts(house.pool, { limit: 10 });
};

describe('sources contradict each other', () => {
  it('on a score: the word that ranks first is kept, the other shown, since both have said so', async () => {
    const found = await conflictsAfter(
      word('football_data', 15, { score: '2-1', halfTime: '1-0' }),
      word('football_data', 18, { score: '2-1', halfTime: '1-0', referee: 'M Dean' }),
      word('openfootball', 16, { score: '2-1', halfTime: '1-0' }),
      word('openfootball', 17, { score: '2-2', halfTime: '1-0' }),
    );
    expect(found).toMatchObject([
      {
        matchId: 1,
        league: 'E0',
        fieldGroup: 'result',
        keptSource: 'football_data',
        keptValue: { match_status: 'completed', home_score: 2, away_score: 1 },
        otherSource: 'openfootball',
        otherValue: { home_score: 2, away_score: 2 },
        since: new Date(august(17)),
      },
    ]);
    expect(await countConflicts(house.pool)).toEqual([{ fieldGroup: 'result', matches: 1 }]);
  });

  it("on a kick-off of two minutes, or of two days; never where one knows the minute of the other's day", async () => {
    const day = { kickoff: august(13, '23:00'), precision: 'day' as const };
    expect(
      await conflictsAfter(
        word('football_data', 1, day),
        word('api_football', 1, { kickoff: august(14, '22:30') }),
      ),
    ).toEqual([]);
    expect(await conflictsAfter(word('openfootball', 1, { kickoff: august(14, '14:00') }))).toMatchObject([
      { fieldGroup: 'kickoff', keptSource: 'api_football', otherSource: 'openfootball' },
    ]);
    expect(
      await conflictsAfter(word('football_data', 2, { ...day, kickoff: august(14, '23:00') })),
    ).toMatchObject([{ otherSource: 'football_data' }, { otherSource: 'openfootball' }]);
  });

  it('on a venue, whatever its capitals', async () => {
    expect(
      await conflictsAfter(
        word('api_football', 1, { venue: 'Emirates Stadium' }),
        word('openfootball', 1, { venue: 'EMIRATES STADIUM' }),
        word('football_data', 1, { venue: 'Highbury' }),
      ),
    ).toMatchObject([{ fieldGroup: 'venue', keptSource: 'api_football', otherSource: 'football_data' }]);
  });

  it('not where one has not heard yet, no longer has the match, or agrees again', async () => {
    expect(
      await conflictsAfter(
        word('football_data', 15, { score: '2-1' }),
        word('api_football', 15, { status: 'live', score: '0-0' }),
        word('openfootball', 15, { score: '5-5', present: false }),
        word('scores_api', 15, { score: '9-9' }),
        word('scores_api', 16, { score: '2-1' }),
      ),
    ).toEqual([]);
  });

  it('as known at an instant, with every word and price known by then', async () => {
    await conflictsAfter(
      word('football_data', 15, { score: '2-1' }),
      word('openfootball', 17, { score: '2-2' }),
    );
    const before = await readMatchTold(house.pool, 1, new Date(august(16)));
    expect(before).toMatchObject({ home: 'Arsenal', state: { sources: 1 }, conflicts: [], prices: 0 });
    expect(before?.revisions).toHaveLength(1);
    expect(await readMatchTold(house.pool, 1, 'infinity')).toMatchObject({
      state: { sources: 2, awayScore: 1 },
      conflicts: [{ fieldGroup: 'result' }],
    });
    expect(await readMatchTold(house.pool, 1, new Date(august(1)))).toMatchObject({ state: undefined });
    expect(await readMatchTold(house.pool, 99, 'infinity')).toBeUndefined();
  });
});

describe('the declared precedence', () => {
  it('of a match in play asks the feed of scores first, however old the list of fixtures is; of its result the order of results', async () => {
    await tell(house.pool, [
      word('api_football', 14, { status: 'live', score: '0-0', halfTime: '0-0' }),
      word('scores_api', 14, { status: 'live', score: '1-0', halfTime: '1-0' }),
      word('aaa', 14, { status: 'live', score: '7-7' }),
    ]);
    const stand = async () => (await readMatchStates(house.pool, [1], 'infinity')).get(1);
    expect(await stand()).toMatchObject({ resultSource: 'scores_api', homeScore: 1, homeHalfTimeScore: 1 });
    await tell(house.pool, [
      word('scores_api', 15, { score: '1-0' }),
      word('api_football', 15, { score: '2-0' }),
    ]);
    expect(await stand()).toMatchObject({ resultSource: 'api_football', homeScore: 2 });
  });

  it('is in Postgres as declared, and declaring it again changes nothing', async () => {
    await house.pool.query('delete from lake_dirty_partitions');
    await declare();
    const { rows } = await house.pool.query(
      `select field_group as "fieldGroup", data_source as "dataSource", rank from source_precedence`,
    );
    expect(rows).toEqual(expect.arrayContaining([...sourceRanks]));
    expect(rows).toHaveLength(sourceRanks.length);
    expect((await house.pool.query('select * from lake_dirty_partitions')).rows).toEqual([]);
  });

  it('where it has changed, derives the matches of several sources anew and has them published', async () => {
    await tell(house.pool, [
      word('football_data', 15, { score: '2-1' }),
      word('openfootball', 15, { score: '2-2' }),
    ]);
    await house.pool.query(
      `update source_precedence set rank = case data_source when 'openfootball' then 1 else rank + 10 end
       where field_group = 'result'`,
    );
    await house.pool.query('delete from lake_dirty_partitions');
    await declare();
    expect((await house.pool.query('select id, home_score, away_score from matches')).rows).toEqual([
      { id: 1, home_score: 2, away_score: 1 },
    ]);
    expect((await house.pool.query('select table_name from lake_dirty_partitions order by 1')).rows).toEqual([
      { table_name: 'matches' },
      { table_name: 'source_precedence' },
    ]);
  });
});
