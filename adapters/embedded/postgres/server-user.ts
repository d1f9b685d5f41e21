import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { BadInput } from '../../../schemas/errors.js';

/** The account a server runs under. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

const unprivilegedNames = ['postgres', 'nobody'];

/**
 * The accounts that may run Postgres for us, best first: ourselves, or for root, under which Postgres refuses to run, the
 * unprivileged ones of this machine.
 */
export async function postgresUsers(): Promise<readonly [ServerUser, ...ServerUser[]]> {
  const uid = process.geteuid?.() ?? 0;
  const accounts = await readAccounts();
  if (uid !== 0) {
    const own = accounts.find((account) => account.uid === uid);
    return [own ?? { uid, gid: process.getegid?.() ?? uid, name: `uid ${uid}` }];
  }
  const found = unprivilegedNames.flatMap(
    (name) => accounts.find((account) => account.name === name && account.uid !== 0) ?? [],
  );
  const [first, ...others] = found;
  if (first !== undefined) return [first, ...others];
  throw new BadInput('Postgres does not run as root, and there is no user postgres or nobody to run it', {
    advice: 'Create a user postgres, run as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
  });
}

/** The name of an account, or its number where it has none. */
export async function userName(uid: number): Promise<string> {
  const accounts = await readAccounts();
  return accounts.find((account) => account.uid === uid)?.name ?? `uid ${uid}`;
}

/** What a child process needs in order to run as that user; nothing where that is ourselves. */
export function asUser(user: ServerUser): { uid: number; gid: number } | Record<string, never> {
  return user.uid === process.geteuid?.() ? {} : { uid: user.uid, gid: user.gid };
}

/** Whether that user can enter a folder: asked of the system, as access lists and mounts have a say too. */
export async function canEnter(user: ServerUser, folder: string): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], user);
}

/** Whether that user can run a program with these arguments, and it ends with 0. */
export async function succeeds(program: string, args: readonly string[], user: ServerUser): Promise<boolean> {
  const child = spawn(program, args, { ...asUser(user), cwd: '/', stdio: 'ignore' });
  try {
    await once(child, 'exit');
    return child.exitCode === 0;
  } catch {
    return false;
  }
}

async function readAccounts(): Promise<readonly ServerUser[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return name === '' || name.startsWith('#') || uid === ''
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}
