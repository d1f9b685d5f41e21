import type { Reading } from './reading.js';
import { shown } from './reading.js';
import { tidyName } from './tidy-names.js';

/** What happens in a match and is told by its minute. An own goal is told of the side whose player scored it. */
export const eventKinds = [
  'goal',
  'own goal',
  'penalty',
  'missed penalty',
  'goal taken back',
  'yellow card',
  'second yellow card',
  'red card',
  'substitution',
] as const;
export type EventKind = (typeof eventKinds)[number];

export interface MatchEvent {
  readonly kind: EventKind;
  readonly side: 'home' | 'away';
  /** 1 to 120; what is added on stands beside it: 45 and 2. */
  readonly minute: number;
  readonly addedMinutes: number;
  /** Null where nobody is named. */
  readonly player: string | null;
}

/** Events as a source tells them, before any rule of ours. */
export type ToldEvent = Readonly<Record<'kind' | 'side' | 'minute' | 'addedMinutes' | 'player', unknown>>;

/** An event that cannot be believed, by its place in the list. */
export interface RefusedEvent {
  readonly place: number;
  readonly reason: string;
}

export interface CleanEvents {
  /** In the order of play; of several at one minute the order of the source stays. */
  readonly events: readonly MatchEvent[];
  readonly refused: readonly RefusedEvent[];
  /** The goals that they make. */
  readonly goals: { readonly home: number; readonly away: number };
}

const latestMinute = 120;
const mostAdded = 30;
const longestPlayer = 100;

/**
 * CLN-3: the events of one match, validated. What is told twice, word for word, is one event. An event that cannot be read, or a goal taken
 * back that was never given, is refused with its reason; the others stand. Whether the goals agree with the score is the caller's to
 * ask: a feed may tell a score without its goals. Total on every input, and idempotent.
 */
export function cleanEvents(told: readonly ToldEvent[]): CleanEvents {
  const refused: RefusedEvent[] = [];
  const read: { readonly place: number; readonly event: MatchEvent }[] = [];
  const seen = new Set<string>();
  told.forEach((raw, place) => {
    const reading = readEvent(raw);
    if ('reason' in reading) {
      refused.push({ place, reason: reading.reason });
      return;
    }
    const { kind, side, minute, addedMinutes, player } = reading.value;
    const name = JSON.stringify([kind, side, minute, addedMinutes, player]);
    if (seen.has(name)) return;
    seen.add(name);
    read.push({ place, event: reading.value });
  });
  const inOrder = read.toSorted(
    (a, b) =>
      a.event.minute - b.event.minute || a.event.addedMinutes - b.event.addedMinutes || a.place - b.place,
  );
  const goals = { home: 0, away: 0 };
  const events: MatchEvent[] = [];
  for (const { place, event } of inOrder) {
    const scoredBy = scorer(event);
    if (event.kind === 'goal taken back' && goals[event.side] === 0) {
      refused.push({ place, reason: `The ${event.side} side has no goal that could be taken back` });
      continue;
    }
    if (scoredBy !== undefined) goals[scoredBy] += 1;
    if (event.kind === 'goal taken back') goals[event.side] -= 1;
    events.push(event);
  }
  return { events, refused: refused.sort((a, b) => a.place - b.place), goals };
}

/** The side that an event gives a goal; undefined where it gives none. */
function scorer({ kind, side }: MatchEvent): 'home' | 'away' | undefined {
  if (kind === 'goal' || kind === 'penalty') return side;
  if (kind !== 'own goal') return undefined;
  return side === 'home' ? 'away' : 'home';
}

function readEvent({ kind, side, minute, addedMinutes, player }: ToldEvent): Reading<MatchEvent> {
  const known = eventKinds.find((each) => each === kind);
  if (known === undefined) return { reason: `${shown(kind)} is no event of a match` };
  if (side !== 'home' && side !== 'away') return { reason: `${shown(side)} is no side of a match` };
  const at = wholeWithin(minute, 1, latestMinute);
  if (at === undefined) return { reason: `${shown(minute)} is no minute of a match` };
  const added = wholeWithin(addedMinutes ?? 0, 0, mostAdded);
  if (added === undefined) return { reason: `${shown(addedMinutes)} is no time that is added on` };
  const name = typeof player === 'string' ? tidyName(player) : '';
  if (name.length > longestPlayer) return { reason: `${shown(name)} is too long for a name` };
  return {
    value: { kind: known, side, minute: at, addedMinutes: added, player: /\p{L}/u.test(name) ? name : null },
  };
}

const wholeWithin = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value + 0
    : undefined;
