import { BadInput, PrerequisiteMissing } from '../../../schemas/errors.js';
import type { Instant } from '../../../schemas/values.js';
import { redactorOf, type Redactor } from '../../redaction/redactor.js';
import { userAgent } from '../http.js';
import type { WireProvider, WireRequest } from './endpoint.js';

/** A provider, and how this process reaches it. */
export interface Connection {
  readonly provider: WireProvider;
  /** Undefined: the provider's own address, where it has one. */
  readonly url: string | undefined;
  /** Undefined where there is none. One of fewer than eight characters is not looked for in texts: it would be found in words. */
  readonly key: string | undefined;
  readonly clock: () => Instant;
}

/** A request that is ready to go. The key is in `address` or `headers`, and nowhere else. */
export interface Prepared {
  readonly address: URL;
  readonly headers: Headers;
  /** The address without the key: for errors and logs. */
  readonly endpoint: string;
}

/**
 * The request as it goes over the wire.
 * @throws PrerequisiteMissing where the provider needs a key, or an address, and there is none.
 * @throws BadInput where the address or the key cannot be part of a request.
 */
export function prepare(connection: Connection, request: WireRequest): Prepared {
  const { provider, key } = connection;
  const { dataSource, keyVariable } = provider;
  const address = addressOf(connection, request);
  const endpoint = redactorFor(connection).text(address.href);
  const headers = new Headers({ 'user-agent': userAgent, accept: 'application/json' });
  if (keyVariable === null) return { address, headers, endpoint };
  if (key === undefined) {
    throw keyMissing(dataSource, keyVariable);
  }
  const carried = provider.carryKey(key);
  for (const [name, value] of Object.entries(carried.parameters)) address.searchParams.set(name, value);
  try {
    for (const [name, value] of Object.entries(carried.headers)) headers.set(name, value);
  } catch {
    // What Headers throws has the key in its message.
    throw new BadInput(`The key in ${keyVariable} has characters that no header can carry`, {
      setting: keyVariable,
      advice: `Set ${keyVariable} to the key alone, on one line.`,
    });
  }
  return { address, headers, endpoint };
}

/** The error for a provider whose key is not set. */
export const keyMissing = (dataSource: string, keyVariable: string): PrerequisiteMissing =>
  new PrerequisiteMissing(`${dataSource} needs a key, and ${keyVariable} is not set`, {
    setting: keyVariable,
    advice: `Set ${keyVariable} to a key of ${dataSource}.`,
  });

/** Takes the key of a connection out of texts and errors, besides what looks like a secret. */
export const redactorFor = ({ key }: Connection): Redactor => redactorOf(key === undefined ? [] : [key]);

function addressOf({ provider, url }: Connection, { path, parameters }: WireRequest): URL {
  const { dataSource, urlVariable } = provider;
  const base = url ?? provider.defaultUrl;
  if (base === null) {
    throw new PrerequisiteMissing(`${dataSource} has no address of its own, and ${urlVariable} is not set`, {
      setting: urlVariable,
      advice: `Set ${urlVariable} to the address of the feed.`,
    });
  }
  const address = URL.canParse(base) ? new URL(base) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol) || address.username !== '') {
    throw new BadInput(`The address of ${dataSource} cannot be asked`, {
      object: redactorOf([]).text(base),
      setting: urlVariable,
      advice: `Set ${urlVariable} to an address of http or https, without a user in it.`,
    });
  }
  address.pathname = address.pathname.replace(/\/+$/, '') + path;
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address;
}
