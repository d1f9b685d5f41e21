import { fork, type ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fastify from 'fastify';
import pino from 'pino';
import { z } from 'zod';
import { onlineServices } from '../activities/online-services.js';
import { openResponses } from '../adapters/cache/open-responses.js';
import { rememberedKickOffs } from '../adapters/cache/remembered-kick-offs.js';
import { memoryCache } from '../adapters/cache/memory-cache.js';
import { createMeters } from '../adapters/metrics/meters.js';
import { vectorStore } from '../adapters/online/vector-store.js';
import { outbox } from '../adapters/outbox.js';
import { kickOffsTogether } from '../adapters/postgres/kick-offs.js';
import { servedVectorsSink } from '../adapters/postgres/served-vectors.js';
import { projectRoot } from '../config.js';
import { FeatureValue, type OnlineService } from '../schemas/features/online.js';
import { Instant } from '../schemas/values.js';
import { openTestApi } from '../test/support/api.js';
import { makeTestFolder } from '../test/support/folder.js';
import { openTestLake } from '../test/support/lake.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { machine, revision } from './support/machine.js';
import { inTurns, openLoad, type LoadTarget } from './support/open-load.js';
import { predictionHouse, quantile } from './support/prediction-load.js';

/**
 * How soon features are told over HTTP: POST /api/v1/features/online for ten features, which are online in the process, of matches that Postgres is asked about. The API, a bare Fastify route
 * that answers the same bytes, and whoever asks are processes of their own; Postgres is on the same machine. Limits: 5 ms at the 99th percentile of an open load, each request timed from
 * when it was to be sent; and one request at a time twice the median of the bare route, of one match and of fifty. The bare route under the same open load tells how much of a tail is the machine's.
 *
 *   node --import tsx bench/api.ts [--rate 500] [--seconds 20] [--matches 2000] [--rounds 3000]
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    matches: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3000' },
    role: { type: 'string', default: 'all' },
    given: { type: 'string', default: '' },
  },
});
const most = { p99: 5, times: 2 };
/** How often the API and the bare route change places under the open load. */
const turns = 4;
const features = [
  ...['home_odds_avg', 'draw_odds_avg', 'away_odds_avg', 'bookmaker_consensus', 'bookmaker_count'].map(
    (name) => `odds_features:${name}`,
  ),
  'odds_features:home_implied_probability',
  ...['h2h_total_matches', 'h2h_home_wins', 'h2h_away_wins', 'h2h_draws'].map(
    (name) => `historical_matchup:${name}`,
  ),
];
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const Vector = z.object({
  ...{ matchId: z.number(), kickOff: Instant, cutoff: Instant, asOf: Instant, snapshot: z.number() },
  values: z.array(FeatureValue),
});
const ApiGiven = z.object({ url: z.string(), folder: z.string(), now: Instant, vectors: z.string() });
const BareGiven = z.object({ answer: z.string() });
const LoadGiven = z.object({
  api: z.string(),
  ids: z.array(z.number()),
  bare: z.object({ 1: z.string(), 50: z.string() }),
});
const Figures = z.object({
  open: z.object({ api: z.array(z.number()), bare: z.array(z.number()) }),
  pairs: z.array(z.object({ matches: z.number(), api: z.array(z.number()), bare: z.array(z.number()) })),
});

async function serviceOf(id: string): Promise<OnlineService> {
  const [service] = await onlineServices([id]);
  if (service === undefined) throw new Error(`There is no service ${id}`);
  return service;
}

/** The API over the house, with its vectors in memory; what is served is logged in Postgres. */
async function serveApi(given: z.infer<typeof ApiGiven>): Promise<string> {
  const lake = await openTestLake(given.url, given.folder);
  const vectors = z.array(Vector).parse(JSON.parse(await readFile(given.vectors, 'utf8')));
  const store = vectorStore(memoryCache(4 * vectors.length));
  await store.put(await serviceOf('match_prediction_v1'), vectors, given.now);
  const { pool } = lake.house.pools.writer;
  const log = { warn: (line: string) => process.stderr.write(`${line}\n`) };
  const served = outbox({ items: 'served vectors', sink: servedVectorsSink(pool), log });
  const reader = lake.house.pools.reader.pool;
  const meters = createMeters();
  const { known } = await openResponses({
    ...{ redisUrl: undefined, url: given.url, applicationName: 'bench', pool: reader, meters },
    log: { ...log, info: () => undefined },
  });
  const api = await openTestApi(lake, `${given.folder}/models`, {
    now: given.now,
    online: { store, source: lake.lake, pool, served, meters },
    kickOffs: rememberedKickOffs(kickOffsTogether(reader), known),
    log: pino({ level: 'error' }, pino.destination(2)),
  });
  return api.app.listen({ host: '127.0.0.1', port: 0 });
}

/** A route of Fastify's that reads a body and answers bytes, and nothing else. */
async function serveBare({ answer }: z.infer<typeof BareGiven>): Promise<string> {
  const text = await readFile(answer, 'utf8');
  const app = fastify();
  app.post('/', (_, reply) => reply.type('application/json; charset=utf-8').send(text));
  return app.listen({ host: '127.0.0.1', port: 0 });
}

const bodyFor = (ids: readonly number[], from: number, count: number): string =>
  JSON.stringify({
    features,
    match_ids: Array.from({ length: count }, (_, place) => ids[(from + place) % ids.length] ?? 0),
  });

async function load({ api, ids, bare }: z.infer<typeof LoadGiven>): Promise<z.infer<typeof Figures>> {
  const target = (url: string, count: number): LoadTarget => ({
    url,
    bodyOf: (place) => bodyFor(ids, place, count),
  });
  const open: z.infer<typeof Figures>['open'] = { api: [], bare: [] };
  const sides = [
    [open.api, target(api, 1)],
    [open.bare, target(bare[1], 1)],
  ] as const;
  const aSecond = Number(values.rate);
  for (const [, one] of sides) await openLoad(one, { aSecond, seconds: 5 });
  // What else the machine does falls on both.
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [took, one] of sides)
      took.push(...(await openLoad(one, { aSecond, seconds: Number(values.seconds) / turns })));
  }
  const pairs: z.infer<typeof Figures>['pairs'] = [];
  for (const count of [1, 50] as const) {
    const sides = [target(api, count), target(bare[count], count)] as const;
    await inTurns(sides, 300);
    const [ofApi, ofBare] = await inTurns(sides, Number(values.rounds));
    pairs.push({ matches: count, api: ofApi, bare: ofBare });
  }
  return { open, pairs };
}

const Told = z.object({ told: z.unknown() });
/** Starts this file in another part; what it tells first, and the process. */
function start(
  role: string,
  given: string,
): { readonly told: Promise<unknown>; readonly child: ChildProcess } {
  const own = ['rate', 'seconds', 'rounds'].flatMap((name) => [
    `--${name}`,
    z.string().parse(Object.entries(values).find(([key]) => key === name)?.[1]),
  ]);
  const child = fork(fileURLToPath(import.meta.url), [...own, '--role', role, '--given', given], {
    ...{ cwd: projectRoot, execArgv: ['--import', 'tsx'] },
  });
  const told = new Promise<unknown>((resolve, reject) => {
    child.once('message', (message) => {
      resolve(Told.parse(message).told);
    });
    child.once('exit', (code) => {
      reject(new Error(`${role} ended with ${code ?? 'a signal'}`));
    });
  });
  return { told, child };
}

async function measure(): Promise<void> {
  const [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  const children: ChildProcess[] = [];
  const begin = async (role: string, given: object): Promise<unknown> => {
    const file = path.join(folder.path, `${role}-${children.length}.json`);
    await writeFile(file, JSON.stringify(given));
    const { told, child } = start(role, file);
    children.push(child);
    return told;
  };
  try {
    const house = await predictionHouse(postgres.url, folder.path, {
      matches: Number(values.matches),
      rounds: 1,
    });
    const service = await serviceOf('match_prediction_v1');
    const until = Instant.parse(house.now + 365 * 86_400_000);
    const [whole] = await house.lake.lake.vectors({ service, matches: { after: house.now, until } });
    const vectors = house.vectors.map((vector) => ({ ...vector, values: whole?.values ?? [] }));
    const file = path.join(folder.path, 'vectors.json');
    await writeFile(file, JSON.stringify(vectors));
    await house.close();
    const ids = vectors.map(({ matchId }) => matchId);
    say(`machine  ${machine()}`);
    say(`code     ${revision(projectRoot)}`);
    say(`command  node --import tsx bench/api.ts ${process.argv.slice(2).join(' ')}`);
    say(`data     ${ids.length} matches, ten features of match_prediction_v1, in the memory of the API`);
    const base = z
      .string()
      .parse(await begin('api', { url: postgres.url, folder: folder.path, now: house.now, vectors: file }));
    const api = `${base}/api/v1/features/online`;
    const bareOf = async (count: number): Promise<string> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(api, { method: 'POST', headers, body: bodyFor(ids, 0, count) });
      const text = await answer.text();
      if (!answer.ok || !text.includes('"online"'))
        throw new Error(`Not served online: ${text.slice(0, 300)}`);
      const kept = path.join(folder.path, `answer-${count}.json`);
      await writeFile(kept, text);
      say(`answer   ${count} of them: ${Buffer.byteLength(text)} bytes`);
      return z.string().parse(await begin('bare', { answer: kept }));
    };
    const bare = { 1: await bareOf(1), 50: await bareOf(50) };
    const { open, pairs } = Figures.parse(await begin('load', { api, ids, bare }));
    const told = (took: readonly number[]): string =>
      `p50 ${quantile(took, 0.5).toFixed(2)} p99 ${quantile(took, 0.99).toFixed(2)} longest ${Math.max(...took).toFixed(1)} ms`;
    say(
      `open     ${values.rate} a second for ${values.seconds} s: ours ${told(open.api)} (limit of p99 ${most.p99}); bare, which is the machine's own, ${told(open.bare)}`,
    );
    let holds = quantile(open.api, 0.99) < most.p99;
    for (const { matches, api: ofApi, bare: ofBare } of pairs) {
      const [ours, theirs] = [quantile(ofApi, 0.5), quantile(ofBare, 0.5)];
      holds &&= ours <= most.times * theirs;
      say(
        `${String(matches).padEnd(8)} ours p50 ${ours.toFixed(3)} p99 ${quantile(ofApi, 0.99).toFixed(2)} ms; bare p50 ${theirs.toFixed(3)} p99 ${quantile(ofBare, 0.99).toFixed(2)} ms; ${(ours / theirs).toFixed(2)} times (limit ${most.times})`,
      );
    }
    say(holds ? 'holds' : 'DOES NOT HOLD');
    process.exitCode = holds ? 0 : 1;
  } finally {
    for (const child of children) child.kill();
    await postgres.stop();
    await folder.remove();
  }
}

const given = async (): Promise<unknown> => JSON.parse(await readFile(values.given, 'utf8'));
if (values.role === 'all') await measure();
else {
  const told =
    values.role === 'api'
      ? await serveApi(ApiGiven.parse(await given()))
      : values.role === 'bare'
        ? await serveBare(BareGiven.parse(await given()))
        : await load(LoadGiven.parse(await given()));
  process.send?.({ told });
}
