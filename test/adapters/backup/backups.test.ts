import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBackups, type TestBackups } from '../../support/backups.js';

let backups: TestBackups;
beforeAll(async () => {
  backups = await startTestBackups();
});
afterAll(() => backups.stop());

test('a full backup is a dump and a base, made as football_admin', async () => {
  expect(await backups.make('full')).toMatchObject([
    { outcome: 'succeeded', method: 'dump' },
    { outcome: 'succeeded', method: 'base' },
  ]);
});

test('the WAL since the base is shipped, and its chain proven', async () => {
  expect(await backups.make('incremental')).toMatchObject([{ outcome: 'succeeded', method: 'shipping' }]);
  expect(await backups.make('wal')).toMatchObject([{ outcome: 'succeeded', method: 'chain' }]);
});

test('what was made verifies', async () => {
  const verified = await backups.verify();
  expect(verified.faults).toEqual([]);
  expect(verified.sound).toHaveLength(4);
  expect(verified.restorableUntil).not.toBeNull();
});
