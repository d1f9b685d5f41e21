import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../../../adapters/embedded/postgres.js';
import { rolePasswords } from '../../../adapters/embedded/postgres/passwords.js';
import {
  checkConnections,
  connectionsOfWorker,
  nameWithBudget,
} from '../../../adapters/postgres/connection-budget.js';
import { migrate } from '../../../adapters/postgres/migrate.js';
import { ensureRoleLogins } from '../../../adapters/postgres/role-logins.js';
import { openRolePools } from '../../../adapters/postgres/role-pools.js';
import { roleUrls, withoutLogin, type RoleUrls } from '../../../adapters/postgres/roles.js';
import { readConfig } from '../../../config.js';
import { BadInput, DependencyAway } from '../../../schemas/errors.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';

let folder: TestFolder;
let server: PostgresServer;

beforeAll(async () => {
  folder = await makeTestFolder();
  server = await startPostgres({
    home: folder.path,
    settings: { fsync: 'off', max_connections: '40', log_statement: 'all' },
  });
  await migrate(server.url);
});

afterAll(async () => {
  await server.stop();
  await folder.remove();
});

const passwords = { reader: 'read ’%@/', writer: 'wr:ite?', admin: '#admin&' };

async function whoAmI(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query<{ session_user: string }>('select session_user')
    .finally(() => client.end());
  return rows[0]?.session_user;
}

describe('the passwords of the roles', () => {
  it('are set where they are not taken, by several processes at once, and are in no log', async () => {
    await Promise.all([ensureRoleLogins(server.url, passwords), ensureRoleLogins(server.url, passwords)]);
    const urls = roleUrls(withoutLogin(server.url), passwords);
    expect(await whoAmI(urls.reader)).toBe('football_reader');
    expect(await whoAmI(urls.writer)).toBe('football_writer');
    expect(await whoAmI(urls.admin)).toBe('football_admin');
    const log = await readFile(path.join(folder.path, 'logs', 'postgres.log'), 'utf8');
    expect(log).toContain('alter role football_reader');
    for (const password of Object.values(passwords)) expect(log).not.toContain(password);
  });

  it('are changed by the next start with others', async () => {
    const others = { ...passwords, reader: 'another' };
    await ensureRoleLogins(server.url, others);
    expect(await whoAmI(roleUrls(server.url, others).reader)).toBe('football_reader');
    await expect(whoAmI(roleUrls(server.url, passwords).reader)).rejects.toMatchObject({ code: '28P01' });
    await ensureRoleLogins(server.url, passwords);
  });

  it('are refused, by the name of the setting, where the user of the address may not set them', async () => {
    const asWriter = roleUrls(server.url, passwords).writer;
    const refusal = ensureRoleLogins(asWriter, { ...passwords, admin: 'stolen' });
    await expect(refusal).rejects.toThrow(BadInput);
    await expect(refusal).rejects.toMatchObject({ subject: { setting: 'DATABASE_ADMIN_PASSWORD' } });
    await expect(refusal).rejects.not.toThrow('stolen');
  });

  it('of a home are generated once', async () => {
    const made = await rolePasswords(folder.path);
    expect(new Set(Object.values(made)).size).toBe(3);
    expect(await rolePasswords(folder.path)).toEqual(made);
  });

  it('are given to a process all three or none', () => {
    const all = {
      DATABASE_READER_PASSWORD: 'r',
      DATABASE_WRITER_PASSWORD: 'w',
      DATABASE_ADMIN_PASSWORD: 'a',
    };
    expect(readConfig(all).databasePasswords).toEqual({ reader: 'r', writer: 'w', admin: 'a' });
    expect(readConfig({}).databasePasswords).toBeUndefined();
    expect(() => readConfig({ ...all, DATABASE_WRITER_PASSWORD: '' })).toThrow(BadInput);
  });
});

describe('a process', () => {
  const open = (urls: RoleUrls, processName: string) => openRolePools(urls, { processName, max: 4 });

  it('shows its role and itself in pg_stat_activity', async () => {
    const pools = open(roleUrls(server.url, passwords), 'lake@here:1');
    try {
      const { rows } = await pools.reader.pool.query(`select current_setting('application_name') as name`);
      expect(rows).toEqual([{ name: 'touchline reader lake@here:1' }]);
    } finally {
      await pools.close();
    }
  });

  it('starts as long as all that may connect fit into the server, and says what to change where they do not', async () => {
    const need = connectionsOfWorker(4, ['default']);
    expect(need).toBe(16);
    const urls = roleUrls(server.url, undefined);
    const started = [];
    try {
      for (const queue of ['default', 'model']) {
        const pools = open(urls, nameWithBudget(queue, need));
        started.push(pools);
        await checkConnections(pools);
      }
      const third = open(urls, nameWithBudget('lake', connectionsOfWorker(4, ['lake'])));
      started.push(third);
      const refusal = checkConnections(third);
      await expect(refusal).rejects.toThrow('3 processes of Touchline may come to hold 60 connections');
      await expect(refusal).rejects.toMatchObject({ subject: { setting: 'DATABASE_POOL_SIZE' } });
    } finally {
      for (const pools of started) await pools.close();
    }
  });

  it('with a wrong password hears which one, and with no Postgres that it is away', async () => {
    const wrong = open(roleUrls(server.url, { ...passwords, writer: 'guessed' }), 'test');
    await expect(checkConnections(wrong)).rejects.toMatchObject({
      name: 'BadInput',
      subject: { setting: 'DATABASE_WRITER_PASSWORD' },
    });
    await wrong.close();
    const nowhere = new URL(server.url);
    nowhere.port = '1';
    const away = open(roleUrls(nowhere.href, passwords), 'test');
    await expect(checkConnections(away)).rejects.toThrow(DependencyAway);
    await away.close();
  });
});

describe('an owner who is no superuser', () => {
  it('with CREATEROLE makes the roles, migrates, and hands over what it made', async () => {
    const superuser = new pg.Client({ connectionString: server.url });
    await superuser.connect();
    await superuser.query(`create role owner_of_house login createrole`);
    await superuser.query('create database house owner owner_of_house');
    await superuser.end();
    const url = new URL(server.url);
    url.pathname = '/house';
    url.searchParams.set('options', '-c role=owner_of_house');
    await migrate(url.href);
    expect(await migrate(url.href)).toEqual([]);
    const urls = roleUrls(server.url, passwords);
    const inHouse = (address: string): string => {
      const there = new URL(address);
      there.pathname = '/house';
      return there.href;
    };
    const client = new pg.Client({ connectionString: inHouse(urls.writer) });
    await client.connect();
    await client.query(`insert into teams (name, country) values ('Leeds', 'England')`);
    await expect(client.query('delete from teams')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});
