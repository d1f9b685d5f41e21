import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createCollectMatchFactsActivities,
  type CollectMatchFactsDeps,
} from '../../activities/collect-match-facts.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { placeOfHome, placeOfVenue } from '../../schemas/venues.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { matchesTruth } from '../../simulator/truth.js';
import { usualPlans } from '../../simulator/simulation.js';
import { serveChangedAnswers } from '../support/changed-answers.js';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { anEntry, jsonText } from '../support/openfootball-files.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { runningSeason, saturday, serveStandingStill } from '../support/simulation.js';

let postgres: TestPostgres;
let house: TestHouse;
let simulator: Simulator;
const clock = { startsAt: saturday, realStart: 0, speed: 0 };

beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
  simulator = await serveStandingStill();
  const location = `${simulator.url}${prefixes.api_football}`;
  const [file] = await house.list(location, 'api_football', { seasons: [runningSeason], divisions: ['SIM'] });
  if (file === undefined) throw new Error('There is no list of the simulated league');
  await house.collectFile({ file, runId: 'facts/1', reading: 'if-changed', clock });
  await house.refine();
});
afterAll(async () => {
  await simulator.close();
  await house.close();
  await postgres.stop();
});

function facts(others: Partial<CollectMatchFactsDeps['sources']> = {}) {
  const { pool, db } = house.pools.writer;
  const activities = createCollectMatchFactsActivities({
    ...{ pool, db, redactor, meters: createMeters(), budgets: [] },
    sources: {
      apiFootball: { url: `${simulator.url}${prefixes.api_football}`, key: usualPlans.apiFootball.key },
      oddsApi: { url: undefined, key: undefined },
      openMeteo: {
        url: `${simulator.url}${prefixes.open_meteo}`,
        archiveUrl: `${simulator.url}${prefixes.open_meteo}`,
      },
      ...others,
    },
  });
  return {
    lineups: (matchId: number) => asActivity(() => activities.collectLineups({ matchId, clock })),
    weather: (matchId: number) => asActivity(() => activities.collectWeather({ matchId, clock })),
  };
}

/** Our id of the first match of the simulation that stands so. */
async function matchThatIs(status: string): Promise<number> {
  const truth = matchesTruth(simulator.simulation.competition, runningSeason, saturday);
  const found = truth.find((match) => match.status === status);
  if (found === undefined) throw new Error(`No match is ${status}`);
  const { rows } = await house.pool.query<Row<{ id: 'match_external_ids.match_id' }>>(
    `select x.match_id as id from source_match_ids s
     join match_external_ids x on x.data_source = s.data_source and x.external_id = s.external_match_id
     where s.data_source = 'api_football' and s.source_id = $1`,
    [String(found.id)],
  );
  const [match] = rows;
  if (match === undefined) throw new Error(`Match ${found.id} is not known`);
  return match.id;
}
const texts = async (query: string) =>
  (await house.pool.query<Row<{ text: Computed<string> }>>(query)).rows.map(({ text }) => text);

describe('the line-ups of a match', () => {
  it('are stored once both sides are published, and the same again is no news', async () => {
    const match = await matchThatIs('live');
    expect(await facts().lineups(match)).toEqual({
      ...{ outcome: 'published', told: 2, stored: 2, unchanged: 0, rejected: 0 },
    });
    expect(await facts().lineups(match)).toEqual({
      ...{ outcome: 'published', told: 2, stored: 0, unchanged: 2, rejected: 0 },
    });
    expect(await texts('select record_key as text from raw_lineups_data')).toHaveLength(2);
  });

  it('are of one side where those of the other cannot be read, and what is told is stored', async () => {
    const match = await matchThatIs('live');
    const source = await serveChangedAnswers(`${simulator.url}${prefixes.api_football}`, (_, body) => {
      const answer = z.looseObject({ response: z.array(z.looseObject({})) }).parse(body);
      const [readable, other] = answer.response;
      return {
        ...answer,
        response: [
          { ...readable, formation: '9-0-1' },
          { ...other, team: null },
        ],
      };
    });
    try {
      const apiFootball = { url: source.url, key: usualPlans.apiFootball.key };
      expect(await facts({ apiFootball }).lineups(match)).toEqual({
        ...{ outcome: 'one-side', told: 1, stored: 1, unchanged: 0, rejected: 1 },
      });
    } finally {
      await source.close();
    }
  });

  it('are not there long before the kick-off', async () => {
    const match = await matchThatIs('scheduled');
    expect(await facts().lineups(match)).toEqual({
      ...{ outcome: 'not-yet', told: 0, stored: 0, unchanged: 0, rejected: 0 },
    });
  });

  it('are skipped without a key, with the variable', async () => {
    const withoutKey = facts({ apiFootball: { url: undefined, key: undefined } });
    expect(await withoutKey.lineups(await matchThatIs('live'))).toEqual({
      outcome: 'skipped',
      reason: 'api_football needs a key, and API_FOOTBALL_KEY is not set',
    });
  });

  it('of no match are a mistake', async () => {
    await expect(facts().lineups(999_999)).rejects.toMatchObject({ name: 'BadInput' });
  });
});

describe('the weather of a match', () => {
  it('is the forecast of the hour of its kick-off at its ground', async () => {
    const match = await matchThatIs('live');
    expect(await facts().weather(match)).toEqual({
      ...{ outcome: 'collected', basis: 'forecast', placeBasis: 'venue' },
      ...{ told: 1, stored: 1, unchanged: 0, rejected: 0 },
    });
    const { rows } = await house.pool.query<
      Row<{ kickoff: 'matches.match_time'; venue: 'matches.venue'; key: 'raw_weather_data.record_key' }>
    >(
      `select m.match_time as kickoff, m.venue, w.record_key as key
       from raw_weather_data w join matches m on m.id::text = w.external_match_id`,
    );
    const [row] = rows;
    expect(rows).toHaveLength(1);
    const hour = new Date(Math.floor((row?.kickoff.getTime() ?? 0) / 3_600_000) * 3_600_000);
    expect(row?.key).toBe(`${hour.toISOString()}|forecast`);
    const place = placeOfVenue('Simulated', row?.venue ?? '');
    expect(
      await texts(
        `select concat_ws(' ', raw_data ->> 'latitude', raw_data ->> 'longitude') as text from raw_weather_data`,
      ),
    ).toEqual([`${place?.latitude} ${place?.longitude}`]);
  });

  it('is skipped where no place is known for the ground', async () => {
    const match = await matchThatIs('scheduled');
    await house.pool.query(`update matches set venue = 'A Meadow' where id = $1`, [match]);
    expect(await facts().weather(match)).toEqual({
      outcome: 'skipped',
      reason: 'no place is known for A Meadow',
    });
  });

  it('is skipped where the kick-off lies beyond every forecast', async () => {
    const [last] = await texts(
      `select id::text as text from matches where venue <> 'A Meadow' and kickoff_precision = 'minute' order by match_time desc limit 1`,
    );
    expect(await facts().weather(Number(last))).toMatchObject({ outcome: 'skipped' });
  });

  it('of every ground of the simulated league has a place', () => {
    const { clubs } = simulator.simulation.competition;
    expect(clubs.map(({ venue }) => placeOfVenue('Simulated', venue.name))).toEqual(
      clubs.map(({ venue: { latitude, longitude } }) => ({ latitude, longitude })),
    );
  });
});

describe('of a match of which no source tells the ground', () => {
  const unplayed = { FTHG: '', FTAG: '', FTR: '' };
  let folder: TestFolder;
  beforeAll(async () => {
    folder = await makeTestFolder();
    await writeEdition(
      folder.path,
      '2627/E0.csv',
      fileText([
        aRow({ Date: '13/09/2026', HomeTeam: 'Liverpool', ...unplayed }),
        aRow({ Date: '13/09/2026', HomeTeam: 'Plymouth', AwayTeam: 'Liverpool', ...unplayed }),
        aRow({ Date: '05/09/2026', HomeTeam: "Nott'm Forest", AwayTeam: 'Liverpool' }),
      ]),
    );
    await house.collect(folder.path, 'facts/2');
    await writeEdition(
      folder.path,
      '2026-27/de.1.json',
      jsonText([
        anEntry({ date: '2026-09-13', team1: 'FC Bayern München', team2: 'Hamburger SV', score: undefined }),
      ]),
    );
    await house.collect(folder.path, 'facts/3', 'if-changed', 'openfootball');
    await house.refine();
  });
  afterAll(() => folder.remove());

  async function matchAt(home: string): Promise<number> {
    const { rows } = await house.pool.query<Row<{ id: 'matches.id'; venue: 'matches.venue' }>>(
      `select m.id, m.venue from matches m join teams t on t.id = m.home_team_id where t.name = $1`,
      [home],
    );
    expect(rows).toMatchObject([{ venue: null }]);
    return rows[0]?.id ?? NaN;
  }
  const weatherOf = (match: number) =>
    texts(
      `select concat_ws(' ', record_key, raw_data ->> 'latitude', raw_data ->> 'longitude') as text
       from raw_weather_data where external_match_id = '${match}'`,
    );

  it.each([
    ['Liverpool', 'England', '2026-09-13T14:00:00.000Z'],
    ['FC Bayern München', 'Germany', '2026-09-13T13:00:00.000Z'],
  ])('the weather is that of the ground of %s, and says so', async (home, country, hour) => {
    const match = await matchAt(home);
    expect(await facts().weather(match)).toEqual({
      ...{ outcome: 'collected', basis: 'forecast', placeBasis: 'home_ground' },
      ...{ told: 1, stored: 1, unchanged: 0, rejected: 0 },
    });
    const place = placeOfHome(country, [home]);
    expect(await weatherOf(match)).toEqual([
      `${hour}|forecast|home_ground ${place?.latitude} ${place?.longitude}`,
    ]);
  });

  it('the weather is not asked for where nobody declared one for the club', async () => {
    expect(await facts().weather(await matchAt('Plymouth'))).toEqual({
      outcome: 'skipped',
      reason: 'no source tells the ground, and none is declared for Plymouth',
    });
  });

  it('the weather of a match of a week ago is what was measured, known since it was asked for', async () => {
    const match = await matchAt("Nott'm Forest");
    expect(await facts().weather(match)).toEqual({
      ...{ outcome: 'collected', basis: 'measured', placeBasis: 'home_ground' },
      ...{ told: 1, stored: 1, unchanged: 0, rejected: 0 },
    });
    const [key] = await weatherOf(match);
    expect(key).toMatch(/^2026-09-05T14:00:00\.000Z\|measured\|home_ground /);
    expect(
      await texts(
        `select to_json(w.collected_at at time zone 'UTC') #>> '{}' as text
         from raw_weather_data w join matches m on m.id::text = w.external_match_id
         where m.id = ${match} and w.collected_at > m.match_time`,
      ),
    ).toEqual([new Date(saturday).toISOString().slice(0, 19)]);
  });
});
