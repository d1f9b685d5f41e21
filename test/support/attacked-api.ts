import { request } from 'node:http';
import { expect } from 'vitest';
import { createKey, revokeKey } from '../../adapters/postgres/api-keys.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { Problem } from '../../schemas/api/envelope.js';
import { startApiProcess, type TestApiProcess } from './api-process.js';
import { makeTestFolder } from './folder.js';
import { startTestPostgres } from './postgres.js';

/** What came of an attempt. */
export interface Attempted {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** A real process of the API with keys, and somebody who asks as nobody's browser would: the path as it stands, any header, any body. */
export interface Attacked {
  readonly api: TestApiProcess;
  readonly keys: Readonly<Record<'reader' | 'operator' | 'revoked' | 'expired', string>>;
  ask(
    path: string,
    options?: {
      readonly method?: string;
      readonly headers?: Headers;
      readonly body?: string | Buffer;
    },
  ): Promise<Attempted>;
  /** With an operator's key, where none is among the headers. */
  get(path: string, headers?: Headers): Promise<Attempted>;
  /** The same, with a body that says it is JSON. */
  post(path: string, body: string | Buffer, headers?: Headers): Promise<Attempted>;
  /** The process lives and answers, nothing broke in it, no line of its log holds a key, and no table is gone. */
  expectUnharmed(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one over an empty house; nothing listens where Temporal would be. */
export async function openAttacked(): Promise<Attacked> {
  const [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  const { pool, db } = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
  const make = async (name: string, role: 'reader' | 'operator', expiresAt: Date | null = null) =>
    (await createKey(pool, { name, role, by: 'ada', expiresAt })).key;
  const keys = {
    reader: await make('reader', 'reader'),
    operator: await make('operator', 'operator'),
    revoked: await make('revoked', 'operator'),
    expired: await make('expired', 'operator', new Date(Date.now() + 500)),
  };
  await revokeKey(pool, 'revoked', 'ada');
  const api = await startApiProcess({
    ...{ databaseUrl: postgres.url, home: folder.path },
    environment: { TOUCHLINE_LOG_LEVEL: 'debug' },
  });
  const ask: Attacked['ask'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request({
        ...{ host: '127.0.0.1', port: api.port, path, method, agent: false },
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : [...value],
          ]),
        ),
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({
            ...{ status: response.statusCode ?? NaN, headers: response.headers },
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      sent.end(body);
    });
  const withKey = { 'x-api-key': keys.operator };
  const get: Attacked['get'] = (path, headers = {}) => ask(path, { headers: { ...withKey, ...headers } });
  return {
    ...{ api, keys, ask, get },
    post: (path, body, headers = {}) =>
      ask(path, {
        ...{ method: 'POST', body },
        headers: { ...withKey, 'content-type': 'application/json', ...headers },
      }),
    async expectUnharmed() {
      expect((await get('/api/v1/matches')).status).toBe(200);
      const said = api.said();
      expect(said).not.toMatch(/A request broke|A page broke/);
      expect(said).not.toMatch(/unhandled/i);
      for (const key of Object.values(keys)) expect(said).not.toContain(key);
      const { rows } = await pool.query<{ tables: number }>(
        `select count(*)::integer as tables from pg_tables where tablename in ('matches', 'api_keys')`,
      );
      expect(rows).toEqual([{ tables: 2 }]);
    },
    async close() {
      await api.stop();
      await db.destroy();
      await postgres.stop();
      await folder.remove();
    },
  };
}

/** What would tell of the inside: stacks, SQL, files, addresses. */
const insides =
  /\bat .+:\d+:\d+|node_modules|select |insert |\/work\/|\/tmp\/|postgres:\/\/|\.ts\b|127\.0\.0\.1/i;

/** It was refused with one of these, as a problem that tells nothing of the inside. */
export function refused(answer: Attempted, ...statuses: readonly number[]): void {
  expect(statuses, answer.body.slice(0, 300)).toContain(answer.status);
  expect(answer.body).not.toMatch(insides);
  Problem.parse(JSON.parse(answer.body));
}

/** The status of an answer as it came over the wire. */
export const statusOf = (raw: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(raw)?.[1]);
