import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import { readConfig } from '../../../config.js';
import { startTestPostgres } from '../../support/postgres.js';

/** The major version of the binaries that POSTGRES_BINARIES names, else that of the embedded ones. */
async function versionAskedFor(): Promise<string | undefined> {
  const { postgresBinaries } = readConfig();
  if (postgresBinaries === undefined) return '15';
  const { stdout } = await promisify(execFile)(path.join(postgresBinaries, 'bin', 'postgres'), ['--version']);
  return /\d+/.exec(stdout)?.[0];
}

test('the suite runs on the Postgres that it was asked to run on', async () => {
  const postgres = await startTestPostgres();
  const { pool } = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
  try {
    const { rows } = await pool.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    expect(rows[0]?.version.split('.')[0]).toBe(await versionAskedFor());
  } finally {
    await pool.end();
    await postgres.stop();
  }
});
