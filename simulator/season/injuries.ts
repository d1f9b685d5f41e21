import type { Instant } from '../../schemas/values.js';
import { instant, seasonStartYear, type Season } from '../../schemas/values.js';
import { randomStream } from '../random.js';
import type { Player, Squad } from './squads.js';

/** A player who is out for a time. */
export interface Injury {
  readonly player: Player;
  readonly reason: string;
  /** When it is told. */
  readonly from: Instant;
  /** When he is expected back. */
  readonly until: Instant;
}

/** A player who misses a match, or may. */
export interface Absence {
  readonly player: Player;
  readonly reason: string;
  readonly certainty: 'out' | 'doubtful';
}

const hour = 3_600_000;
const day = 24 * hour;
/** Whoever is expected back less than this before a match is doubtful. */
const doubt = 2 * day;
/** So long before a match its absences are told. */
export const absencesAhead = 14 * day;

const reasons = [
  'Knee Injury',
  'Ankle Injury',
  'Hamstring',
  'Muscle Injury',
  'Calf Injury',
  'Illness',
  'Suspended',
];

/** The injuries of a club's season, in the order in which they are told: some fourteen, of three to sixty days. */
export function injuriesOf(
  seed: number,
  club: number,
  season: Season,
  { players }: Squad,
): readonly Injury[] {
  const random = randomStream(seed, season, 'injuries', club);
  const start = Date.UTC(seasonStartYear(season), 6, 25);
  return Array.from({ length: 10 + random.below(9) }, () => {
    const from = start + Math.floor(random.uniform() * 310 * 24) * hour;
    const length = 3 + Math.floor(57 * random.uniform() ** 2);
    return {
      player: players[random.below(players.length)],
      reason: reasons[random.below(reasons.length)] ?? 'Illness',
      from: instant(from),
      until: instant(from + length * day),
    };
  })
    .flatMap(({ player, ...told }): readonly Injury[] => (player === undefined ? [] : [{ player, ...told }]))
    .sort((a, b) => a.from - b.from);
}

/** Who misses a match with this kick-off, as it is known at an instant. A player stands there once, with his longest absence. */
export function absencesFrom(injuries: readonly Injury[], kickOff: Instant, at: Instant): readonly Absence[] {
  if (at < kickOff - absencesAhead) return [];
  const byPlayer = new Map<number, Injury>();
  for (const injury of injuries) {
    if (injury.from > Math.min(at, kickOff) || injury.until + doubt <= kickOff) continue;
    const other = byPlayer.get(injury.player.id);
    if (other === undefined || other.until < injury.until) byPlayer.set(injury.player.id, injury);
  }
  return [...byPlayer.values()].map(({ player, reason, until }) => ({
    player,
    reason,
    certainty: until > kickOff ? 'out' : 'doubtful',
  }));
}
