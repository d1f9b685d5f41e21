import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A JSON document a line. */
export const ndjson = 'application/x-ndjson';
/** Arrow's IPC format for streams. */
export const arrowStream = 'application/vnd.apache.arrow.stream';

/** How much a header of Accept wants a kind: 0 to 1, by the most particular of its entries. */
function wish(accept: string, kind: string): number {
  const [family = ''] = kind.split('/');
  const entries = accept.split(',').map((entry) => {
    const [name = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const q = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined);
    return { name: name.trim(), q: q === undefined ? 1 : Number(q) };
  });
  for (const name of [kind, `${family}/*`, '*/*']) {
    const entry = entries.find((one) => one.name === name);
    if (entry !== undefined) return entry.q;
  }
  return 0;
}

/** The kind in which a request wants its answer, of JSON and these: JSON where it does not say, or wants them alike. */
export function kindWanted<Kind extends string>(
  { headers }: FastifyRequest,
  others: readonly Kind[],
): Kind | 'application/json' {
  const accept = headers.accept ?? '*/*';
  let best: { readonly kind: Kind | 'application/json'; readonly wish: number } = {
    ...{ kind: 'application/json', wish: wish(accept, 'application/json') },
  };
  for (const kind of others) {
    const wished = wish(accept, kind);
    if (wished > best.wish) best = { kind, wish: wished };
  }
  return best.kind;
}

/**
 * Sends items as lines of JSON, as fast as they are taken. What fails before the first is told as a problem; what fails later breaks the connection off, so
 * that nobody takes half a list for a whole one. Whoever goes away ends the reading.
 */
export async function sendLines<Item>(
  reply: FastifyReply,
  items: AsyncGenerator<Item, void, undefined>,
  line: (item: Item) => object,
): Promise<FastifyReply> {
  const first = await items.next();
  async function* lines(): AsyncGenerator<string, void, undefined> {
    if (first.done === true) return;
    yield `${JSON.stringify(line(first.value))}\n`;
    for await (const item of items) yield `${JSON.stringify(line(item))}\n`;
  }
  const stream = Readable.from(lines());
  // A generator that nobody has begun to read does not end by itself.
  stream.once('close', () => void items.return());
  return sendStream(reply, ndjson, stream);
}

/** Sends a stream as one of the kinds in which a route answers. */
export const sendStream = (reply: FastifyReply, kind: string, stream: Readable): FastifyReply =>
  reply.header('vary', 'Accept').type(kind).send(stream);
