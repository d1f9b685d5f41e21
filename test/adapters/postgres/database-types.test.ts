import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { databaseTypesFile, describeDatabase } from '../../../scripts/database-types.js';
import { startTestPostgres } from '../../support/postgres.js';

test('the types that Kysely uses are those of the migrated tables', async () => {
  const postgres = await startTestPostgres();
  try {
    expect(await describeDatabase(postgres.url)).toBe(await readFile(databaseTypesFile, 'utf8'));
  } finally {
    await postgres.stop();
  }
});
