import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePorts } from '../../adapters/embedded/ports.js';
import { readFile, stat } from 'node:fs/promises';
import { endProcess, findProcesses } from '../../adapters/embedded/processes.js';
import { openMlflowRegistry } from '../../adapters/models/registry/mlflow-registry.js';
import { mlflow } from '../../deploy/native/mlflow.js';
import { socketsOf } from '../../deploy/native/seaweedfs.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { findFreeRow } from '../support/s3.js';
import { native } from '../support/native.js';
import { versionOfRun } from '../support/registered-model.js';

let folder: TestFolder;
let ports: readonly number[];
beforeAll(async () => {
  folder = await makeTestFolder();
  ports = [...(await findFreePorts(3)), await findFreeRow()];
});
afterAll(async () => {
  await native(folder.path, ['stop']);
  await folder.remove();
});
const run = (...args: readonly string[]) =>
  native(folder.path, [
    ...args,
    ...['--mlflow-port', String(ports[0]), '--redis-port', String(ports[1])],
    ...['--kafka-port', String(ports[2]), '--seaweedfs-port', String(ports[3])],
  ]);

it('MLflow, Redis, Kafka and SeaweedFS start without Docker, once, and end with their data kept', async () => {
  expect(await run('status')).toMatchObject({
    code: 1,
    text: expect.stringContaining('does not run') as unknown,
  });
  const started = await run('start');
  expect(started).toMatchObject({ code: 0 });
  expect(started.text).toContain(`export MLFLOW_TRACKING_URI=http://localhost:${ports[0] ?? 0}`);
  expect(started.text).toContain(`export REDIS_URL=redis://localhost:${ports[1] ?? 0}/0`);
  expect(started.text).toContain(`export KAFKA_BROKERS=localhost:${ports[2] ?? 0}`);
  expect(started.text).toContain(`export S3_ENDPOINT=http://localhost:${ports[3] ?? 0}`);
  const [, secretFile = ''] = /export S3_SECRET_ACCESS_KEY_FILE=(.*)/.exec(started.text) ?? [];
  expect((await stat(secretFile)).mode & 0o777).toBe(0o600);
  expect(started.text).not.toContain(await readFile(secretFile, 'utf8'));
  expect((await run('start')).text.match(/runs already/g)).toHaveLength(4);
  expect((await run('status')).code).toBe(0);

  const registry = openMlflowRegistry(`http://localhost:${ports[0] ?? 0}`);
  await registry.register(versionOfRun('train/1'));
  expect((await run('stop')).text).toMatch(/mlflow stopped\nredis stopped\nkafka stopped\nseaweedfs stopped/);
  for (const socket of socketsOf(ports[3] ?? 0))
    await expect(access(socket), socket).rejects.toThrow('ENOENT');
  expect((await run('stop')).text).toMatch(
    /mlflow did not run\nredis did not run\nkafka did not run\nseaweedfs did not run/,
  );
  expect(await findProcesses([String(ports[0])])).toEqual([]);

  await run('start', 'mlflow');
  expect((await registry.versions()).map(({ runId }) => runId)).toEqual(['train/1']);
  // Killed with -9 it leaves the process behind that serves; the next start ends that.
  const [server] = await findProcesses(mlflow.words(`${folder.path}/native/mlflow`));
  if (server !== undefined) await endProcess(server.mark, [{ signal: 'SIGKILL', graceMs: 5_000 }]);
  expect((await run('start', 'mlflow')).text).toContain('mlflow started');
  expect(await registry.versions()).toHaveLength(1);
}, 600_000);

it('what the MLflow of another home serves with goes on where this one stops', async () => {
  await run('stop');
  const serving = ['mlflow.server.fastapi_app:app', '--port', String(ports[0])];
  const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', ...serving], { cwd: '/' });
  await once(other, 'spawn');
  try {
    expect((await run('stop')).text).toContain('mlflow did not run');
    expect((await findProcesses(serving)).map(({ mark }) => mark.pid)).toContain(other.pid);
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
});

it('a port that somebody else has is refused, and so is what is no service', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const refused = await native(folder.path, ['start', 'redis', '--redis-port', String(port)]);
  expect(refused).toMatchObject({ code: 1, text: expect.stringContaining(`Port ${port}`) as unknown });
  other.close();
  expect((await native(folder.path, ['start', 'rabbit'])).code).toBe(1);
  expect((await native(folder.path, ['begin'])).text).toContain('start, stop or status');
});
