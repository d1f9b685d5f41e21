import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';

/** Where the generated types of the tables lie. */
export const databaseTypesFile = fileURLToPath(new URL('../adapters/postgres/database.ts', import.meta.url));

const codegen = fileURLToPath(new URL('../node_modules/kysely-codegen/dist/cli/bin.js', import.meta.url));

/** The TypeScript types of a migrated database's tables, formatted. They follow the readers of openDatabase. */
export async function describeDatabase(url: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-types-'));
  const file = path.join(folder, 'database.ts');
  try {
    await promisify(execFile)(process.execPath, [
      codegen,
      ...['--url', url, '--dialect', 'postgres', '--out-file', file],
      ...['--exclude-pattern', 'kysely_*'],
      ...['--numeric-parser', 'number', '--date-parser', 'string', '--type-mapping', '{"int8":"number"}'],
    ]);
    const text = `/* eslint-disable */\n${await readFile(file, 'utf8')}`;
    return await format(text, { ...(await resolveConfig(databaseTypesFile)), filepath: databaseTypesFile });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
