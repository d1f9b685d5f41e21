import { once } from 'node:events';
import { z } from 'zod';
import { BadInput } from '../schemas/errors.js';
import { instant, instantFromIso, toIso, type Instant } from '../schemas/values.js';
import { allFaults, FaultKind, faultMeanings, type FaultSwitch } from '../simulator/faults/faults.js';
import type { Simulator } from '../simulator/server.js';
import { command } from './command.js';
import { List, WholeNumber } from './settings.js';
import { textTable } from './table.js';

/** `all`, `none`, or kinds of fault: each at its usual rate, from the start on. */
const Faults = List.transform((parts, context): readonly FaultSwitch[] => {
  if (parts.join() === 'all') return allFaults;
  if (parts.join() === 'none') return [];
  return parts.flatMap((part) => {
    const kind = FaultKind.safeParse(part);
    if (kind.success) return [{ kind: kind.data }];
    const known = FaultKind.options.join(', ');
    context.addIssue({
      code: 'custom',
      message: `${part} is not a fault: write all, none or some of ${known}`,
    });
    return [];
  });
});

const Start = z.iso
  .datetime({ offset: true, error: 'Write an instant with its zone: 2026-08-15T09:00:00Z' })
  .transform(instantFromIso);

const Speed = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,3})?$/, 'Write simulated seconds in a real one: 1, 60 or 1000; 0 stands still')
  .transform(Number);

const Port = WholeNumber.refine((port) => port <= 65_535, 'Write a port: 0 to 65535; 0 takes a free one');

/** The first seasons lack the ones before them. */
const earliestStart = Date.UTC(1994, 0, 1);

export const simulate = command({
  path: ['simulate'],
  summary: 'a made-up league that is played while you watch, told as its providers would tell it',
  description: [
    'Serves, on 127.0.0.1 and until Ctrl-C, a league that never was in the formats of API-Football, The Odds API, the score feed',
    'of docs/scores-feed.md, Open-Meteo and football-data.co.uk. Its clock starts at --start and runs at --speed. Matches are moved, put',
    'off, abandoned, corrected; with --faults the providers fail as well. /simulator tells the truth, and counts the requests: docs/simulate.md.',
  ].join('\n'),
  options: [
    { flags: '--start <instant>', about: 'what the clock shows first', otherwise: 'the present' },
    { flags: '--speed <factor>', about: 'simulated seconds in a real one', otherwise: '1' },
    { flags: '--seed <number>', about: 'which league, and what happens in it', otherwise: '1' },
    { flags: '--port <port>', about: 'where it listens', otherwise: 'a free one' },
    {
      flags: '--faults <list>',
      about: `all, none, or some of ${FaultKind.options.join(', ')}`,
      otherwise: 'none',
    },
  ],
  examples: [
    'touchline simulate --start 2026-08-15T09:00:00Z --speed 60',
    'touchline simulate --speed 1000 --faults all --seed 7',
    'touchline simulate --faults quiet,reset --port 8500 --json',
  ],
  json: [
    '{"url", "clock": {"now", "speed"}, "seed", "faults": ["…"], "environment": {"API_FOOTBALL_URL", "API_FOOTBALL_KEY", …}},',
    'printed when it listens.',
  ].join('\n'),
  settings: z.object({
    start: Start.refine((start) => start >= earliestStart, 'The league begins in 1994').optional(),
    speed: Speed.default(1),
    seed: WholeNumber.default(1),
    port: Port.default(0),
    faults: Faults.default([]),
  }),
  async run({ start, speed, seed, port, faults }, { output, interrupted }) {
    const startsAt = start ?? instant(Date.now());
    const simulator = await listen({ startsAt, speed, seed, port, faults });
    try {
      const document = await documentOf(simulator, seed, faults);
      await output.result(document, () => textOf(document));
      if (!interrupted.aborted) await once(interrupted, 'abort');
    } finally {
      await simulator.close();
    }
    return 0;
  },
});

interface Settings {
  readonly startsAt: Instant;
  readonly speed: number;
  readonly seed: number;
  readonly port: number;
  readonly faults: readonly FaultSwitch[];
}

const Refused = z.object({ code: z.enum(['EADDRINUSE', 'EACCES']) });

async function listen(settings: Settings): Promise<Simulator> {
  const { serveSimulator } = await import('../simulator/server.js');
  const { usualPlans } = await import('../simulator/simulation.js');
  try {
    return await serveSimulator({ ...settings, plans: usualPlans, readRealTime: Date.now });
  } catch (error) {
    if (!Refused.safeParse(error).success) throw error;
    throw new BadInput(
      'The port cannot be listened on',
      { setting: `--port ${settings.port}`, advice: 'Name another port, or leave --port out.' },
      error,
    );
  }
}

/** What is printed: the addresses, and the environment that points Touchline at them. */
async function documentOf({ url, simulation }: Simulator, seed: number, faults: readonly FaultSwitch[]) {
  const { prefixes } = await import('../simulator/server.js');
  const { usualPlans } = await import('../simulator/simulation.js');
  return {
    url,
    clock: { now: toIso(simulation.now), speed: simulation.clock.speed },
    seed,
    faults: faults.map(({ kind }) => kind),
    environment: {
      API_FOOTBALL_URL: url + prefixes.api_football,
      API_FOOTBALL_KEY: usualPlans.apiFootball.key,
      ODDS_API_URL: url + prefixes.odds_api,
      ODDS_API_KEY: usualPlans.oddsApi.key,
      SCORES_API_URL: url + prefixes.scores_api,
      SCORES_API_KEY: usualPlans.scoresApi.key,
      OPEN_METEO_URL: url + prefixes.open_meteo,
      OPEN_METEO_ARCHIVE_URL: url + prefixes.open_meteo,
      FOOTBALL_DATA_URL: url + prefixes.football_data,
    },
  };
}

type Printed = Awaited<ReturnType<typeof documentOf>>;

function textOf({ url, clock, faults, environment }: Printed): string {
  return [
    `The simulator listens at ${url}. It is ${clock.now} there, and a second here is ${clock.speed} s there.`,
    '',
    'Point Touchline at it:',
    ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
    `  export SIMULATOR=${url}`,
    '',
    'Then: touchline up --detach, and',
    `  touchline run collect-fixtures --input '{"dataSources": ["football_data", "api_football"], "divisions": ["SIM"]}'`,
    '',
    faults.length === 0
      ? 'No faults.'
      : textTable(
          ['fault', 'what it means'],
          FaultKind.options
            .filter((kind) => faults.includes(kind))
            .map((kind) => [kind, faultMeanings[kind]]),
        ),
    '',
    `The truth: ${url}/simulator/truth/matches    the requests: ${url}/simulator/requests`,
    'Ctrl-C ends it.',
  ].join('\n');
}
