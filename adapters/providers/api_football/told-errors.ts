import {
  BadInput,
  KeyRefused,
  DependencyAway,
  QuotaExhausted,
  type TouchlineError,
} from '../../../schemas/errors.js';
import type { Instant } from '../../../schemas/values.js';
import type { WireRequest } from '../wire/endpoint.js';
import { shortText } from '../wire/short-text.js';

interface ToldError {
  /** `token`, `rateLimit`, the parameter that is wrong; blank where the provider gives none. */
  readonly name: string;
  readonly message: string;
}

/** What is wrong, in the order in which it counts where an answer tells several. */
const causes = ['key', 'day', 'minute', 'parameter', 'provider'] as const;
type Cause = (typeof causes)[number];

/** By the name of the error, in small letters. `bug` comes with `time` and `report`, of which none is in our hands. */
const causeOfName: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ...['token', 'key', 'access', 'plan', 'ip'].map((name) => [name, 'key'] as const),
  ['requests', 'day'],
  ['ratelimit', 'minute'],
  // The parameters of the questions that we ask, and `required` where one is missing.
  ...['required', 'page', 'timezone', 'league', 'season', 'date', 'fixture', 'team', 'player'].map(
    (name) => [name, 'parameter'] as const,
  ),
  ...['id', 'ids', 'live', 'from', 'to', 'last', 'next', 'round', 'status', 'venue', 'bookmaker', 'bet'].map(
    (name) => [name, 'parameter'] as const,
  ),
]);

/** Where the error has no name, by its words. */
const causeOfWords: readonly (readonly [RegExp, Cause])[] = [
  [/application key|api[ -]?key|\btoken\b|suspended|subscri(bed|ption) to/i, 'key'],
  [/per minute|too many requests/i, 'minute'],
  [/request limit|limit for the day/i, 'day'],
];

const dayMs = 86_400_000;
const minuteMs = 60_000;
const nextMultiple = (of: number, now: Instant): number => (Math.floor(now / of) + 1) * of;

/**
 * The error that an answer with HTTP 200 tells in `errors`, which is a list, an object or null; undefined where it tells none.
 *
 * - a key that is not accepted, or may not ask this (another plan, a suspended account): KeyRefused
 * - the requests of the day: QuotaExhausted until the next midnight UTC; of the minute: until the next minute
 * - a parameter: BadInput, which names it
 * - a mistake of the provider, and whatever it does not document: DependencyAway
 */
export function toldError(errors: unknown, request: WireRequest, now: Instant): TouchlineError | undefined {
  const told = listed(errors).map((error) => ({ ...error, cause: causeOf(error, request) }));
  const cause = causes.find((known) => told.some((error) => error.cause === known));
  if (cause === undefined) return undefined;
  const { name } = told.find((error) => error.cause === cause) ?? { name: '' };
  return errorOf(cause, name, wordsOf(told), request, now);
}

function errorOf(
  cause: Cause,
  name: string,
  words: string,
  request: WireRequest,
  now: Instant,
): TouchlineError {
  const subject = { object: questionText(request), httpStatus: 200 };
  switch (cause) {
    case 'key':
      return new KeyRefused(`api_football refuses the key in API_FOOTBALL_KEY: ${words}`, {
        ...subject,
        setting: 'API_FOOTBALL_KEY',
        advice: 'Look up the key and what its plan covers at https://dashboard.api-football.com.',
      });
    case 'day':
      return new QuotaExhausted(
        `api_football has no requests left today: ${words}`,
        { ...subject, advice: 'Wait until midnight UTC, or raise the plan.' },
        nextMultiple(dayMs, now),
      );
    case 'minute':
      return new QuotaExhausted(
        `api_football has no requests left this minute: ${words}`,
        { ...subject, advice: 'Wait for the next minute.' },
        nextMultiple(minuteMs, now),
      );
    case 'parameter':
      return new BadInput(`api_football refuses the question: ${words}`, {
        ...subject,
        field: name,
        advice: `Correct ${name === 'required' ? 'the question' : `the parameter ${name}`}.`,
      });
    case 'provider':
      return new DependencyAway(`api_football tells of an error of its own: ${words}`, {
        ...subject,
        advice: 'Ask again later.',
      });
  }
}

function causeOf({ name, message }: ToldError, request: WireRequest): Cause {
  const byName = causeOfName.get(name.toLowerCase());
  if (byName !== undefined) return byName;
  if (Object.hasOwn(request.parameters, name)) return 'parameter';
  const byWords = name === '' ? causeOfWords.find(([words]) => words.test(message)) : undefined;
  return byWords?.[1] ?? 'provider';
}

function listed(errors: unknown): readonly ToldError[] {
  if (errors === undefined || errors === null || errors === '') return [];
  if (Array.isArray(errors)) return errors.flatMap(listed);
  if (typeof errors !== 'object') return [{ name: '', message: worded(errors) }];
  return Object.entries(errors).map(([name, message]) => ({ name, message: worded(message) }));
}

const worded = (message: unknown): string =>
  typeof message === 'string' ? message.slice(0, 200) : shortText(message);

/** `token: Error/Missing application key.`; of a long list its beginning. */
/** The name stands behind its message: `token: Missing key` would be taken for a secret, and hidden. */
const wordsOf = (told: readonly ToldError[]): string =>
  told
    .slice(0, 5)
    .map(({ name, message }) => (name === '' ? message : `${message} (${name.slice(0, 50)})`))
    .join('; ');

const questionText = ({ path, parameters }: WireRequest): string => {
  const query = new URLSearchParams(parameters).toString();
  return query === '' ? path : `${path}?${query}`;
};
