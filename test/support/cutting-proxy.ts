import { request, createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: it never arrives, or it is answered and the answer is lost. */
export type Cut = 'request' | 'answer';

/** Stands before a server and passes on what is asked, until it is told to cut. */
export interface CuttingProxy {
  readonly url: string;
  /** How many requests came. */
  readonly requests: () => number;
  /** Everything is passed on. */
  mend(): void;
  /** From the given request on, counted from now and from 1, nothing comes through; of that one itself the answer may be lost alone. */
  cutAt(request: number, what: Cut): void;
  /** Does something once, before it passes on the next request whose line matches. */
  before(pattern: RegExp, act: () => Promise<void>): void;
  close(): Promise<void>;
}

/** Starts one. What is signed for the address that was asked keeps that as its host. */
export async function startCuttingProxy(
  target: string,
  host: 'of the target' | 'as asked' = 'of the target',
): Promise<CuttingProxy> {
  let count = 0;
  let cut: { readonly at: number; readonly what: Cut } | undefined;
  let watch: { readonly pattern: RegExp; readonly act: () => Promise<void> } | undefined;

  const lose = (response: ServerResponse): void => {
    response.socket?.destroy();
  };
  const server = createServer((incoming, response) => {
    void (async () => {
      count += 1;
      const number = count;
      const line = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) if (chunk instanceof Buffer) chunks.push(chunk);
      if (watch?.pattern.test(line) === true) {
        const { act } = watch;
        watch = undefined;
        await act();
      }
      const isBeyond = number >= (cut?.at ?? Infinity);
      const losesAnswer = number === cut?.at && cut.what === 'answer';
      if (isBeyond && !losesAnswer) {
        lose(response);
        return;
      }
      const outgoing = request(
        new URL(incoming.url ?? '/', target),
        {
          method: incoming.method,
          headers:
            host === 'as asked' ? incoming.headers : { ...incoming.headers, host: new URL(target).host },
        },
        (answer) => {
          if (losesAnswer) {
            answer.resume();
            answer.once('end', () => {
              lose(response);
            });
            return;
          }
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      outgoing.once('error', () => {
        lose(response);
      });
      outgoing.end(Buffer.concat(chunks));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => count,
    mend() {
      cut = undefined;
    },
    cutAt(at, what) {
      cut = { at: count + at, what };
    },
    before(pattern, act) {
      watch = { pattern, act };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
