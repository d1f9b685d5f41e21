import {
  BadInput,
  DependencyAway,
  KeyRefused,
  QuotaExhausted,
  type ErrorSubject,
  type TouchlineError,
} from '../../../schemas/errors.js';
import { instant, type Instant } from '../../../schemas/values.js';
import { retryTime } from '../http.js';
import type { QuotaState, WireProvider } from './endpoint.js';
import { jsonOr } from './read-json.js';
import type { Received } from './send.js';
import { shortText } from './short-text.js';

/** The server gave up waiting, or wants the request again: 499 is what API-Football documents for it. */
const worthAsking: ReadonlySet<number> = new Set([408, 425, 499]);

const day = 86_400_000;
const minute = 60_000;

/** What an answer without content means, by its status and the provider's own words. */
export function refusal(
  provider: WireProvider,
  { status, headers, text }: Received,
  endpoint: string,
  now: Instant,
): TouchlineError {
  const body = jsonOr(text, undefined);
  const own = provider.readRefusal?.(status, body, now);
  if (own !== undefined) return own;
  const { dataSource, urlVariable } = provider;
  const subject = { object: endpoint, httpStatus: status };
  const said = /^\s*$/.test(text) ? '' : `: ${shortText(body ?? text)}`;
  if (status === 401 || status === 403) return keyRefused(provider, `${status}${said}`, subject);
  if (status === 429) {
    return new QuotaExhausted(
      `${dataSource} asks for fewer requests (429)${said}`,
      { ...subject, advice: 'Wait; what was not asked is asked when the quota allows it.' },
      retryTime(headers.get('retry-after'), now) ?? endOfQuota(provider.quotaOf(headers), now),
    );
  }
  if (status >= 500 || status < 300 || worthAsking.has(status)) {
    return new DependencyAway(`${dataSource} answered ${status}${said}`, subject);
  }
  const advice =
    status < 400
      ? `Set ${urlVariable} to the address that the redirect leads to: it is not followed, since the key would go with the request.`
      : `Check the address of ${dataSource}, ${urlVariable}, and what is asked for.`;
  return new BadInput(`${dataSource} answered ${status}${said}`, {
    ...subject,
    setting: urlVariable,
    advice,
  });
}

/** The error for a key that a provider does not take, with its own words; also where it says so with HTTP 200. */
export function keyRefused(
  { dataSource, keyVariable, urlVariable }: WireProvider,
  said: string,
  subject: ErrorSubject = {},
): KeyRefused {
  return keyVariable === null
    ? new KeyRefused(`${dataSource} refuses the request (${said})`, {
        ...subject,
        setting: urlVariable,
        advice: `Check whether ${dataSource} may be asked from here, or set ${urlVariable} to an address that may.`,
      })
    : new KeyRefused(`${dataSource} refuses the key in ${keyVariable} (${said})`, {
        ...subject,
        setting: keyVariable,
        advice: `Set ${keyVariable} to a key of ${dataSource} whose plan may ask this.`,
      });
}

/** Days of a quota are those of UTC. */
function endOfQuota({ remainingToday, remainingThisMinute }: QuotaState, now: Instant): Instant | undefined {
  if (remainingToday !== null && remainingToday <= 0) return nextDay(now);
  return remainingThisMinute !== null && remainingThisMinute <= 0 ? instant(now + minute) : undefined;
}

/** The first instant of the next day of UTC, when a day's quota begins anew. */
export const nextDay = (now: Instant): Instant => instant((Math.floor(now / day) + 1) * day);
