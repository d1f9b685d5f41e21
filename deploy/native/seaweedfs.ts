import { randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureSeaweedFs } from '../../adapters/embedded/tools/seaweedfs.js';
import { answersWell } from './answers.js';
import type { NativeService } from './service.js';

const host = '127.0.0.1';

const files = (data: string) => ({
  keyId: path.join(data, 's3-access-key-id'),
  secret: path.join(data, 's3-secret-access-key'),
  identities: path.join(data, 's3.json'),
});

/** Makes the key to the store once, in files that only this user may read. The last one is what the server waits for. */
async function ensureKeys(data: string): Promise<void> {
  const { keyId, secret, identities } = files(data);
  const there = await access(identities).then(
    () => true,
    () => false,
  );
  if (there) return;
  await mkdir(data, { recursive: true });
  const key = { accessKey: randomBytes(10).toString('hex'), secretKey: randomBytes(24).toString('hex') };
  const identity = {
    name: 'touchline',
    credentials: [key],
    actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
  };
  const mode = 0o600;
  await writeFile(keyId, key.accessKey, { mode });
  await writeFile(secret, key.secretKey, { mode });
  await writeFile(identities, JSON.stringify({ identities: [identity] }), { mode });
}

/** Sockets of a server on that port, which SeaweedFS makes in /tmp wherever its data is, and leaves where it is killed. */
export const socketsOf = (port: number): readonly string[] =>
  ['s3', 'master', 'volume', 'filer'].map(
    (server, place) => `/tmp/seaweedfs-${server}-grpc-${port + 1 + 2 * place}.sock`,
  );

/**
 * An S3-compatible store for the lake, all its servers in one process. They take the seven ports above its own.
 */
export const seaweedfs: NativeService = {
  name: 'seaweedfs',
  port: 8_333,
  variable: 'S3_ENDPOINT',
  url: (port) => `http://localhost:${port}`,
  exports: (data) => ({
    S3_ACCESS_KEY_ID_FILE: files(data).keyId,
    S3_SECRET_ACCESS_KEY_FILE: files(data).secret,
  }),
  async command(data, port, tools) {
    await ensureKeys(data);
    const above = (steps: number): string => String(port + steps);
    return {
      program: await ensureSeaweedFs(tools),
      args: [
        ...['server', `-dir=${data}`, `-ip=${host}`, `-ip.bind=${host}`, '-filer', '-s3'],
        ...[`-s3.port=${port}`, `-s3.config=${files(data).identities}`, `-s3.port.grpc=${above(1)}`],
        ...[`-master.port=${above(2)}`, `-master.port.grpc=${above(3)}`],
        ...[`-volume.port=${above(4)}`, `-volume.port.grpc=${above(5)}`],
        ...[`-filer.port=${above(6)}`, `-filer.port.grpc=${above(7)}`],
        // Two more servers that nobody asks, and sockets that would be left in the folder of temporary files.
        ...[
          '-s3.port.iceberg=0',
          '-s3.port.lance=0',
          '-s3.localSocket=s3.sock',
          '-filer.localSocket=filer.sock',
        ],
        // Each bucket takes several volumes: small ones, as many as the disk has room for.
        ...['-master.volumeSizeLimitMB=128', '-volume.max=0', '-volume.preStopSeconds=0'],
        '-master.telemetry=false',
      ],
      environment: {},
    };
  },
  words: (data) => ['server', `-dir=${data}`, '-s3'],
  portIn: (words) => Number(words.find((word) => word.startsWith('-s3.port='))?.slice('-s3.port='.length)),
  helpers: undefined,
  leaves: socketsOf,
  // Ready to write: the gateway answers before its volumes have joined.
  answers: async (port) => {
    const asked = [`http://${host}:${port}/status`, `http://${host}:${port + 2}/dir/assign`];
    return (await Promise.all(asked.map(answersWell))).every(Boolean);
  },
};
