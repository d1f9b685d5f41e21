import { createServer } from 'node:net';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../../adapters/embedded/ports.js';
import { startPostgres, type PostgresServer } from '../../../adapters/embedded/postgres.js';
import { isGoneWithin } from '../../../adapters/embedded/processes.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';

let home: TestFolder;
let server: PostgresServer;

beforeAll(async () => {
  home = await makeTestFolder();
  server = await startPostgres({ home: home.path });
});

afterAll(async () => {
  await server.stop();
  await home.remove();
});

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end());
  return rows;
}

test('a second start on the same home adopts the server that runs', async () => {
  const again = await startPostgres({ home: home.path });
  expect(again.pid).toBe(server.pid);
  expect(again.url).toBe(server.url);
});

test('what was committed outlives kill -9 of the server, on the same port', async () => {
  await ask(server.url, 'create table kept as select 42 as answer');
  process.kill(server.pid, 'SIGKILL');
  expect(await isGoneWithin(server.mark, 5_000)).toBe(true);
  const killed = server;
  server = await startPostgres({ home: home.path, port: killed.port });
  expect(server.pid).not.toBe(killed.pid);
  expect(server.url).toBe(killed.url);
  expect(await ask(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('two homes run side by side', async () => {
  const other = await makeTestFolder();
  const second = await startPostgres({ home: other.path });
  try {
    expect(second.port).not.toBe(server.port);
    await expect(ask(second.url, 'select answer from kept')).rejects.toThrow(/kept/);
  } finally {
    await second.stop();
    await other.remove();
  }
});

test('a port in use is refused by its number, and nothing is started', async () => {
  const other = await makeTestFolder();
  const port = await findFreePort();
  const occupant = createServer().listen(port, '127.0.0.1');
  await once(occupant, 'listening');
  try {
    await expect(startPostgres({ home: other.path, port })).rejects.toThrow(`Port ${port}`);
  } finally {
    occupant.close();
    await other.remove();
  }
});
