import { parseArgs } from 'node:util';
import { readStatus } from '../../adapters/embedded/stack/status.js';
import { readConfig } from '../../config.js';
import { BadInput, describeError } from '../../schemas/errors.js';
import { sayChecks } from '../smoke/say-checks.js';
import { toldOf } from './environment.js';
import {
  serverName,
  serverNames,
  serversOf,
  used,
  type AskedPorts,
  type ServerName,
  type Servers,
} from './servers.js';
import { find, stop } from './service.js';
import { smokeOfNative } from './smoke.js';
import { bringUp, startServer, takeDown } from './stack.js';

const usage = `npm run -s native -- up|down|status|smoke, or start|stop|status [${serverNames.join('|')}], with ${serverNames
  .map((name) => `[--${name}-port <port>]`)
  .join(' ')}; see deploy/native/README.md.`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function portOf(text: string, setting: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new BadInput(`${text} is no port`, { setting, advice: usage });
}

interface Asked {
  readonly action: string;
  /** Empty: none was named. */
  readonly named: readonly ServerName[];
  readonly ports: AskedPorts;
}

function asked(): Asked {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: Object.fromEntries(serverNames.map((name) => [`${name}-port`, { type: 'string' as const }])),
  });
  const [action = '', ...named] = positionals;
  const ports = serverNames.flatMap((name) => {
    const text = values[`${name}-port`];
    return typeof text === 'string' ? [[name, portOf(text, `--${name}-port`)] as const] : [];
  });
  return {
    action,
    named: named.map((name) => serverName(name, usage)),
    ports: Object.fromEntries(ports),
  };
}

async function startAll(servers: Servers, chosen: readonly ServerName[], home: string): Promise<number> {
  for (const name of chosen) {
    const placed = servers[name];
    await startServer(placed, home, say);
    const told = toldOf(placed, (await find(placed))?.port ?? placed.port);
    for (const [setting, value] of Object.entries(told)) say(`  export ${setting}=${value}`);
  }
  return 0;
}

async function stopAll(servers: Servers, chosen: readonly ServerName[]): Promise<number> {
  for (const name of chosen) say(`${name} ${(await stop(servers[name])) ? 'stopped' : 'did not run'}`);
  return 0;
}

/** 0 where all of them answer, else 1. */
async function tellStatus(servers: Servers, chosen: readonly ServerName[]): Promise<number> {
  let code = 0;
  for (const name of chosen) {
    const { service, data } = servers[name];
    const running = await find(servers[name]);
    const answers = running !== undefined && (await service.answers(running.port));
    if (!answers) code = 1;
    say(
      running === undefined
        ? `${name} does not run; data in ${data}`
        : `${name} ${answers ? 'answers' : 'runs and does not answer'}: ${service.url(running.port)}, process ${running.mark.pid}, data in ${data}`,
    );
  }
  return code;
}

async function act({ action, named, ports }: Asked): Promise<number> {
  const { home } = readConfig();
  const servers = await serversOf(home, ports);
  const chosen = named.length === 0 ? used.map(({ name }) => name) : named;
  switch (action) {
    case 'up':
      await bringUp(servers, home, say);
      return 0;
    case 'down':
      await takeDown(servers, say);
      return 0;
    case 'smoke':
      return await sayChecks(await smokeOfNative(servers, home), say);
    case 'start':
      return await startAll(servers, chosen, home);
    case 'stop':
      return await stopAll(servers, chosen);
    case 'status': {
      // Where Touchline itself runs, who watches it belongs to the stack too.
      const status = await readStatus(home);
      const everything = named.length === 0 && status !== undefined ? serverNames : chosen;
      const code = await tellStatus(servers, everything);
      if (named.length === 0)
        say(
          status === undefined
            ? 'Touchline does not run'
            : `Touchline answers: ${status.api?.url ?? 'no API'}`,
        );
      return code;
    }
    default:
      throw new BadInput('Say up, down, smoke, start, stop or status', { advice: usage });
  }
}

try {
  process.exitCode = await act(asked());
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
