import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { environmentVariables, projectRoot } from '../../config.js';
import type { metrics } from '../../schemas/metrics.js';
import { taskQueues } from '../../schemas/jobs/task-queues.js';
import { deployLinters, type DeployLinters } from '../support/deploy-linters.js';
import { makeTestFolder } from '../support/folder.js';

const directory = path.join(projectRoot, 'deploy', 'kubernetes');
const Manifest = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
type Manifest = z.output<typeof Manifest>;

const Container = z.looseObject({
  args: z.array(z.string()),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  resources: z.object({ requests: z.looseObject({}), limits: z.looseObject({ memory: z.string() }) }),
});
const Pod = z.object({
  spec: z.looseObject({
    securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(10_001) }),
    containers: z.tuple([Container]),
  }),
});
const Workload = z.looseObject({ spec: z.looseObject({ template: Pod }) });
const Probed = Container.extend({
  ...{ startupProbe: z.object({}), livenessProbe: z.object({}), readinessProbe: z.object({}) },
});
const Scaled = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ name: z.string() }),
    minReplicaCount: z.number().min(1),
    maxReplicaCount: z.number(),
    cooldownPeriod: z.number(),
    triggers: z.tuple([
      z.object({
        type: z.literal('prometheus'),
        metadata: z.object({ query: z.string(), serverAddress: z.url(), threshold: z.string() }),
      }),
    ]),
  }),
});

let linters: DeployLinters;
let files: readonly string[];
let manifests: readonly Manifest[];
beforeAll(async () => {
  linters = await deployLinters();
  files = (await readdir(directory))
    .filter((name) => name !== 'kustomization.yaml')
    .map((name) => path.join(directory, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  manifests = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => Manifest.parse(document.toJS())),
  );
}, 300_000);
const ofKind = (...kinds: readonly string[]) => manifests.filter(({ kind }) => kinds.includes(kind));

it('Kubernetes takes every manifest, and what it does not know is refused', async () => {
  expect(await linters.kubernetes(...files)).toMatchObject({ code: 0 });
  const folder = await makeTestFolder();
  const bad = path.join(folder.path, 'bad.yaml');
  await writeFile(bad, 'apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { port: 1 }\n');
  expect((await linters.kubernetes(bad)).code).not.toBe(0);
  await folder.remove();
});

it('kustomize is told of each of them', async () => {
  const { resources } = z
    .looseObject({ resources: z.array(z.string()) })
    .parse(parse(await readFile(path.join(directory, 'kustomization.yaml'), 'utf8')));
  expect([...resources].sort()).toEqual(files.map((file) => path.basename(file)).sort());
});

it('each task queue has workers of its own, as many as wait for them, not all taken away at once', () => {
  const workers = taskQueues.map((queue) => `worker-${queue}`).sort();
  const named = (kind: string) =>
    ofKind(kind)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith('worker-'))
      .sort();
  for (const kind of ['Deployment', 'ScaledObject', 'PodDisruptionBudget'])
    expect(named(kind), kind).toEqual(workers);
  for (const deployment of ofKind('Deployment').filter(({ metadata }) =>
    metadata.name.startsWith('worker-'),
  )) {
    const [{ args }] = Workload.parse(deployment).spec.template.spec.containers;
    expect(`worker-${args.at(-1) ?? ''}`).toBe(deployment.metadata.name);
  }
  const gauge = 'football_queue_size' satisfies keyof typeof metrics;
  for (const scaled of ofKind('ScaledObject')) {
    const { scaleTargetRef, triggers } = Scaled.parse(scaled).spec;
    const queue = scaled.metadata.name.replace('worker-', '');
    expect(scaleTargetRef.name).toBe(scaled.metadata.name);
    expect(triggers[0].metadata.query).toBe(`max(${gauge}{queue_name="${queue}"})`);
  }
});

it('nothing runs as root, writes its root or goes without a limit, and what stays up is probed', () => {
  for (const workload of ofKind('Deployment', 'Job')) {
    const { containers } = Workload.parse(workload).spec.template.spec;
    if (workload.kind === 'Deployment') Probed.parse(containers[0]);
  }
  expect(ofKind('Deployment', 'Job')).toHaveLength(taskQueues.length + 3);
});

it('what it tells Touchline are variables that there are, and no secret', () => {
  const [told] = ofKind('ConfigMap');
  const { data } = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(told);
  expect(Object.keys(environmentVariables)).toEqual(expect.arrayContaining(Object.keys(data)));
  for (const [name, value] of Object.entries(data))
    if (/PASSWORD|SECRET|KEY|DATABASE_URL/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
  expect(ofKind('Secret')).toEqual([]);
});
