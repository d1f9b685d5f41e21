import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant, instantFromIso, Season } from '../../schemas/values.js';
import type { FaultSwitch } from '../../simulator/faults/faults.js';
import { prefixes, serveSimulator, type Simulator } from '../../simulator/server.js';
import { matchesTruth } from '../../simulator/truth.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { standingStill } from '../support/simulation.js';

const announced = instantFromIso('2024-06-25T00:00:00Z');
const over = instantFromIso('2025-06-14T00:00:00Z');
const season = Season.parse('2024-25');
const day = 24 * 3_600_000;

/** What the records themselves suffer; what befalls requests is the asker's to bear. */
const faults: readonly FaultSwitch[] = (['varied-names', 'duplicates', 'out-of-order', 'late'] as const).map(
  (kind) => ({ kind, providers: ['api_football'], rate: 0.5 }),
);

let postgres: TestPostgres;
let house: TestHouse;
let simulator: Simulator;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(await postgres.freshDatabase());
  simulator = await serveSimulator(standingStill(announced, faults));
});
afterAll(async () => {
  await simulator.close();
  await house.close();
  await postgres.stop();
});

let runs = 0;
async function collectAndRefine(): Promise<void> {
  const location = `${simulator.url}${prefixes.api_football}`;
  for (const file of await house.list(location, 'api_football', { seasons: [season], divisions: ['SIM'] })) {
    await house.collectFile({ file, runId: `run-${(runs += 1)}`, reading: 'if-changed' });
  }
  await house.refine();
}

/** Every match as silver has it, by the provider's id. */
async function stored(): Promise<ReadonlyMap<string, unknown>> {
  const { rows } = await house.pool.query<{
    id: string;
    kickOff: Date;
    status: string;
    home: number | null;
    away: number | null;
  }>(
    `select distinct on (id) r.raw_data -> 'fixture' ->> 'id' as id, m.match_time as "kickOff", m.match_status as status,
       m.home_score as home, m.away_score as away
     from matches m
     join match_external_ids x on x.match_id = m.id and x.data_source = 'api_football'
     join raw_match_data r on r.data_source = x.data_source and r.external_match_id = x.external_id
     order by id, r.id desc`,
  );
  return new Map(
    rows.map(({ id, kickOff, status, home, away }) => [
      id,
      { kickOff: kickOff.toISOString(), status, score: home === null ? null : { home, away } },
    ]),
  );
}

describe('a season of the simulator, collected from its API-Football', () => {
  it('is in silver as it happened at the end, whatever names, orders and repeats it was told in', async () => {
    for (let now = announced; now < over; now = instant(now + 23 * day + 7 * 3_600_000)) {
      simulator.simulation.advanceTo(now);
      await collectAndRefine();
    }
    simulator.simulation.advanceTo(over);
    simulator.simulation.switchFaults([]);
    await collectAndRefine();

    const truth = matchesTruth(simulator.simulation.competition, season, over);
    expect(truth).toHaveLength(380);
    const happened = new Map(
      truth.map(({ id, kickOff, status, score }) => [String(id), { kickOff, status, score }]),
    );
    expect(await stored()).toEqual(happened);
    expect(new Set(truth.map(({ status }) => status))).toContain('cancelled');
    const { rows } = await house.pool.query<{ teams: number; matches: number }>(
      `select (select count(*)::integer from teams t where exists (
           select from matches m where t.id in (m.home_team_id, m.away_team_id))) as teams,
         (select count(*)::integer from matches) as matches`,
    );
    expect(rows).toEqual([{ teams: 20, matches: 380 }]);
  });
});
