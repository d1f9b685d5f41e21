import { BadInput } from '../../schemas/errors.js';

/** Whom a session works as: reader asks, writer collects and refines, admin owns everything and deletes. */
export const databaseRoles = ['reader', 'writer', 'admin'] as const;
export type DatabaseRole = (typeof databaseRoles)[number];

/** The role's name in Postgres. */
export const roleName = (role: DatabaseRole): string => `football_${role}`;

/** A value for each role. */
export type ByRole<T> = Readonly<Record<DatabaseRole, T>>;

/** The addresses at which each role is reached, with what it logs in with: secrets. */
export type RoleUrls = ByRole<string>;

/** A value for each role, made by one function. */
export const byRole = <T>(make: (role: DatabaseRole) => T): ByRole<T> => ({
  reader: make('reader'),
  writer: make('writer'),
  admin: make('admin'),
});

/** Reads an address of Postgres. Throws {@link BadInput}, without repeating it: it may hold a password. */
export function parseDatabaseUrl(databaseUrl: string): URL {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (url !== undefined && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new BadInput('The address of Postgres cannot be read', {
    setting: 'DATABASE_URL',
    advice: 'Write postgres://user:password@host:port/database.',
  });
}

/**
 * Where each role is reached on the server of an address. With passwords the roles log in themselves, and the user of the
 * address plays no part. Without, every session logs in as that user and takes the role on before its first statement:
 * the same privileges hold, but whoever has the address could lay the role down again.
 */
export function roleUrls(databaseUrl: string, passwords: ByRole<string> | undefined): RoleUrls {
  return byRole((role) => {
    const url = parseDatabaseUrl(databaseUrl);
    if (passwords === undefined) {
      const given = url.searchParams.get('options');
      url.searchParams.set('options', `${given === null ? '' : `${given} `}-c role=${roleName(role)}`);
    } else {
      url.username = roleName(role);
      url.password = encodeURIComponent(passwords[role]);
    }
    return url.href;
  });
}

/** An address without its user and password. */
export function withoutLogin(databaseUrl: string): string {
  const url = parseDatabaseUrl(databaseUrl);
  url.username = '';
  url.password = '';
  return url.href;
}

/** How a session names itself in pg_stat_activity: its role and its process. The owner is the user of DATABASE_URL. */
export const sessionName = (role: DatabaseRole | 'owner', processName: string): string =>
  `touchline ${role} ${processName}`;
