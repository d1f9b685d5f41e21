import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { BadInput } from '../../schemas/errors.js';
import { reachingPostgres } from './away.js';
import { databaseRoles, roleName, roleUrls, sessionName, type ByRole, type DatabaseRole } from './roles.js';

const sqlStates = {
  wrongPassword: '28P01',
  insufficientPrivilege: '42501',
  changedMeanwhile: 'XX000',
} as const;
const iterations = 4096;
const attempts = 3;

/**
 * Sees to it that the roles log in with these passwords: one that is refused is set, by the user of the address. The roles
 * belong to the server, so its databases share their passwords.
 *
 * Throws {@link BadInput} where that user may not set them.
 */
export async function ensureRoleLogins(databaseUrl: string, passwords: ByRole<string>): Promise<void> {
  const urls = roleUrls(databaseUrl, passwords);
  await reachingPostgres(async () => {
    for (const role of databaseRoles) {
      for (let attempt = 1; !(await logsIn(role, urls[role])); attempt += 1) {
        if (attempt > attempts) throw refused(role, 'It is not taken even after it was set.');
        await setPassword(databaseUrl, role, passwords[role]);
      }
    }
  });
}

async function logsIn(role: DatabaseRole, url: string): Promise<boolean> {
  try {
    await onConnection(url, role, (client) => client.query('select 1'));
    return true;
  } catch (error) {
    if (sqlState(error) === sqlStates.wrongPassword) return false;
    throw error;
  }
}

async function setPassword(databaseUrl: string, role: DatabaseRole, password: string): Promise<void> {
  const statement = `alter role ${roleName(role)} login password ${pg.escapeLiteral(verifierOf(password))}`;
  try {
    await onConnection(databaseUrl, 'owner', (client) => client.query(statement));
  } catch (error) {
    // Another process set it in the same moment.
    if (sqlState(error) === sqlStates.changedMeanwhile) return;
    if (sqlState(error) !== sqlStates.insufficientPrivilege) throw error;
    throw refused(role, 'The user of DATABASE_URL may not set it.', error);
  }
}

const refused = (role: DatabaseRole, why: string, cause?: unknown): BadInput =>
  new BadInput(
    `Postgres does not take the password of ${roleName(role)}. ${why}`,
    {
      setting: `DATABASE_${role.toUpperCase()}_PASSWORD`,
      advice: `Have the owner of the server set it: alter role ${roleName(role)} password '…'.`,
    },
    cause,
  );

/** What Postgres keeps of a password (SCRAM-SHA-256, RFC 5803): the password itself is in no statement, and in no log. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const keyed = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}

async function onConnection<T>(
  url: string,
  as: DatabaseRole | 'owner',
  ask: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 15_000,
    application_name: sessionName(as, 'roles'),
  });
  // A connection that breaks rejects the call that waits on it; without a listener it would end the process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const sqlState = (error: unknown): unknown => (error instanceof pg.DatabaseError ? error.code : undefined);
