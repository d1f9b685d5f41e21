import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayAs, type ApiRole } from '../../schemas/api/access.js';
import { BadInput } from '../../schemas/errors.js';
import { KeyMissing, NotAllowed } from '../problems.js';
import type { Keyring } from './keyring.js';

/** Who asks. */
export interface Caller {
  /** The key's name, or `local` where none is needed. */
  readonly name: string;
  readonly role: ApiRole;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose right a route needs; `public` needs none. A route that does not say is refused when it is declared. */
    access?: ApiRole | 'public';
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

export interface GuardOptions {
  readonly keyring: Keyring;
  /** Where it listens: nobody but this machine is let in without a key. */
  readonly host: string;
  /** Below it are pages that a package brings, for everybody. */
  readonly publicBelow: string;
}

/** The cookie in which the console keeps the key that a person gave it. */
export const keyCookie = 'touchline_key';

const loopback = /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?)$/;

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean => loopback.test(host);

const nobody: Caller = { name: 'nobody', role: 'reader' };
const local: Caller = { name: 'local', role: 'admin' };

/**
 * Lets a request through that has the right which its route needs. While there is no key, whoever is on this machine has every right: a page of
 * another site in a browser on this machine has none, whatever name it reaches us by. Once there is a key, everybody needs one.
 * @throws BadInput where everybody could reach it and there is no key
 */
export async function guard(
  app: FastifyInstance,
  { keyring, host, publicBelow }: GuardOptions,
): Promise<void> {
  if (!isLoopback(host) && !(await keyring.hasAny())) {
    throw new BadInput('Others could reach the API, and nobody needs a key', {
      setting: `API_HOST=${host}`,
      advice: 'Make a key first: touchline keys create <name> --role admin; or listen at 127.0.0.1.',
    });
  }
  app.decorateRequest('caller');
  app.addHook('onRoute', (route) => {
    const { url } = route;
    if (`${url}/`.startsWith(`${publicBelow}/`)) route.config = { access: 'public', ...route.config };
    if (route.config?.access === undefined)
      throw new Error(`The route ${url} does not say whose right it needs`);
  });
  app.addHook('onRequest', async (request) => {
    const needs = request.routeOptions.config.access;
    refuseOtherSites(request);
    if (request.is404 || needs === 'public') {
      request.caller = nobody;
      return;
    }
    const caller = await callerOf(request);
    if (needs === undefined || !mayAs(caller.role, needs)) {
      throw new NotAllowed(`The key ${caller.name} is one of a ${caller.role}`, {
        advice: `This needs the rights of ${needs ?? 'nobody'}: touchline keys create makes such a key.`,
      });
    }
    request.caller = caller;
  });

  async function callerOf(request: FastifyRequest): Promise<Caller> {
    const shown = keyShown(request);
    if (shown === undefined) {
      if (isLoopback(host) && isFromHere(request) && !(await keyring.hasAny())) return local;
      throw new KeyMissing('No key was shown', {
        advice: 'Send it as Authorization: Bearer <key>, or as X-API-Key.',
      });
    }
    const key = await keyring.find(shown);
    if (key !== undefined) return { name: key.name, role: key.role };
    throw new KeyMissing('The key is not known, or gives no rights any more', {
      advice: 'touchline keys list names the keys that do.',
    });
  }
}

/** What a proxy adds: behind one on this machine, everybody seems to be here. */
const ofProxies = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Whether whoever asks is on this machine, by the name that it asked for. HTTP/1.0 may name none. */
function isFromHere({ headers }: FastifyRequest): boolean {
  if (ofProxies.some((name) => headers[name] !== undefined)) return false;
  return isLoopback((headers.host ?? '').replace(/:\d+$/, ''));
}

const cookieKeys = new RegExp(`(?:^|; *)${keyCookie}=([^;]*)`, 'g');

/** The key that is shown, the text of none where it is written wrongly. Two keys are none: which of them was meant? */
function keyShown({ headers }: FastifyRequest): string | undefined {
  const { authorization, 'x-api-key': plain, cookie } = headers;
  const shown = [
    ...(authorization === undefined ? [] : [/^Bearer (.*)$/.exec(authorization)?.[1] ?? '']),
    ...(plain === undefined ? [] : [String(plain)]),
    ...[...(cookie ?? '').matchAll(cookieKeys)].map(([, key = '']) => key),
  ];
  const [key, another] = shown;
  return another === undefined && (key === undefined || /^[\w-]{1,100}$/.test(key)) ? key : '';
}

const changes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * A browser says which site a request comes from. What changes something comes from ours, or from no site at all. Ours is that of the name we are asked by, whatever the scheme: a proxy may speak
 * https for us.
 */
function refuseOtherSites({ method, headers }: FastifyRequest): void {
  if (!changes.has(method)) return;
  const { origin, host, 'sec-fetch-site': site } = headers;
  const ofOurs = origin === undefined || (host !== undefined && hostOf(origin) === host.toLowerCase());
  if (ofOurs && (site === undefined || site === 'same-origin' || site === 'none')) return;
  throw new NotAllowed('Another site cannot change anything here', {
    advice: 'Ask from the console itself.',
  });
}

const hostOf = (origin: string): string | undefined =>
  /^https?:\/\/([^/@]+)$/.exec(origin.toLowerCase())?.[1];
