import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfig } from '../../config.js';
import { find, type Placed } from './service.js';
import { used } from './servers.js';
import type { Servers } from './servers.js';

/** Where the lake is in the store of the native stack. */
const lakePlace = 's3://football-lake';
/** The first worker's; those beside it take the next. */
const metricsPort = 9_464;
const apiPort = 8_000;

/** What a server has Touchline told of it. */
export const toldOf = ({ service, data }: Placed, port: number): Readonly<Record<string, string>> => ({
  ...(service.variable === undefined ? {} : { [service.variable]: service.url(port) }),
  ...service.exports?.(data),
});

/**
 * What Touchline has to be told so that it uses those servers. Secrets are named by their files. What this process's own environment says of the lake
 * and of ports goes before.
 */
export async function stackEnvironment(servers: Servers): Promise<Readonly<Record<string, string>>> {
  const config = readConfig();
  const told: Record<string, string> = {};
  for (const { name } of used) {
    const placed = servers[name];
    Object.assign(told, toldOf(placed, (await find(placed))?.port ?? placed.port));
  }
  return {
    ...told,
    TOUCHLINE_HOME: config.home,
    LAKE_URL: config.lakeUrl ?? lakePlace,
    METRICS_PORT: String(config.metricsPort === 0 ? metricsPort : config.metricsPort),
    API_PORT: String(config.apiPort ?? apiPort),
  };
}

export const environmentFile = (home: string): string => path.join(home, 'native', 'environment');

/** Writes the environment for shells: `set -a; . <file>` gives commands the stack's own view. */
export async function writeEnvironment(
  home: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const file = environmentFile(home);
  await mkdir(path.dirname(file), { recursive: true });
  const lines = Object.entries(environment).map(
    ([name, value]) => `${name}='${value.replaceAll("'", `'\\''`)}'`,
  );
  await writeFile(`${file}.new`, `${lines.join('\n')}\n`);
  await rename(`${file}.new`, file);
}
