import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readMatchStates, type MatchState } from '../../../adapters/postgres/match-states.js';
import { declareSourcePrecedence } from '../../../adapters/postgres/source-precedence.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { openHouse, type TestHouse } from '../../support/house.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { registerMatches, tell, type Told } from '../../support/told-matches.js';

let postgres: TestPostgres;
let house: TestHouse;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
  await registerMatches(house.pool, 1);
  await inTransaction(house.pool, ({ client }) => declareSourcePrecedence(client));
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
});
beforeEach(async () => {
  await house.pool.query('truncate fixture_revisions');
});

const august = (day: number, time = '12:00'): string =>
  `2021-08-${String(day).padStart(2, '0')}T${time}:00.000Z`;

/** The state of match 1 after the words, as of an instant. */
async function after(words: readonly Omit<Told, 'match'>[], asOf?: string): Promise<MatchState | undefined> {
  await tell(
    house.pool,
    words.map((word) => ({ match: 1, ...word })),
  );
  return (await readMatchStates(house.pool, [1], asOf === undefined ? 'infinity' : new Date(asOf))).get(1);
}

describe('a match as of an instant', () => {
  it('is not there where nothing was known by then', async () => {
    expect(await after([{ source: 'football_data', knownAt: august(2) }], august(1))).toBeUndefined();
  });

  it('is known at the very instant of the word', async () => {
    const word = { source: 'football_data', knownAt: august(2), score: '2-1' };
    expect(await after([word], august(2))).toMatchObject({ homeScore: 2, awayScore: 1, sources: 1 });
  });

  it('has the score known then, not the one corrected later', async () => {
    const words = [
      { source: 'football_data', knownAt: august(14, '18:00'), score: '2-1' },
      { source: 'football_data', knownAt: august(20), score: '3-1' },
    ];
    expect(await after(words, august(19))).toMatchObject({ homeScore: 2 });
    expect((await readMatchStates(house.pool, [1])).get(1)).toMatchObject({ homeScore: 3 });
  });
});

describe('of several sources', () => {
  it('each group of fields has its own first: the feed the kick-off, the file the result', async () => {
    const state = await after([
      {
        source: 'football_data',
        knownAt: august(1),
        score: '2-1',
        kickoff: august(14, '14:00'),
        referee: 'M Dean',
      },
      {
        source: 'api_football',
        knownAt: august(2),
        score: '2-2',
        kickoff: august(14, '16:30'),
        venue: 'Emirates',
      },
    ]);
    expect(state).toMatchObject({
      kickoffSource: 'api_football',
      matchTime: new Date(august(14, '16:30')),
      resultSource: 'football_data',
      homeScore: 2,
      awayScore: 1,
      venue: 'Emirates',
      venueSource: 'api_football',
      referee: 'M Dean',
      refereeSource: 'football_data',
      sources: 2,
    });
  });

  it('a later word of one that ranks lower does not count', async () => {
    const state = await after([
      { source: 'football_data', knownAt: august(15), score: '2-1' },
      { source: 'openfootball', knownAt: august(20), score: '0-0' },
    ]);
    expect(state).toMatchObject({ resultSource: 'football_data', homeScore: 2 });
  });

  it('a minute beats a day, whoever says it', async () => {
    const state = await after([
      { source: 'api_football', knownAt: august(1), kickoff: august(13, '23:00'), precision: 'day' },
      { source: 'openfootball', knownAt: august(1), kickoff: august(14, '14:00') },
    ]);
    expect(state).toMatchObject({ kickoffSource: 'openfootball', kickoffPrecision: 'minute' });
  });

  it('one that has not heard of the result does not hide it, and a status keeps its own score', async () => {
    const words = [
      { source: 'football_data', knownAt: august(1) },
      { source: 'scores_api', knownAt: august(14, '15:00'), status: 'live' as const, score: '1-0' },
      { source: 'openfootball', knownAt: august(15), score: '1-1' },
    ];
    expect(await after(words, august(14, '16:00'))).toMatchObject({
      matchStatus: 'live',
      homeScore: 1,
      awayScore: 0,
    });
    expect((await readMatchStates(house.pool, [1])).get(1)).toMatchObject({
      matchStatus: 'completed',
      resultSource: 'openfootball',
      awayScore: 1,
    });
  });

  it('a half-time score comes from the next only with the same status and score', async () => {
    const [file, other] = [
      { source: 'football_data', knownAt: august(15), score: '2-1' },
      { source: 'openfootball', knownAt: august(15), score: '2-1', halfTime: '1-0' },
    ];
    expect(await after([file, other])).toMatchObject({
      resultSource: 'football_data',
      halfTimeSource: 'openfootball',
      homeHalfTimeScore: 1,
      awayHalfTimeScore: 0,
    });
    const corrected = [{ ...file, knownAt: august(20), score: '3-1' }];
    expect(await after(corrected)).toMatchObject({
      homeScore: 3,
      homeHalfTimeScore: null,
      halfTimeSource: null,
    });
  });

  it('one that no longer has the match says nothing while another has it', async () => {
    const words = [
      { source: 'football_data', knownAt: august(15), score: '2-1' },
      { source: 'openfootball', knownAt: august(15), score: '2-2' },
      { source: 'football_data', knownAt: august(20), score: '2-1', present: false },
    ];
    expect(await after(words)).toMatchObject({
      resultSource: 'openfootball',
      awayScore: 2,
      sourcePresent: true,
    });
    const gone = [{ source: 'openfootball', knownAt: august(21), score: '2-2', present: false }];
    expect(await after(gone)).toMatchObject({
      resultSource: 'football_data',
      awayScore: 1,
      sourcePresent: false,
    });
  });

  it('those that are not listed come last, by name', async () => {
    const words = ['zzz', 'aaa', 'openfootball'].map((source, index) => ({
      source,
      knownAt: august(15),
      score: `${index}-0`,
    }));
    expect(await after(words.slice(0, 2))).toMatchObject({ resultSource: 'aaa' });
    expect(await after(words.slice(2))).toMatchObject({ resultSource: 'openfootball' });
  });
});
