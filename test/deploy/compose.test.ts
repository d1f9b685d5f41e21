import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '../../config.js';

const Service = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+:[A-Za-z0-9][\w.-]*\d[\w.-]*$/, 'an image has a version'),
  profiles: z.array(z.enum(['core', 'streams', 'observability'])).min(1),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'it listens on this machine alone')),
  volumes: z.array(z.string()).min(1),
  healthcheck: z.strictObject({
    ...{ test: z.array(z.string()).min(2), interval: z.string(), timeout: z.string(), retries: z.number() },
  }),
  restart: z.literal('unless-stopped'),
});
const Compose = z.strictObject({
  name: z.literal('touchline'),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith('./secrets/') })),
  volumes: z.record(z.string(), z.null()),
});
const composeFile = path.join(projectRoot, 'deploy', 'compose.yaml');
const compose = async () => Compose.parse(parse(await readFile(composeFile, 'utf8')));

it('every service has a version, a check, a place for its data, and listens on this machine alone', async () => {
  const { services, secrets, volumes } = await compose();
  expect(Object.keys(services).sort()).toEqual(['kafka', 'minio', 'redis']);
  const kept = Object.values(services).flatMap((service) => service.volumes.map((one) => one.split(':')[0]));
  expect(kept.sort()).toEqual(Object.keys(volumes).sort());
  const used = Object.values(services).flatMap((service) => service.secrets);
  expect([...new Set(used)].sort()).toEqual(Object.keys(secrets).sort());
});

it('no secret stands in it, and none can be committed', async () => {
  const { services } = await compose();
  for (const { environment } of Object.values(services))
    for (const [name, value] of Object.entries(environment))
      if (/PASSWORD|SECRET|TOKEN|KEY|USER/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
  const ignored = await promisify(execFile)('git', ['check-ignore', 'deploy/secrets/s3_access_key_id'], {
    cwd: projectRoot,
  });
  expect(ignored.stdout.trim()).toBe('deploy/secrets/s3_access_key_id');
});

it('Redis is as CACHE-12 says, and Kafka makes no topic by itself (COR-23)', async () => {
  const { services } = await compose();
  const said = services['redis']?.command?.join(' ');
  for (const part of [
    ...['--appendonly yes', '--maxmemory 1gb', '--maxmemory-policy allkeys-lru'],
    ...['--save 900 1 300 10 60 10000', '--tcp-keepalive 300'],
  ])
    expect(said).toContain(part);
  expect(services['redis']?.image).toMatch(/^redis:7.*alpine$/);
  expect(services['redis']?.healthcheck).toEqual({
    ...{ test: ['CMD', 'redis-cli', 'ping'], interval: '30s', timeout: '10s', retries: 3 },
  });
  expect(services['kafka']?.environment).toMatchObject({
    ...{ KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false', KAFKA_PROCESS_ROLES: 'broker,controller' },
    KAFKA_ADVERTISED_LISTENERS: 'HOST://localhost:9092,INTERNAL://kafka:29092',
  });
});
