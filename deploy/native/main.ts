import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../config.js';
import { BadInput, describeError } from '../../schemas/errors.js';
import { kafka } from './kafka.js';
import { mlflow } from './mlflow.js';
import { redis } from './redis.js';
import { seaweedfs } from './seaweedfs.js';
import { find, start, stop, type Placed } from './service.js';

const services = [mlflow, redis, kafka, seaweedfs] as const;
const usage =
  'npm run -s native -- start|stop|status [mlflow|redis|kafka|seaweedfs] [--mlflow-port 5002] [--redis-port 6379] [--kafka-port 9092] [--seaweedfs-port 8333]; see deploy/native/README.md.';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function portOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new BadInput(`${text} is no port`, {
    setting: '--mlflow-port, --redis-port, --kafka-port, --seaweedfs-port',
    advice: usage,
  });
}

function asked(): { readonly action: string; readonly chosen: readonly Placed[]; readonly home: string } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      'mlflow-port': { type: 'string' },
      'redis-port': { type: 'string' },
      'kafka-port': { type: 'string' },
      'seaweedfs-port': { type: 'string' },
    },
  });
  const [action = '', ...names] = positionals;
  const unknown = names.find((name) => !services.some((service) => service.name === name));
  if (unknown !== undefined) throw new BadInput(`There is no service ${unknown}`, { advice: usage });
  const { home } = readConfig();
  return {
    action,
    home,
    chosen: services
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map((service) => ({
        service,
        data: path.join(home, 'native', service.name),
        port: portOf(values[`${service.name}-port`], service.port),
      })),
  };
}

async function startAll(chosen: readonly Placed[], home: string): Promise<number> {
  const { cache, python } = readConfig();
  for (const placed of chosen) {
    const { name, variable } = placed.service;
    const { url, pid, started } = await start(placed, { home, tools: { cache, python, report: say } });
    say(`${name} ${started ? 'started' : 'runs already'}: process ${pid}, data in ${placed.data}`);
    say(`  export ${variable}=${url}`);
    for (const [setting, value] of Object.entries(placed.service.exports?.(placed.data) ?? {}))
      say(`  export ${setting}=${value}`);
  }
  return 0;
}

async function stopAll(chosen: readonly Placed[]): Promise<number> {
  for (const placed of chosen)
    say(`${placed.service.name} ${(await stop(placed)) ? 'stopped' : 'did not run'}`);
  return 0;
}

/** 0 where all of them answer, else 1. */
async function tellStatus(chosen: readonly Placed[]): Promise<number> {
  let code = 0;
  for (const placed of chosen) {
    const { service, data } = placed;
    const running = await find(placed);
    const answers = running !== undefined && (await service.answers(running.port));
    if (!answers) code = 1;
    say(
      running === undefined
        ? `${service.name} does not run; data in ${data}`
        : `${service.name} ${answers ? 'answers' : 'runs and does not answer'}: ${service.url(running.port)}, process ${running.mark.pid}, data in ${data}`,
    );
  }
  return code;
}

try {
  const { action, chosen, home } = asked();
  if (action === 'start') process.exitCode = await startAll(chosen, home);
  else if (action === 'stop') process.exitCode = await stopAll(chosen);
  else if (action === 'status') process.exitCode = await tellStatus(chosen);
  else throw new BadInput('Say start, stop or status', { advice: usage });
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
