import type { Instant, KickoffPrecision } from '../../schemas/values.js';
import type { Goal, MatchEvent, Score } from './match-event.js';
import type { MatchLife } from './match-life.js';

export type MatchPhase =
  | 'not started'
  | 'first half'
  | 'half-time'
  | 'second half'
  | 'full time'
  | 'postponed'
  | 'cancelled'
  | 'abandoned'
  | 'awarded';

/** How a match stands, as it is known at an instant. */
export interface MatchState {
  readonly life: MatchLife;
  readonly phase: MatchPhase;
  /** As announced; of a match that is put off, the last one. */
  readonly kickOff: Instant;
  readonly precision: KickoffPrecision;
  readonly hasLineUps: boolean;
  readonly firstHalfFrom: Instant | null;
  readonly secondHalfFrom: Instant | null;
  /** Null before the kick-off. */
  readonly score: Score | null;
  /** Null before half-time. */
  readonly halfTime: Score | null;
  /** The goals that stand. An award or a correction leaves them as they were. */
  readonly goals: readonly Goal[];
  /** The minute of play, 1 to 90, and the time added on beside it; null where nobody plays. */
  readonly minute: number | null;
  readonly added: number | null;
  /** When the last thing became known of it. */
  readonly changedAt: Instant;
}

interface Remembered {
  readonly eventsPassed: number;
  readonly minutes: number;
  readonly state: MatchState | undefined;
}

const lastStates = new WeakMap<MatchLife, Remembered>();
const minuteLength = 60_000;

/**
 * How a match stands at an instant, from what became known until then and nothing else. Undefined before it is announced. Asked again in the
 * same minute, with nothing new, it is the same object, so that what is made of it can be kept with it.
 */
export function stateAt(life: MatchLife, at: Instant): MatchState | undefined {
  const eventsPassed = passedBy(life.events, at);
  const last = lastStates.get(life);
  const known =
    last?.eventsPassed === eventsPassed ? last.state : fold(life, life.events.slice(0, eventsPassed));
  const clock = known === undefined ? null : clockAt(known, at);
  const minutes = clock === null ? 0 : clock.minute + (clock.added ?? 0) / 100;
  if (last?.eventsPassed === eventsPassed && last.minutes === minutes) return last.state;
  const state = known === undefined ? undefined : { ...known, ...(clock ?? { minute: null, added: null }) };
  lastStates.set(life, { eventsPassed, minutes, state });
  return state;
}

/** How many of the items, in the order of their instants, have passed at an instant. */
export function passedBy(items: readonly { readonly at: Instant }[], at: Instant): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.at ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function clockAt(
  { phase, firstHalfFrom, secondHalfFrom }: MatchState,
  at: Instant,
): { readonly minute: number; readonly added: number | null } | null {
  const half =
    phase === 'first half'
      ? { from: firstHalfFrom, before: 0 }
      : phase === 'second half'
        ? { from: secondHalfFrom, before: 45 }
        : null;
  if (half?.from == null) return null;
  const inHalf = Math.floor((at - half.from) / minuteLength) + 1;
  return { minute: half.before + Math.min(inHalf, 45), added: inHalf > 45 ? inHalf - 45 : null };
}

function fold(life: MatchLife, events: readonly MatchEvent[]): MatchState | undefined {
  const [first, ...rest] = events;
  if (first?.kind !== 'announced') return undefined;
  const announced: MatchState = {
    life,
    phase: 'not started',
    kickOff: first.kickOff,
    precision: first.precision,
    hasLineUps: false,
    firstHalfFrom: null,
    secondHalfFrom: null,
    score: null,
    halfTime: null,
    goals: [],
    minute: null,
    added: null,
    changedAt: first.at,
  };
  return rest.reduce<MatchState>(
    (state, event) => ({ ...after(state, event), changedAt: event.at }),
    announced,
  );
}

function after(state: MatchState, event: MatchEvent): MatchState {
  switch (event.kind) {
    case 'announced':
      return state;
    case 'moved':
      return { ...state, phase: 'not started', kickOff: event.kickOff, precision: 'minute' };
    case 'postponed':
    case 'cancelled':
      return { ...state, phase: event.kind, hasLineUps: false };
    case 'line-ups published':
      return { ...state, hasLineUps: true };
    case 'kicked off':
      return { ...state, phase: 'first half', firstHalfFrom: event.at, score: { home: 0, away: 0 } };
    case 'half-time':
      return { ...state, phase: 'half-time', halfTime: state.score };
    case 'second half':
      return { ...state, phase: 'second half', secondHalfFrom: event.at };
    case 'full time':
      return { ...state, phase: 'full time' };
    case 'abandoned':
      return { ...state, phase: 'abandoned' };
    case 'goal':
      return withGoals(state, [...state.goals, event.goal]);
    case 'goal taken back':
      return withGoals(
        state,
        state.goals.filter(({ number }) => number !== event.number),
      );
    case 'awarded':
      // What was scored before half-time is no part of an awarded result.
      return { ...state, phase: 'awarded', score: event.score, halfTime: null };
    case 'corrected':
      return { ...state, score: event.score };
  }
}

const withGoals = (state: MatchState, goals: readonly Goal[]): MatchState => ({
  ...state,
  goals,
  score: {
    home: goals.filter(({ side }) => side === 'home').length,
    away: goals.filter(({ side }) => side === 'away').length,
  },
});
