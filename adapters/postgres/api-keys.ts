import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { ApiRole } from '../../schemas/api/access.js';
import { BadInput } from '../../schemas/errors.js';
import type { Narrowed, Row } from './row.js';

/** What a key is recognised by, in files that should hold none. */
const keyStart = 'tlk_';
const shownCharacters = 9;

/** What a key is looked up by. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

interface KeyColumns {
  readonly id: 'api_keys.id';
  readonly name: 'api_keys.name';
  readonly role: Narrowed<'api_keys.role', ApiRole>;
  readonly prefix: 'api_keys.prefix';
  readonly createdBy: 'api_keys.created_by';
  readonly createdAt: 'api_keys.created_at';
  readonly expiresAt: 'api_keys.expires_at';
  readonly revokedBy: 'api_keys.revoked_by';
  readonly revokedAt: 'api_keys.revoked_at';
}

/** A key as it may be shown: all but the key. */
export type ApiKey = Row<KeyColumns>;

const keyColumns = `id, name, role, prefix, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", revoked_by as "revokedBy", revoked_at as "revokedAt"`;

export interface NewKey {
  readonly name: string;
  readonly role: ApiRole;
  readonly by: string;
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null;
}

/** Makes a key. It is told this once; what is kept is its hash. Throws {@link BadInput} where a living key has the name, or it would have expired already. */
export async function createKey(
  pool: pg.Pool,
  { name, role, by, expiresAt }: NewKey,
): Promise<{ readonly key: string; readonly about: ApiKey }> {
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    throw new BadInput(`A key that has expired already opens nothing: ${expiresAt.toISOString()}`, {
      field: 'expires',
      advice: 'Name an instant to come.',
    });
  }
  const key = `${keyStart}${randomBytes(32).toString('base64url')}`;
  const { rows } = await pool.query<Row<KeyColumns>>(
    `insert into api_keys (name, role, prefix, key_hash, created_by, expires_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (name) where revoked_at is null do nothing returning ${keyColumns}`,
    [name, role, key.slice(0, shownCharacters), hashOfKey(key), by, expiresAt],
  );
  const [about] = rows;
  if (about === undefined) {
    throw new BadInput(`A key is called ${name} already`, {
      field: 'name',
      advice: 'Choose another name, or revoke that key first: touchline keys revoke.',
    });
  }
  return { key, about };
}

/** Takes a key's rights away; done again, it changes nothing. Throws {@link BadInput} where none has the name. */
export async function revokeKey(pool: pg.Pool, name: string, by: string): Promise<ApiKey> {
  const { rows } = await pool.query<Row<KeyColumns>>(
    `update api_keys set revoked_at = now(), revoked_by = $2 where name = $1 and revoked_at is null returning ${keyColumns}`,
    [name, by],
  );
  const [revoked] = rows;
  if (revoked !== undefined) return revoked;
  const before = (await listKeys(pool)).findLast((key) => key.name === name);
  if (before !== undefined) return before;
  throw new BadInput(`No key is called ${name}`, {
    field: 'name',
    advice: 'List them: touchline keys list.',
  });
}

/** Every key that there ever was, the oldest first. */
export async function listKeys(pool: pg.Pool): Promise<ApiKey[]> {
  const { rows } = await pool.query<Row<KeyColumns>>(`select ${keyColumns} from api_keys order by id`);
  return rows;
}

interface LivingKeyColumns extends Pick<KeyColumns, 'id' | 'name' | 'role' | 'expiresAt'> {
  readonly hash: 'api_keys.key_hash';
}
export type LivingKey = Row<LivingKeyColumns>;

/** The keys that give rights now, with what they are looked up by. */
export async function livingKeys(pool: pg.Pool): Promise<LivingKey[]> {
  const { rows } = await pool.query<Row<LivingKeyColumns>>(
    `select id, name, role, expires_at as "expiresAt", key_hash as hash from api_keys
     where revoked_at is null and (expires_at is null or expires_at > now())`,
  );
  return rows;
}
