import type { Instant, KickoffPrecision } from '../../schemas/values.js';
import { instant, seasonStartYear } from '../../schemas/values.js';
import type { SimulatedMatch } from '../league/league.js';
import type { MatchReport } from '../league/match-report.js';
import { randomStream } from '../random.js';
import { BusyDays, kickOffEvents } from './kick-offs.js';
import type { MatchEvent } from './match-event.js';
import { playEvents } from './play.js';
import type { Turn } from './turns.js';
import { turnsOf } from './turns.js';

/** Everything that becomes known of one match, from its announcement to its last correction. */
export interface MatchLife {
  /** Of the seed, for what is drawn for the match elsewhere. */
  readonly seed: number;
  /** The year in which the season begins, then the match's place in it: 2026001. */
  readonly id: number;
  /** As it was planned. */
  readonly match: SimulatedMatch;
  /** As it is played, where it is. */
  readonly report: MatchReport;
  readonly turn: Turn;
  /** In the order of their instants. */
  readonly events: readonly MatchEvent[];
}

const minute = 60_000;

/** The lives of a season's matches, in the order of the planned kick-offs. Pure: the same seed tells the same lives. */
export function livesOf(
  seed: number,
  matches: readonly SimulatedMatch[],
  reportOf: (match: SimulatedMatch) => MatchReport,
): readonly MatchLife[] {
  const turns = turnsOf(seed, matches);
  const busy = new BusyDays(matches);
  return matches.map((match, index): MatchLife => {
    const turn = turns[index] ?? 'plain';
    const report = reportOf(match);
    const random = (what: string) =>
      randomStream(seed, match.code, match.season, what, match.home, match.away);
    const kickOffs = kickOffEvents(match, turn, random('kick-off'), busy);
    const announced = announcedKickOffs(kickOffs);
    const lineUps = announced.flatMap(({ kickOff, until }): readonly MatchEvent[] => {
      const at = instant(kickOff - (55 + random(`line-ups of ${kickOff}`).below(11)) * minute);
      return at < until ? [{ at, kind: 'line-ups published' }] : [];
    });
    const last = announced.at(-1);
    const play = last?.until !== Infinity ? [] : playEvents(last.kickOff, report, turn, random('play'));
    return {
      seed,
      id: seasonStartYear(match.season) * 1000 + index + 1,
      match,
      report,
      turn,
      events: [...kickOffs, ...lineUps, ...play].sort((a, b) => a.at - b.at),
    };
  });
}

/** A kick-off as it was announced. */
export interface AnnouncedKickOff {
  readonly kickOff: Instant;
  readonly precision: KickoffPrecision;
  readonly from: Instant;
  /** When it was moved, put off or cancelled; infinity where it stood. */
  readonly until: number;
}

/** The kick-offs that a match has had, in order; none while it is put off. */
export function announcedKickOffs(events: readonly MatchEvent[]): readonly AnnouncedKickOff[] {
  const changes = events.filter(({ kind }) => kickOffKinds.has(kind));
  return changes.flatMap((event, index): readonly AnnouncedKickOff[] => {
    if (event.kind !== 'announced' && event.kind !== 'moved') return [];
    const precision = event.kind === 'announced' ? event.precision : 'minute';
    return [{ kickOff: event.kickOff, precision, from: event.at, until: changes[index + 1]?.at ?? Infinity }];
  });
}

const kickOffKinds = new Set<MatchEvent['kind']>(['announced', 'moved', 'postponed', 'cancelled']);
