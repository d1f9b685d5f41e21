import { once } from 'node:events';
import { createConnection } from 'node:net';
import { ensureRedis } from '../../adapters/embedded/tools/redis.js';
import { portOption, type NativeService } from './service.js';

const host = '127.0.0.1';

/** Redis for features and answers: what is missing is computed anew, so it may evict what it likes. */
export const redis: NativeService = {
  name: 'redis',
  port: 6_379,
  variable: 'REDIS_URL',
  url: (port) => `redis://localhost:${port}/0`,
  exports: undefined,
  async command(data, port, tools) {
    return {
      program: await ensureRedis(tools),
      args: [
        ...['--port', String(port), '--bind', host, '--dir', data, '--save', '', '--appendonly', 'yes'],
        ...['--maxmemory', '1gb', '--maxmemory-policy', 'allkeys-lru'],
        // Its command line stays as it is: the server is known again by its folder.
        ...['--set-proc-title', 'no'],
      ],
      environment: {},
    };
  },
  words: (data) => ['--dir', data, '--set-proc-title'],
  portIn: portOption,
  helpers: undefined,
  async answers(port) {
    const socket = createConnection({ host, port });
    socket.setTimeout(5_000, () => socket.destroy());
    try {
      await once(socket, 'connect');
      socket.write('PING\r\n');
      return String(await once(socket, 'data')).startsWith('+PONG');
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  },
};
