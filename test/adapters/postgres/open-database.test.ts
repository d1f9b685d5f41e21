import { expect, it } from 'vitest';
import { openDatabase } from '../../../adapters/postgres/open-database.js';

const open = () => openDatabase('postgres://nobody@127.0.0.1:1/none', { applicationName: 'test', max: 1 });

it('a database that is closed has closed its pool, whoever asked through it', async () => {
  const { pool, db } = open();
  await db.destroy();
  expect(pool.ended).toBe(true);
  await db.destroy();
});

it('a database whose pool has ended already is closed without complaint', async () => {
  const { pool, db } = open();
  await pool.end();
  await db.destroy();
  expect(pool.ended).toBe(true);
});
