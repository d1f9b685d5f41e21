import { createCollectInjuriesActivities } from '../../activities/collect-injuries.js';
import { createCollectOddsActivities } from '../../activities/collect-odds.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import type { SimulatedClock } from '../../domain/clock/simulated-clock.js';
import type { ProviderBudget } from '../../schemas/budgets.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { usualPlans } from '../../simulator/simulation.js';
import type { TestHouse } from './house.js';

/** The activities that collect while the season runs, pointed at a simulator, over the database of a house. */
export function liveCollection(
  { pools }: Pick<TestHouse, 'pools'>,
  { url }: Pick<Simulator, 'url'>,
  budgets: readonly ProviderBudget[] = [],
) {
  const { pool, db } = pools.writer;
  const deps = {
    ...{ pool, db, redactor, budgets },
    meters: createMeters(),
    adminPool: pools.admin.pool,
    sources: {
      apiFootball: { url: `${url}${prefixes.api_football}`, key: usualPlans.apiFootball.key },
      oddsApi: { url: `${url}${prefixes.odds_api}`, key: usualPlans.oddsApi.key },
    },
  };
  return { ...createCollectOddsActivities(deps), ...createCollectInjuriesActivities(deps) };
}

/** Collects the simulated league's list from API-Football, by the simulation's clock, and brings it to silver. */
export async function collectSimulatedFixtures(house: TestHouse, simulator: Simulator): Promise<void> {
  const { competition, now } = simulator.simulation;
  const seasons = competition.seasonsAt(now).slice(-1);
  const location = `${simulator.url}${prefixes.api_football}`;
  for (const file of await house.list(location, 'api_football', { seasons, divisions: ['SIM'] })) {
    const runId = `fixtures/${now}/${file.uri}`;
    await house.collectFile({ file, runId, reading: 'if-changed', clock: clockOf(simulator) });
  }
  await house.refine();
}

/** The clock of a simulation as a job is given it; what stands still goes on as real time does. */
export const clockOf = ({ simulation }: Pick<Simulator, 'simulation'>): SimulatedClock => ({
  startsAt: simulation.now,
  realStart: Date.now(),
  speed: 1,
});
