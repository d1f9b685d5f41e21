import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { environmentVariables, projectRoot, readConfig } from '../../config.js';
import { taskQueues } from '../../schemas/jobs/task-queues.js';
import { deployLinters, type DeployLinters } from '../support/deploy-linters.js';
import { makeTestFolder } from '../support/folder.js';

/** A secret's value stands nowhere: the name of a file does. */
const Condition = z.object({ condition: z.string() });
const Service = z.looseObject({
  image: z.string().regex(/:[^:]+$/, 'it has a version'),
  profiles: z.array(z.enum(['core', 'streams', 'observability'])).min(1),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'it listens on this machine alone')).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.tuple([z.literal('football-network')]),
  healthcheck: z
    .object({
      test: z.array(z.string()).min(2),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
    })
    .optional(),
  depends_on: z.record(z.string(), Condition).default({}),
  restart: z.enum(['unless-stopped', 'no']),
  read_only: z.boolean().optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith('./secrets/') })),
  volumes: z.record(z.string(), z.null()),
});
type Compose = z.output<typeof Compose>;
const profiles = ['core', 'streams', 'observability'];
const composeFile = path.join(projectRoot, 'deploy', 'compose.yaml');
/** What makes something ready and ends. */
const oneShots = ['alertmanager-config', 'init', 'promote'];

let linters: DeployLinters;
let compose: Compose;
beforeAll(async () => {
  linters = await deployLinters();
  compose = Compose.parse(parse(await readFile(composeFile, 'utf8'), { merge: true }));
}, 300_000);
const ours = () => Object.entries(compose.services).filter(([, { image }]) => image.startsWith('touchline:'));

it('Docker itself reads it, with each profile alone and with all of them', async () => {
  for (const chosen of [...profiles.map((one) => [one]), profiles]) {
    const args = chosen.flatMap((profile) => ['--profile', profile]);
    expect(await linters.compose('-f', composeFile, ...args, 'config', '--quiet')).toEqual({
      code: 0,
      text: '',
    });
  }
  const folder = await makeTestFolder();
  const bad = path.join(folder.path, 'compose.yaml');
  await writeFile(bad, 'services: { one: { image: x, health: {} } }');
  expect((await linters.compose('-f', bad, 'config', '--quiet')).code).not.toBe(0);
  await folder.remove();
});

it('has every service of DEP-1 on its port, and what stands in its place of another time', () => {
  const published = Object.fromEntries(
    Object.entries(compose.services).map(([name, { ports }]) => [
      name,
      ports.map((port) => port.replace('127.0.0.1:', '')),
    ]),
  );
  expect(published).toMatchObject({
    'football-app': ['8000:8000'],
    postgres: ['5432:5432'],
    redis: ['6379:6379'],
    minio: ['9000:9000', '9001:9001'],
    kafka: ['9092:9092'],
    prometheus: ['9090:9090'],
    grafana: ['3000:3000'],
    alertmanager: ['9093:9093'],
    marquez: ['5000:5000', '5001:5001'],
    'marquez-db': ['5433:5432'],
    mlflow: ['5002:5000'],
    'mlflow-db': ['5434:5432'],
    temporal: ['7233:7233'],
    'temporal-ui': ['8233:8233'],
  });
  for (const [name, { ports }] of Object.entries(compose.services))
    if (name.startsWith('worker')) expect(ports, name).toEqual([]);
});

it('every service is checked, waits for what it needs, and keeps its data in a named volume', () => {
  for (const [name, { healthcheck, depends_on: needs }] of Object.entries(compose.services)) {
    if (!oneShots.includes(name)) expect(healthcheck, name).toBeDefined();
    for (const [needed, { condition }] of Object.entries(needs)) {
      const expected = oneShots.includes(needed)
        ? ['service_completed_successfully']
        : ['service_healthy', 'service_started'];
      expect(expected, `${name} on ${needed}`).toContain(condition);
    }
  }
  const kept = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.map((one) => one.split(':')[0] ?? '').filter((one) => !one.startsWith('.')),
  );
  expect([...new Set(kept)].sort()).toEqual(Object.keys(compose.volumes).sort());
});

it('what is ours cannot write its root, and its workers take every queue, each one once', () => {
  for (const [name, { read_only: isReadOnly }] of ours()) expect(isReadOnly, name).toBe(true);
  const polled = ours().flatMap(
    ([, { command = [] }]) => command[command.indexOf('--queues') + 1]?.split(',') ?? [],
  );
  expect(polled.filter((queue) => taskQueues.some((one) => one === queue)).sort()).toEqual(
    [...taskQueues].sort(),
  );
});

it('no secret stands in it, what it tells Touchline is a configuration, and none can be committed', async () => {
  for (const { environment } of Object.values(compose.services))
    for (const [name, value] of Object.entries(environment))
      if (/PASSWORD|SECRET|TOKEN|KEY/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
  const used = Object.values(compose.services).flatMap(({ secrets }) => secrets);
  expect([...new Set(used)].sort()).toEqual(Object.keys(compose.secrets).sort());

  const folder = await makeTestFolder();
  await mkdir(folder.path, { recursive: true });
  const settings = ours().flatMap(([, { environment }]) => Object.entries(environment));
  for (const name of Object.keys(compose.secrets))
    await writeFile(path.join(folder.path, name), `${name} value`);
  const environment = Object.fromEntries(
    settings.map(([name, value]) => [
      name,
      value.replace('/run/secrets', folder.path).replace(/\$\{\w+:?-([^}]*)\}/, '$1'),
    ]),
  );
  expect(Object.keys(environmentVariables)).toEqual(expect.arrayContaining(Object.keys(environment)));
  expect(readConfig(environment)).toMatchObject({
    databaseUrl: 'database_url value',
    databasePasswords: { reader: 'database_reader_password value' },
    workerVersion: { deploymentName: 'touchline' },
    s3: { endpoint: 'http://minio:9000', keyId: 's3_access_key_id value' },
  });
  expect(readConfig(environment).secrets).toContain('database_admin_password value');
  await folder.remove();

  const ignored = await promisify(execFile)('git', ['check-ignore', 'deploy/secrets/s3_access_key_id'], {
    cwd: projectRoot,
  });
  expect(ignored.stdout.trim()).toBe('deploy/secrets/s3_access_key_id');
});

it('Redis is as CACHE-12 says, and Kafka makes no topic by itself (COR-23)', () => {
  const { redis, kafka } = compose.services;
  const said = redis?.command?.join(' ');
  for (const part of [
    ...['--appendonly yes', '--maxmemory 1gb', '--maxmemory-policy allkeys-lru'],
    ...['--save 900 1 300 10 60 10000', '--tcp-keepalive 300'],
  ])
    expect(said).toContain(part);
  expect(redis?.image).toMatch(/^redis:7.*alpine$/);
  expect(redis?.healthcheck).toEqual({
    ...{ test: ['CMD', 'redis-cli', 'ping'], interval: '30s', timeout: '10s', retries: 3 },
  });
  expect(kafka?.environment).toMatchObject({
    ...{ KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false', KAFKA_PROCESS_ROLES: 'broker,controller' },
    KAFKA_ADVERTISED_LISTENERS: 'HOST://localhost:9092,INTERNAL://kafka:29092',
  });
});

it('the images are built as hadolint wants them, by nobody privileged and from nothing secret', async () => {
  const files = ['Dockerfile', 'deploy/docker/mlflow.Dockerfile'];
  expect(await linters.hadolint(...files)).toEqual({ code: 0, text: '' });
  for (const file of files)
    expect(await readFile(path.join(projectRoot, file), 'utf8')).toMatch(/^USER 10001/m);
  const left = (await readFile(path.join(projectRoot, '.dockerignore'), 'utf8')).split('\n');
  for (const place of ['deploy/secrets', '.git', '.touchline', '**/.env']) expect(left).toContain(place);
});
