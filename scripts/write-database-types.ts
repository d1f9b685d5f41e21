import { mkdtemp, chmod, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { migrate } from '../adapters/postgres/migrate.js';
import { databaseTypesFile, describeDatabase } from './database-types.js';

// Writes the types of the migrated tables, from a Postgres of its own.
const home = await mkdtemp(path.join(os.tmpdir(), 'touchline-types-'));
await chmod(home, 0o711);
const server = await startPostgres({ home });
try {
  await migrate(server.url);
  await writeFile(databaseTypesFile, await describeDatabase(server.url));
  console.log(`Wrote ${databaseTypesFile}`);
} finally {
  await server.stop();
  await rm(home, { recursive: true, force: true });
}
