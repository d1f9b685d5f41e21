import { z } from 'zod';
import type { TextCache } from '../adapters/cache/text-cache.js';
import { BadInput, DependencyAway, InvariantBroken } from '../schemas/errors.js';
import type { OnlineRow, OnlineService } from '../schemas/features/online.js';
import { instant, toIso } from '../schemas/values.js';
import type { CommandContext } from './command.js';
import { command } from './command.js';
import { List } from './settings.js';
import { counted, textTable } from './table.js';
import { withDatabase } from './with-database.js';

const hour = 3_600_000;

const MatchIds = List.pipe(
  z.array(
    z
      .string()
      .regex(/^[1-9]\d*$/, 'Write ids of matches, separated by commas')
      .transform(Number),
  ),
);

/** Where features are served online, for the length of a command. */
async function openFeatures({ config, output }: CommandContext): Promise<TextCache> {
  const { openCache } = await import('../adapters/cache/open-cache.js');
  const { createMeters } = await import('../adapters/metrics/meters.js');
  const say = (line: string): void => {
    output.note(line);
  };
  return openCache(config, 'match_features', { meters: createMeters(), log: { warn: say, info: say } });
}

export const featuresMaterialise = command({
  path: ['features', 'materialise'],
  summary: 'put the features of matches ahead where they are served online',
  description: [
    'Copies what services tell of the matches ahead, each an hour before its kick-off as it is known by now, from the lake to Redis. Every build of gold does so by itself;',
    'by hand it is for a Redis that was away or is new, and for single matches. Needs REDIS_URL: without it what is served is in the memory of each process.',
  ].join('\n'),
  options: [
    {
      flags: '--service <list>',
      about: 'services, separated by commas',
      otherwise: 'all that are asked before kick-off',
    },
    { flags: '--hours <number>', about: 'matches that begin within so many hours', otherwise: '48' },
    { flags: '--match <list>', about: 'or these matches, by their ids' },
  ],
  examples: [
    'touchline features materialise',
    'touchline features materialise --service match_prediction_v1 --match 4711',
  ],
  json: '{"services": [{"service", "outcome", "vectors"}]}',
  settings: z.object({
    service: List.optional(),
    hours: z.coerce.number('Write a number of hours').positive().default(48),
    match: MatchIds.optional(),
  }),
  async run({ service: names, hours, match: matchIds }, context) {
    if (context.config.redisUrl === undefined) {
      throw new BadInput('There is no Redis to put features into', {
        setting: 'REDIS_URL',
        advice: 'Set it. Without it a process that is asked computes them from the lake.',
      });
    }
    const { onlineServices } = await import('../activities/online-services.js');
    const { materialise } = await import('../adapters/online/materialise.js');
    const { vectorStore } = await import('../adapters/online/vector-store.js');
    const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
    const services = await onlineServices(names);
    const done = await withDatabase(
      context,
      { role: 'reader', name: 'features' },
      async ({ pool }, { status }) => {
        const cache = await openFeatures(context);
        const lake = await openLakeOf(context.config, status.postgres, 'features');
        try {
          const now = instant(Date.now());
          const until = instant(Math.round(now + hours * hour));
          const matches = matchIds === undefined ? { after: now, until } : { matchIds };
          const stores = { store: vectorStore(cache), source: lake, pool };
          return await inTurn(services, (service) => materialise(stores, { service, matches, now }));
        } finally {
          await lake.close();
          await cache.close();
        }
      },
    );
    if (done.some(({ outcome }) => outcome === 'store_away')) {
      throw new DependencyAway('Redis does not answer: nothing was put into it', { setting: 'REDIS_URL' });
    }
    await context.output.result({ services: done }, () =>
      done.map(({ service, vectors }) => `${service}: ${counted(vectors, 'vector')}`).join('\n'),
    );
    return 0;
  },
});

async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

export const featuresOnline = command({
  path: ['features', 'online'],
  summary: 'features of matches as they are served now',
  description: [
    'Reads what a service tells of matches from where it is served: Redis where REDIS_URL is set. One row a match, in the order asked for, with a status: online, or computed where it was',
    'not there and comes from the lake. unknown, stale (older than its views allow), moved (of another kick-off) and foreign (of another definition) have no values. What is served is logged, and',
    'held against the lake by the job check-feature-skew.',
  ].join('\n'),
  options: [
    { flags: '--service <name>', about: 'as match_prediction_v1' },
    { flags: '--match <list>', about: 'the matches, by their ids' },
  ],
  examples: ['touchline features online --service match_prediction_v1 --match 4711,4712 --json'],
  json: '{"service", "features": [names], "rows": [{"matchId", "status", "asOf", "values": in the order of the features}]}',
  settings: z.object({ service: z.string('Name a service').min(1), match: MatchIds }),
  async run({ service: name, match: matchIds }, context) {
    const { onlineServices } = await import('../activities/online-services.js');
    const { readOnline } = await import('../adapters/online/read-online.js');
    const { vectorStore } = await import('../adapters/online/vector-store.js');
    const { servedVectorsSink } = await import('../adapters/postgres/served-vectors.js');
    const { outbox } = await import('../adapters/outbox.js');
    const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
    const { createMeters } = await import('../adapters/metrics/meters.js');
    const [service] = await onlineServices([name]);
    if (service === undefined)
      throw new InvariantBroken(`No service came of the name ${name}`, { object: name });
    // What is served is written down, which a reader may not.
    const rows = await withDatabase(
      context,
      { role: 'writer', name: 'features' },
      async ({ pool }, stack) => {
        const log = {
          warn: (line: string): void => {
            context.output.note(line);
          },
        };
        const cache = await openFeatures(context);
        const lake = await openLakeOf(context.config, stack.status.postgres, 'features');
        const served = outbox({ items: 'served vectors', sink: servedVectorsSink(pool), log });
        try {
          return await readOnline(
            { store: vectorStore(cache), source: lake, pool, served, meters: createMeters() },
            { service, matchIds, now: instant(Date.now()) },
          );
        } finally {
          await served.close();
          await lake.close();
          await cache.close();
        }
      },
    );
    const document = {
      service: service.id,
      features: service.columns.map((column) => column.name),
      rows: rows.map(({ asOf, ...row }) => ({ ...row, asOf: asOf === null ? null : toIso(asOf) })),
    };
    await context.output.result(document, () => onlineText(service, rows));
    return 0;
  },
});

/** A column a match: they are few, and the features are many. */
const onlineText = ({ columns }: OnlineService, rows: readonly OnlineRow[]): string =>
  textTable(
    ['match', ...rows.map(({ matchId }) => String(matchId))],
    [
      ['status', ...rows.map(({ status }) => status)],
      ['as of', ...rows.map(({ asOf }) => (asOf === null ? null : toIso(asOf)))],
      ...columns.map(({ name }, place) => [
        name,
        ...rows.map(({ values }) => {
          const value = values[place] ?? null;
          return typeof value === 'boolean' ? String(value) : value;
        }),
      ]),
    ],
  );
