import { instantFromIso, seasonOfStartYear, type Instant } from '../../schemas/values.js';
import type { FaultSwitch } from '../../simulator/faults/faults.js';
import { serveSimulator, type Simulator } from '../../simulator/server.js';
import { createCompetition } from '../../simulator/season/competition.js';
import type { Simulation, SimulationOptions } from '../../simulator/simulation.js';
import { usualPlans } from '../../simulator/simulation.js';
import type { ProviderName, WireAnswer } from '../../simulator/wire/wire.js';

/** A Saturday afternoon in September: one match is over, three are played, others lie ahead. */
export const saturday = instantFromIso('2026-09-12T14:20:00Z');

/** Long after the last correction of the season. */
export const seasonOver = instantFromIso('2027-06-14T00:00:00Z');

/** The season that runs on {@link saturday}. */
export const runningSeason = seasonOfStartYear(2026);

export const competitionOf = (seed = 1, now: Instant = saturday) => createCompetition(seed, now);

/** A simulation whose clock stands still until it is set on. */
export const standingStill = (
  startsAt: Instant = saturday,
  faults: readonly FaultSwitch[] = [],
): SimulationOptions => ({
  seed: 1,
  startsAt,
  speed: 0,
  faults,
  plans: usualPlans,
  readRealTime: () => 0,
});

export const serveStandingStill = (
  startsAt: Instant = saturday,
  faults: readonly FaultSwitch[] = [],
): Promise<Simulator> => serveSimulator(standingStill(startsAt, faults));

export const apiFootballKey = { 'x-apisports-key': usualPlans.apiFootball.key };
export const scoresApiKey = { authorization: `Bearer ${usualPlans.scoresApi.key}` };
export const oddsApiKey = `apiKey=${usualPlans.oddsApi.key}`;

/** Asks a provider of a simulation without a socket. Throws where it does not answer. */
export function ask(
  simulation: Simulation,
  provider: ProviderName,
  path: string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  const delivery = simulation.ask(provider, {
    path,
    query: new URLSearchParams(query),
    header: (name) => headers[name],
  });
  if (delivery.kind !== 'answer') throw new Error(`${provider} does not answer: ${delivery.kind}`);
  return delivery.answer;
}
