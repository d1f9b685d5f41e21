import type { Random } from '../random.js';
import type { Absence } from './injuries.js';
import type { Player, Position, Squad } from './squads.js';

/** One side's line-up. */
export interface LineUp {
  /** `4-3-3`. */
  readonly formation: string;
  readonly coach: string;
  /** Eleven, the goalkeeper first, then line by line. */
  readonly starting: readonly Player[];
  readonly bench: readonly Player[];
}

const formations = ['4-4-2', '4-3-3', '3-5-2', '5-3-2'];
const lines: readonly Position[] = ['defender', 'midfielder', 'forward'];
const benchLength = 9;

/** Chooses eleven and a bench among those who are fit. Where a line has not enough, others of the squad stand in. */
export function chooseLineUp(squad: Squad, absences: readonly Absence[], random: Random): LineUp {
  const out = new Set(absences.filter(({ certainty }) => certainty === 'out').map(({ player }) => player.id));
  const formation = formations[random.below(formations.length)] ?? '4-4-2';
  const left = random.shuffled(squad.players.filter(({ id }) => !out.has(id)));
  const take = (position: Position): readonly Player[] => {
    const at = left.findIndex((player) => player.position === position);
    return left.splice(Math.max(at, 0), 1);
  };
  const starting = [
    ...take('goalkeeper'),
    ...formation
      .split('-')
      .flatMap((count, line) =>
        Array.from({ length: Number(count) }, () => take(lines[line] ?? 'midfielder')).flat(),
      ),
  ];
  return { formation, coach: squad.coach, starting, bench: left.slice(0, benchLength) };
}
