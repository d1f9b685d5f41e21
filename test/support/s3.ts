import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, isFree } from '../../adapters/embedded/ports.js';
import type { S3Access } from '../../adapters/lake/s3-access.js';
import { childEnvironment, readConfig } from '../../config.js';
import { seaweedfs, socketsOf } from '../../deploy/native/seaweedfs.js';
import { makeTestFolder } from './folder.js';

/** A real S3-compatible store of this test's own. */
export interface TestS3 {
  readonly access: S3Access;
  /** Starts it again on its ports, with what it had stored. */
  start(): Promise<void>;
  /** Ends it with -9; a start afterwards waits until it has gone. */
  kill(): void;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const readyWithinMs = 110_000;
const portsOfOne = 8;

/** The first of eight free ports in a row. */
export async function findFreeRow(): Promise<number> {
  for (;;) {
    const port = await findFreePort();
    const row = Array.from({ length: portsOfOne }, (_, step) => isFree(port + step));
    if ((await Promise.all(row)).every(Boolean)) return port;
  }
}

/** Starts one on free ports, in a folder of its own, with a key of its own. */
export async function startTestS3(): Promise<TestS3> {
  const folder = await makeTestFolder();
  const port = await findFreeRow();
  const { program, args, environment } = await seaweedfs.command(folder.path, port, readConfig());
  const { S3_ACCESS_KEY_ID_FILE: idFile = '', S3_SECRET_ACCESS_KEY_FILE: secretFile = '' } =
    seaweedfs.exports?.(folder.path) ?? {};
  let server: ChildProcess | undefined;

  const kill = (): void => {
    server?.kill('SIGKILL');
  };
  const untilGone = async (): Promise<void> => {
    if (server?.exitCode === null && server.signalCode === null) await once(server, 'exit');
  };
  const start = async (): Promise<void> => {
    await untilGone();
    const started = spawn(program, args, {
      ...{ cwd: folder.path, stdio: 'ignore' },
      env: childEnvironment({ ...environment }),
    });
    server = started;
    const deadline = performance.now() + readyWithinMs;
    while (!(await seaweedfs.answers(port))) {
      if (started.exitCode !== null || performance.now() > deadline)
        throw new Error('SeaweedFS does not start');
      await sleep(50);
    }
  };
  const stop = async (): Promise<void> => {
    kill();
    await untilGone();
    for (const socket of socketsOf(port)) await rm(socket, { force: true });
    await folder.remove();
  };

  try {
    await start();
    return {
      access: {
        endpoint: seaweedfs.url(port).replace('localhost', '127.0.0.1'),
        region: 'us-east-1',
        keyId: await readFile(idFile, 'utf8'),
        secret: await readFile(secretFile, 'utf8'),
      },
      start,
      kill,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
