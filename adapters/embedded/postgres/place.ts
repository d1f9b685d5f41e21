import {
  access,
  chown,
  constants,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import path from 'node:path';
import { BadInput, describeError } from '../../../schemas/errors.js';
import { postgresBinaries } from './binaries.js';
import { canEnter, postgresUsers, succeeds, userName, type ServerUser } from './server-user.js';

/** Where a home's Postgres lives and who runs it. Paths are real: no link in them. */
export interface PostgresPlace {
  readonly user: ServerUser;
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string;
  /** Belongs to `user`; holds `data`. */
  readonly folder: string;
  readonly data: string;
}

/** Where root keeps what an unprivileged server cannot reach in root's own folders. */
const rootsPlace = '/var/lib/touchline';

/**
 * Finds or makes `home/postgres`, for the user that will run the server. Where root's home cannot be entered by that user
 * (a checkout below /root, say), the folder is made below /var/lib/touchline and linked from the home.
 * Throws {@link BadInput} where the home or the data belongs to someone else.
 */
export async function preparePlace(
  home: string,
  report: (line: string) => void,
  binaries: string | undefined,
): Promise<PostgresPlace> {
  const users = await postgresUsers();
  await makeHome(home);
  const link = path.join(home, 'postgres');
  const user = await ownerAmong(users, link);
  await makeFolder(link, user, report);
  const folder = await realpath(link);
  if (!(await canEnter(user, folder))) {
    throw new BadInput(`${user.name}, who runs Postgres, cannot enter its folder`, {
      file: folder,
      advice: `Let ${user.name} through each folder on that path (chmod o+x), or set TOUCHLINE_HOME to another place.`,
    });
  }
  return { user, native: await reachableBinaries(user, binaries), folder, data: path.join(folder, 'data') };
}

async function makeHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    const owner = await stat(home).then(
      ({ uid }) => userName(uid),
      () => undefined,
    );
    throw new BadInput(
      `The home cannot be written to${owner === undefined ? '' : `: it belongs to ${owner}`} (${describeError(error)})`,
      { file: home, setting: 'TOUCHLINE_HOME', advice: 'Set TOUCHLINE_HOME to a folder of your own.' },
      error,
    );
  }
}

/** The user to whom the existing data belongs, if it may run the server; the first choice where there is none. */
async function ownerAmong(users: readonly [ServerUser, ...ServerUser[]], link: string): Promise<ServerUser> {
  const owners = await Promise.all(
    [link, path.join(link, 'data')].map((folder) => stat(folder).catch(() => undefined)),
  );
  const uids = new Set(owners.flatMap((owner) => (owner === undefined ? [] : [owner.uid])));
  const fitting = users.find((user) => [...uids].every((uid) => uid === user.uid));
  if (fitting !== undefined) return fitting;
  const names = await Promise.all([...uids].map(userName));
  const [{ name }] = users;
  throw new BadInput(`The data folder of Postgres belongs to ${names.join(' and ')}, not to ${name}`, {
    file: link,
    setting: 'TOUCHLINE_HOME',
    advice: 'Run as the user who made it, or set TOUCHLINE_HOME to another folder.',
  });
}

async function makeFolder(link: string, user: ServerUser, report: (line: string) => void): Promise<void> {
  if (await exists(link)) return;
  await mkdir(link, { mode: 0o700, recursive: true });
  await giveTo(user, link);
  if (await canEnter(user, link)) return;
  await rm(link, { recursive: true });
  await mkdir(rootsPlace, { recursive: true, mode: 0o755 });
  const elsewhere = await mkdtemp(path.join(rootsPlace, 'postgres-'));
  await giveTo(user, elsewhere);
  await symlink(elsewhere, link);
  report(`${user.name}, who runs Postgres for root, cannot enter ${link}: its data lies in ${elsewhere}`);
}

async function giveTo(user: ServerUser, folder: string): Promise<void> {
  if (user.uid !== process.geteuid?.()) await chown(folder, user.uid, user.gid);
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

/** The binaries that are named, else those of node_modules, or a copy of them where the server's user cannot run those. */
async function reachableBinaries(user: ServerUser, named: string | undefined): Promise<string> {
  const native = await postgresBinaries(named);
  if (await runs(native, user)) return native;
  // npm gives all files one time: the size tells versions apart.
  const { mtimeMs, size } = await stat(path.join(native, 'bin', 'postgres'));
  const copy = path.join(rootsPlace, `binaries-${Math.round(mtimeMs)}-${size}`);
  if (await runs(copy, user)) return copy;
  if (process.geteuid?.() === 0) await copyWhole(native, copy);
  if (await runs(copy, user)) return copy;
  throw new BadInput(`${user.name} cannot run the embedded Postgres`, {
    file: path.join(native, 'bin', 'postgres'),
    advice: `Run that file with --version as ${user.name} to see why, or set DATABASE_URL to a Postgres 15 of your own.`,
  });
}

const runs = (native: string, user: ServerUser): Promise<boolean> =>
  succeeds(path.join(native, 'bin', 'postgres'), ['--version'], user);

async function copyWhole(native: string, target: string): Promise<void> {
  await mkdir(rootsPlace, { recursive: true, mode: 0o755 });
  const half = await mkdtemp(path.join(rootsPlace, '.copying-'));
  try {
    await cp(native, path.join(half, 'native'), { recursive: true, verbatimSymlinks: true });
    await rename(path.join(half, 'native'), target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}
