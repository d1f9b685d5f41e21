import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import { findFreePort } from '../../adapters/embedded/ports.js';
import { ask } from '../../adapters/providers/wire/ask.js';
import { oddsApi } from '../../adapters/providers/odds_api/odds-api.js';
import { odds } from '../../adapters/providers/odds_api/odds.js';
import { instant } from '../../schemas/values.js';

/** How a source of prices answers: well, or as TEST-12 has it fail. */
export type Fault =
  'none' | 'timeout' | 'api_error' | 'rate_limit' | 'invalid_response' | 'connection_refused';

/** A source of prices of this process' own, asked by the code that asks The Odds API. */
export interface FaultySource {
  /** Asks it once. @throws what the adapter throws of such an answer. */
  collect(fault: Fault): Promise<void>;
  stop(): Promise<void>;
}

const Address = z.object({ port: z.number() });
/** What does not answer is given up on after so long; a collection waits 30 s. */
const timeoutMs = 250;

/** Starts one on a free port of 127.0.0.1. */
export async function startFaultySource(): Promise<FaultySource> {
  let now: Fault = 'none';
  const server = createServer((_, response) => {
    if (now === 'timeout') return;
    const status = now === 'api_error' ? 500 : now === 'rate_limit' ? 429 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(now === 'invalid_response' ? '{"no": "list of events"}' : '[]');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${Address.parse(server.address()).port}`;
  // Nothing listens there. Port 9, which is often taken for that, is one that fetch does not ask.
  const refusing = `http://127.0.0.1:${await findFreePort()}`;
  const clock = () => instant(Date.now());
  return {
    async collect(fault) {
      now = fault;
      const connection = { provider: oddsApi, key: 'key-of-the-drill', clock };
      const pages = ask(
        { ...connection, url: fault === 'connection_refused' ? refusing : url },
        odds,
        { sport: 'soccer_epl', markets: ['1x2'], of: { regions: ['uk'] } },
        { timeoutMs: fault === 'timeout' ? timeoutMs : undefined },
      );
      for await (const { kind } of pages) if (kind === 'not-modified') return;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
