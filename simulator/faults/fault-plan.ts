import type { Instant } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';
import { randomStream } from '../random.js';
import type { MatchLife } from '../season/match-life.js';
import type { Telling } from '../wire/telling.js';
import type { ProviderName } from '../wire/wire.js';
import type { FaultKind, FaultSwitch, TransportFault } from './faults.js';
import { transportFaults, usualRates } from './faults.js';
import { variedName } from './varied-name.js';

/** A request as the faults see it: the how-manieth to its provider, and when. */
export interface FaultyRequest {
  readonly provider: ProviderName;
  /** From 1. */
  readonly number: number;
  readonly now: Instant;
}

/** What goes wrong with one request. */
export interface Misfortune {
  /** Null where the answer arrives as it is. */
  readonly transport: TransportFault | null;
  readonly telling: Telling;
  /** The faults that the telling has shown by now; complete when the answer is written. */
  readonly shown: ReadonlySet<FaultKind>;
}

const minute = 60_000;
const hour = 60 * minute;
const lateSpan = 3 * hour;
const quietSpan = 12 * hour;

/** Says what goes wrong with each request. The same seed, switches and request always have the same misfortune. */
export type FaultPlan = (switches: readonly FaultSwitch[], request: FaultyRequest) => Misfortune;

export function faultPlan(seed: number): FaultPlan {
  const delays = new Map<string, number>();
  /** By how much a match is told late in a span, where it is; remembered, as every request asks it of every match. */
  const delayOf = (provider: ProviderName, life: MatchLife, span: number, rate: number): number => {
    const key = `${provider} ${life.id} ${span} ${rate}`;
    const known = delays.get(key);
    if (known !== undefined) return known;
    if (delays.size > mostDelays) delays.clear();
    const random = randomStream(seed, 'fault', 'late', provider, life.id, span);
    const delay = random.uniform() < rate ? (5 + random.below(36)) * minute : 0;
    delays.set(key, delay);
    return delay;
  };
  return (switches, request) => misfortuneOf({ seed, delayOf }, switches, request);
}

const mostDelays = 20_000;

interface Draws {
  readonly seed: number;
  readonly delayOf: (provider: ProviderName, life: MatchLife, span: number, rate: number) => number;
}

function misfortuneOf(
  { seed, delayOf }: Draws,
  switches: readonly FaultSwitch[],
  request: FaultyRequest,
): Misfortune {
  const active = new Map(
    switches
      .filter((one) => isActive(one, request))
      .map((one) => [one.kind, { ...one, rate: one.rate ?? usualRates[one.kind] }]),
  );
  const drawn = (kind: FaultKind, ...of: readonly (string | number)[]) =>
    randomStream(seed, 'fault', kind, request.provider, ...of);
  const happens = (kind: FaultKind, ...of: readonly (string | number)[]): boolean => {
    const rate = active.get(kind)?.rate ?? 0;
    return rate > 0 && drawn(kind, ...of).uniform() < rate;
  };
  const shown = new Set<FaultKind>();

  const now = quietSince();
  const lateRate = active.get('late')?.rate ?? 0;
  const isOutOfOrder = happens('out-of-order', request.number);
  const nowOf = (life: MatchLife): Instant => {
    let at: number = now;
    if (lateRate > 0) {
      const span = Math.floor(at / lateSpan);
      const delay = delayOf(request.provider, life, span, lateRate);
      if (delay > 0) shown.add('late');
      // It stands still until the delay is reached, rather than go back.
      at = Math.max(at - delay, Math.min(at, span * lateSpan));
    }
    if (isOutOfOrder) {
      // Every fourth match, as it stood before.
      const minutes = drawn('out-of-order', request.number, life.id).below(20);
      if (minutes < 5) at -= (minutes + 1) * minute;
    }
    return instant(at);
  };
  const nameOf = (club: string): string => {
    const day = Math.floor(now / (24 * hour));
    if (!happens('varied-names', club, day)) return club;
    shown.add('varied-names');
    return variedName(club, drawn('varied-names', club, day, 'how'));
  };
  const listed = <T>(records: readonly T[]): readonly T[] => {
    let list = records;
    if (list.length > 0 && happens('duplicates', request.number)) {
      const at = drawn('duplicates', request.number, 'which').below(list.length);
      list = [...list.slice(0, at), ...list.slice(at, at + 1), ...list.slice(at)];
      shown.add('duplicates');
    }
    if (list.length > 1 && isOutOfOrder) {
      list = drawn('out-of-order', request.number, 'list').shuffled(list);
      shown.add('out-of-order');
    }
    return list;
  };

  /** The instant that is told as of: the clock's, or that at which the provider went quiet. */
  function quietSince(): Instant {
    const quiet = active.get('quiet');
    if (quiet === undefined) return request.now;
    if (quiet.rate === 1 && quiet.from !== undefined) {
      shown.add('quiet');
      return quiet.from;
    }
    const span = Math.floor(request.now / quietSpan);
    if (!happens('quiet', span)) return request.now;
    const random = drawn('quiet', span, 'when');
    const from = instant(span * quietSpan + random.below(10 * 60) * minute);
    const until = from + (30 + random.below(91)) * minute;
    if (request.now < from || request.now >= until) return request.now;
    shown.add('quiet');
    return from;
  }

  return {
    transport: transportFaults.find((kind) => happens(kind, request.number)) ?? null,
    telling: { now, nowOf, nameOf, listed },
    shown,
  };
}

const isActive = ({ providers, from, until }: FaultSwitch, { provider, now }: FaultyRequest): boolean =>
  (providers?.includes(provider) ?? true) && now >= (from ?? -Infinity) && now < (until ?? Infinity);
