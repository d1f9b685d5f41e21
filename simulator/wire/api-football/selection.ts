import type { Instant } from '../../../schemas/values.js';
import { CalendarDate, seasonStartYear } from '../../../schemas/values.js';
import type { MatchState } from '../../season/match-state.js';
import { leagueId } from '../names.js';
import type { Refusal } from './envelope.js';
import { isInPlay, wireStatus } from './fixture-entry.js';

export type Selected = { readonly states: readonly MatchState[] } | { readonly refused: Refusal };

const mostIds = 20;
const numbers = /^\d{1,9}(-\d{1,9})*$/;
const refused = (parameter: string, reason: string): Selected => ({ refused: { [parameter]: reason } });

const dayOf = ({ kickOff }: { readonly kickOff: Instant }): string =>
  new Date(kickOff).toISOString().slice(0, 10);

/** One parameter's part of a question: which matches it leaves, or what is wrong with it. */
interface Filter {
  readonly isAccepted: (text: string) => boolean;
  readonly refusal: string;
  readonly keeps: (text: string, state: MatchState) => boolean;
}

const isDate = (text: string): boolean => CalendarDate.safeParse(text).success;
const notDate = 'The date field must be a date in the format YYYY-MM-DD.';
const anId = {
  isAccepted: (text: string) => /^\d{1,9}$/.test(text),
  refusal: 'The field must contain an integer.',
};
const isThisLeague = (text: string): boolean => text.split('-').includes(String(leagueId));

const filters: Readonly<Record<string, Filter>> = {
  id: { ...anId, keeps: (text, { life }) => life.id === Number(text) },
  fixture: { ...anId, keeps: (text, { life }) => life.id === Number(text) },
  ids: {
    isAccepted: (text) => numbers.test(text) && text.split('-').length <= mostIds,
    refusal: `The Ids field must contain 1 to ${mostIds} ids, separated by -.`,
    keeps: (text, { life }) => text.split('-').includes(String(life.id)),
  },
  live: {
    isAccepted: (text) => text === 'all' || numbers.test(text),
    refusal: 'The Live field must be all, or ids of leagues separated by -.',
    keeps: (text, state) => isInPlay(state) && (text === 'all' || isThisLeague(text)),
  },
  league: { ...anId, keeps: isThisLeague },
  season: {
    isAccepted: (text) => /^\d{4}$/.test(text),
    refusal: 'The Season field must contain 4 characters in the format YYYY.',
    keeps: (text, { life }) => seasonStartYear(life.match.season) === Number(text),
  },
  date: { isAccepted: isDate, refusal: notDate, keeps: (text, state) => dayOf(state) === text },
  from: { isAccepted: isDate, refusal: notDate, keeps: (text, state) => dayOf(state) >= text },
  to: { isAccepted: isDate, refusal: notDate, keeps: (text, state) => dayOf(state) <= text },
  status: {
    isAccepted: (text) => /^[A-Z0-9-]{1,80}$/.test(text),
    refusal: 'The Status field must contain short codes, separated by -.',
    keeps: (text, state) => text.split('-').includes(wireStatus(state).short),
  },
  timezone: {
    isAccepted: (text) => text === 'UTC',
    refusal: 'The simulator tells times in UTC alone.',
    keeps: () => true,
  },
};

/**
 * The matches that a question asks for. Of `accepted`, the question names at least one of `required`; dates and seasons need
 * what they belong to, as API-Football asks it.
 */
export function selectStates(
  query: URLSearchParams,
  accepted: readonly string[],
  required: readonly string[],
  states: () => readonly MatchState[],
): Selected {
  const asked = [...query].filter(([name]) => accepted.includes(name));
  const unknown = [...query.keys()].find((name) => !accepted.includes(name));
  if (unknown !== undefined) return refused(unknown, `The ${unknown} field do not exist.`);
  if (!asked.some(([name]) => required.includes(name))) {
    return refused('required', 'At least one parameter is required.');
  }
  for (const [one, other] of [
    ['league', 'season'],
    ['season', 'league'],
    ['from', 'to'],
    ['to', 'from'],
    ['from', 'season'],
  ] as const) {
    const isBound = query.has(one) && accepted.includes(other) && !query.has('date');
    if (isBound && !query.has(other)) return refused(other, `The ${other} field is required.`);
  }
  for (const [name, text] of asked) {
    const filter = filters[name];
    if (filter?.isAccepted(text) === false) return refused(name, filter.refusal);
  }
  const keeps = (state: MatchState): boolean =>
    asked.every(([name, text]) => filters[name]?.keeps(text, state) ?? true);
  return { states: states().filter(keeps) };
}
