import { readStatus, type StackStatus } from '../../adapters/embedded/stack/status.js';
import { readConfig } from '../../config.js';
import { InvariantBroken } from '../../schemas/errors.js';
import { environmentFile, stackEnvironment, writeEnvironment } from './environment.js';
import { writeTargets } from './prometheus.js';
import { start, stop, type Placed } from './service.js';
import type { Servers } from './servers.js';
import { touchline } from './touchline.js';
import { used } from './servers.js';

/** Starts a server, and says where it answers. */
export async function startServer(placed: Placed, home: string, say: (line: string) => void): Promise<void> {
  const { cache, python } = readConfig();
  const { url, pid, started } = await start(placed, { home, tools: { cache, python, report: say } });
  const { name } = placed.service;
  say(`${name} ${started ? 'started' : 'runs already'}: ${url}, process ${pid}, data in ${placed.data}`);
}

/**
 * Brings everything up: the servers that Touchline uses, buckets, topics, then Postgres with its roles and migrations, Temporal with its schedules, workers
 * and API, then who watches them. What is there already stays; done again it changes nothing.
 */
export async function bringUp(servers: Servers, home: string, say: (line: string) => void): Promise<void> {
  await Promise.all(used.map(({ name }) => startServer(servers[name], home, say)));
  const environment = await stackEnvironment(servers);
  await writeEnvironment(home, environment);
  await touchline(['lake', 'init'], environment);
  say('The buckets are there.');
  await touchline(['stream', 'apply'], environment);
  say('The topics are there.');
  if ((await readStatus(home)) === undefined) await touchline(['up', '--detach'], environment);
  const status = await readStatus(home);
  if (status === undefined)
    throw new InvariantBroken('touchline up returned, and nothing runs', { object: home });
  say(`Touchline runs: ${status.api?.url ?? 'without its API'}, ${status.workers.length} workers`);
  await writeTargets(servers.prometheus.data, targetsOf(status));
  await startServer(servers.alertmanager, home, say);
  await startServer(servers.prometheus, home, say);
  say(`Commands see the same stack after: set -a; . ${environmentFile(home)}; set +a`);
}

/** Every process of Touchline exports its own metrics. */
const targetsOf = ({ api, workers }: StackStatus): readonly string[] =>
  [...(api === null ? [] : [api.url]), ...workers.map(({ metrics }) => metrics)].map(
    (url) => new URL(url).host,
  );

/** Ends everything, who watches first. The data stay. */
export async function takeDown(servers: Servers, say: (line: string) => void): Promise<void> {
  const end = async (placed: Placed): Promise<void> => {
    say(`${placed.service.name} ${(await stop(placed)) ? 'stopped' : 'did not run'}`);
  };
  await end(servers.prometheus);
  await end(servers.alertmanager);
  await touchline(['down'], {});
  say('Touchline has ended');
  for (const { name } of used) await end(servers[name]);
}
