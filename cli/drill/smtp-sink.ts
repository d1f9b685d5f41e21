import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A mail server that keeps what it is given and sends nothing on. */
export interface SmtpSink {
  /** `127.0.0.1:2525`. */
  readonly host: string;
  readonly mails: readonly Mail[];
  stop(): Promise<void>;
}

export interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

/** Starts one; it takes everything, without TLS or login. */
export async function startSmtpSink(): Promise<SmtpSink> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let to: string[] = [];
    let text: string[] | undefined;
    let rest = '';
    const answer = (line: string): void => void socket.write(`${line}\r\n`);
    const hear = (line: string): void => {
      if (text !== undefined) {
        if (line === '.') {
          mails.push({ to, text: text.join('\n') });
          [to, text] = [[], undefined];
          answer('250 kept');
        } else text.push(line.startsWith('..') ? line.slice(1) : line);
        return;
      }
      const recipient = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1];
      if (recipient !== undefined) to.push(recipient);
      if (/^DATA$/i.test(line)) {
        text = [];
        answer('354 go on');
      } else if (/^QUIT/i.test(line)) {
        answer('221 bye');
        socket.end();
      } else answer('250 fine');
    };
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line);
    });
    answer('220 sink');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sink has no port');
  return {
    ...{ host: `127.0.0.1:${address.port}`, mails },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A mail's text without the encoding of its lines. */
export const readable = (text: string): string =>
  text
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, words: string) => words.replaceAll('_', ' '));
