import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import {
  type Kysely,
  type Migration,
  type MigrationProvider,
  type MigrationResultSet,
  Migrator,
  sql,
} from 'kysely';
import pg from 'pg';
import { BadInput, InvariantBroken } from '../../schemas/errors.js';
import { postgresAway, reachingPostgres } from './away.js';
import { openDatabase, type Database, type OpenDatabase } from './open-database.js';
import { ensurePartitions } from './partitions.js';
import { sessionName } from './roles.js';
import type { Computed, Row } from './row.js';

const migrationsFolder = fileURLToPath(new URL('../../sql/migrations/', import.meta.url));
const upSuffix = '.up.sql';
const insufficientPrivilege = '42501';

/** Reads `NNNN_name.up.sql` and `NNNN_name.down.sql`; each is one migration of that name. */
class SqlFiles implements MigrationProvider {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async getMigrations(): Promise<Record<string, Migration>> {
    const names = (await readdir(this.#folder))
      .filter((file) => file.endsWith(upSuffix))
      .map((file) => file.slice(0, -upSuffix.length))
      .sort();
    return Object.fromEntries(names.map((name) => [name, this.#migration(name)]));
  }

  #migration(name: string): Migration {
    const run =
      (direction: 'up' | 'down'): Migration['up'] =>
      async (db) => {
        const text = await readFile(path.join(this.#folder, `${name}.${direction}.sql`), 'utf8');
        await sql.raw(text).execute(db);
      };
    return { up: run('up'), down: run('down') };
  }
}

async function withMigrator<T>(
  url: string,
  work: (migrator: Migrator, database: OpenDatabase) => Promise<T>,
): Promise<T> {
  // A migration of one process makes another wait for Kysely's advisory lock, on this one connection.
  const { pool, db } = openDatabase(url, { applicationName: sessionName('owner', 'migrate'), max: 1 });
  try {
    const provider = new SqlFiles(migrationsFolder);
    return await reachingPostgres(() => work(new Migrator({ db, provider }), { pool, db }));
  } catch (error) {
    throw refusal(error, undefined) ?? error;
  } finally {
    await db.destroy();
  }
}

/** What Postgres does not let the user of the address do; undefined where the failure is another one. */
function refusal(error: unknown, file: string | undefined): BadInput | undefined {
  if (!(error instanceof pg.DatabaseError && error.code === insufficientPrivilege)) return undefined;
  return new BadInput(
    `The user of DATABASE_URL may not prepare the database: ${error.message}`,
    {
      setting: 'DATABASE_URL',
      ...(file === undefined ? {} : { file }),
      advice: error.hint ?? 'Name the owner of the database.',
    },
    error,
  );
}

/** The names of the migrations that ran. Throws what made one fail; all of a call happen or none does. */
function namesOf({ error, results }: MigrationResultSet): string[] {
  if (error !== undefined) {
    const away = postgresAway(error);
    if (away !== undefined) throw away;
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    const file = failed === undefined ? undefined : `sql/migrations/${failed}`;
    const refused = refusal(error, file);
    if (refused !== undefined) throw refused;
    throw new InvariantBroken(
      `The migration ${failed ?? 'of the database'} failed: ${error instanceof Error ? error.message : JSON.stringify(error)}`,
      { ...(file === undefined ? {} : { file }) },
      error,
    );
  }
  return (results ?? [])
    .filter(({ status }) => status === 'Success')
    .map(({ migrationName }) => migrationName);
}

/**
 * Brings the database to the newest schema and makes the monthly partitions of the months ahead; processes that start
 * together wait for each other. Migrations run as the user of the url; what they made, or what a restore brought, is then handed to
 * football_admin, with the grants of the other roles. Returns what ran.
 */
export const migrate = (url: string): Promise<string[]> =>
  withMigrator(url, async (migrator, { pool, db }) => {
    const ran = namesOf(await migrator.migrateToLatest());
    await ensurePartitions(pool, new Date());
    await adoptObjects(db);
    return ran;
  });

/** Runs the next migration alone. Returns its name, or nothing where all have run. */
export const migrateUp = (url: string): Promise<string[]> =>
  withMigrator(url, async (migrator, { db }) => {
    const ran = namesOf(await migrator.migrateUp());
    await adoptObjects(db);
    return ran;
  });

/** Makes the roles and hands them what is theirs; before the roles' own migration there is nobody to hand it to. */
async function adoptObjects(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<Row<{ known: Computed<boolean> }>>`
    select to_regprocedure('adopt_objects()') is not null as known`.execute(db);
  if (rows[0]?.known === true) await sql`select adopt_objects()`.execute(db);
}

/** Takes the last migration back. Returns its name, or nothing where none is left. */
export const migrateDown = (url: string): Promise<string[]> =>
  withMigrator(url, async (migrator) => namesOf(await migrator.migrateDown()));

export interface KnownMigration {
  readonly name: string;
  /** Undefined where it has not run. */
  readonly executedAt: Date | undefined;
}

/** Every migration there is, in order, and when it ran. */
export const listMigrations = (url: string): Promise<KnownMigration[]> =>
  withMigrator(url, async (migrator) =>
    (await migrator.getMigrations()).map(({ name, executedAt }) => ({ name, executedAt })),
  );
