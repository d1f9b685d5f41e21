import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before a server of any protocol and passes bytes on, until it is muted: then it takes what comes and passes nothing on, as a server that hangs does. */
export interface MutingProxy {
  readonly port: number;
  mute(): void;
  close(): Promise<void>;
}

/** Starts one before a port of this machine; without a target it is mute from the start. */
export async function startMutingProxy(target?: number): Promise<MutingProxy> {
  let isMute = target === undefined;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((caller) => {
    keep(caller);
    caller.resume();
    if (isMute || target === undefined) return;
    const behind = connect({ host: '127.0.0.1', port: target });
    keep(behind);
    for (const [from, to] of [
      [caller, behind],
      [behind, caller],
    ] as const) {
      from.on('data', (bytes: Buffer) => {
        if (!isMute) to.write(bytes);
      });
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    mute() {
      isMute = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
