import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { createKey } from '../../adapters/postgres/api-keys.js';
import { startTemporal } from '../../adapters/embedded/temporal.js';
import {
  ensurePythonEnvironment,
  schemathesisEnvironment,
} from '../../adapters/embedded/tools/python-environment.js';
import { ensureTemporal } from '../../adapters/embedded/tools/temporal.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { applySchedules } from '../../adapters/temporal/schedules.js';
import { connectToTemporal } from '../../adapters/temporal/connect.js';
import { childEnvironment, readConfig } from '../../config.js';
import { instant } from '../../schemas/values.js';
import { schedules } from '../../workflows/schedules.js';
import { startApiProcess } from './api-process.js';
import { openFilledHouse } from './filled-house.js';
import { makeTestFolder } from './folder.js';
import { startTestPostgres } from './postgres.js';
import { startTestRedis } from './redis.js';

/** How far a walk goes. */
export interface WalkPlan {
  /** Requests of each kind that are made up for an operation. */
  readonly examples: number;
  readonly seed: number;
  /** Of `examples`, `coverage`, `fuzzing`, `stateful`. */
  readonly phases: readonly string[];
}

/** What a walk came to. */
export interface Walk {
  /** 0 where nothing was found. */
  readonly code: number;
  /** What the walker says: each finding with a request that repeats it. */
  readonly report: string;
  /** Operations of the document, and how many of them were asked. */
  readonly operations: number;
  readonly asked: number;
  /** What the API logged of requests that broke, and of those told that something is away. */
  readonly broke: readonly string[];
  readonly away: readonly string[];
}

const linesWith = (log: string, words: string): readonly string[] =>
  log.split('\n').filter((line) => line.includes(words));

/** A server on a machine that does other work may take longer than a request waits for it; nothing else is away here. */
export const tookTooLong = /does not answer|timed out|timeout|DEADLINE/i;

/** No 5xx, and no answer that is not in the document: its status, its kind, its headers, its body. Nor one without a key. */
const checks = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_headers_conformance', 'response_schema_conformance', 'ignored_auth'],
];

/**
 * Walks the document of a real API over a filled house, with everything up that it depends on, by made-up requests.
 * Throws BadInput or DependencyAway where the walker cannot be installed.
 */
export async function walkContract({ examples, seed, phases }: WalkPlan): Promise<Walk> {
  const config = readConfig();
  // First: where it cannot be had, nothing is started for nothing.
  const python = await ensurePythonEnvironment(schemathesisEnvironment, config);
  const [postgres, redis, folder] = await Promise.all([
    startTestPostgres(),
    startTestRedis(),
    makeTestFolder(),
  ]);
  const house = await openFilledHouse(postgres.url, folder.path, instant(Date.now()));
  await openFileRegistry(house.modelsRoot).moveProduction(1);
  await house.lake.close();
  const database = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
  const made = { name: 'walker', role: 'admin', by: 'ada', expiresAt: null } as const;
  const { key } = await createKey(database.pool, made);
  await database.db.destroy();
  const namespace = 'contract';
  const temporal = await startTemporal({
    ...{ home: folder.path, program: await ensureTemporal(config), namespace },
  });
  const connected = await connectToTemporal({ address: temporal.address, namespace });
  await applySchedules(connected.client, schedules);
  await connected.close();
  const api = await startApiProcess({
    ...{ databaseUrl: postgres.url, temporalAddress: temporal.address, home: folder.path },
    environment: { REDIS_URL: redis.url, TEMPORAL_NAMESPACE: namespace, API_REQUESTS_PER_MINUTE: '1000000' },
  });
  // That of a dependency which took too long is judged by the log, where its reason stands.
  await writeFile(
    path.join(folder.path, 'schemathesis.toml'),
    '[checks]\nnot_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "503"]\n',
  );
  try {
    const document: unknown = await (await fetch(`${api.url}/openapi.json`)).json();
    const documentFile = path.join(folder.path, 'openapi.json');
    await writeFile(documentFile, JSON.stringify(withoutTuples(document)));
    const { code, report } = await run(
      python,
      [
        ...['-m', 'schemathesis.cli', 'run', documentFile, '--url', api.url],
        ...['--header', `X-API-Key: ${key}`, '--phases', phases.join(',')],
        ...['--max-examples', String(examples), '--seed', String(seed), '--checks', checks.join(',')],
        ...['--continue-on-failure', '--request-timeout', '30', '--suppress-health-check', 'all'],
        ...['--warnings', 'off', '--workers', '2'],
      ],
      folder.path,
    );
    const log = api.said();
    return {
      ...{ operations: operationsOf(document), asked: Number(/Tested: (\d+)/.exec(report)?.[1] ?? 0) },
      ...{ code, report, broke: linesWith(log, 'A request broke') },
      away: linesWith(log, 'A request found a dependency away'),
    };
  } finally {
    await api.stop();
    await temporal.stop();
    await redis.stop();
    await postgres.stop();
    await folder.remove();
  }
}

const Paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

const operationsOf = (document: unknown): number =>
  Object.values(Paths.parse(document).paths).reduce((sum, path) => sum + Object.keys(path).length, 0);

/**
 * The document as this walker can read it: it reads the items of a tuple (`prefixItems`) by the rules of an older draft and refuses them. Each item may be any of them
 * here; that home comes first is held by the tests of the route.
 */
function withoutTuples(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutTuples);
  if (typeof part !== 'object' || part === null) return part;
  const read = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, withoutTuples(value)]));
  const { prefixItems, ...rest } = read;
  return prefixItems === undefined ? read : { ...rest, items: { anyOf: prefixItems } };
}

/** Runs the walker in a folder of its own: it keeps what it has learnt beside it. */
const run = (
  program: string,
  args: readonly string[],
  folder: string,
): Promise<{ code: number; report: string }> =>
  new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        cwd: path.resolve(folder),
        env: childEnvironment({ NO_COLOR: '1', COLUMNS: '160' }),
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, report: `${stdout}\n${stderr}` });
      },
    );
  });
