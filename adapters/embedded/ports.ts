import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { BadInput } from '../../schemas/errors.js';

const loopback = '127.0.0.1';

/**
 * Below the ports that systems give to outgoing connections (32768 and up on Linux): a server that was killed finds its
 * port free again, and no client connects to itself while it is away.
 */
const firstPort = 20_000;
const lastPort = 31_999;
const attempts = 200;

/** A port of 127.0.0.1 on which nothing listens now. Another process may still be quicker: be ready to ask again. */
export async function findFreePort(except: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(firstPort, lastPort + 1);
    if (!except.includes(port) && (await isFree(port))) return port;
  }
  throw new BadInput(`No free port between ${firstPort} and ${lastPort} on ${loopback}`, {
    advice: 'End some of the servers that run on this machine.',
  });
}

/** As many different free ports as asked for. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await findFreePort(ports));
  return ports;
}

/** Whether a server could listen on that port, of 127.0.0.1 where no other address is named. */
export function isFree(port: number, host = loopback): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** Throws {@link BadInput} where something listens on the port already. */
export async function refuseTakenPort(port: number, server: string): Promise<void> {
  if (await isFree(port)) return;
  throw new BadInput(`Port ${port} of ${loopback}, on which ${server} was to listen, is taken`, {
    object: `port ${port}`,
    advice: `End what listens there (ss -ltnp 'sport = :${port}' names it), or leave the port to be found.`,
  });
}
