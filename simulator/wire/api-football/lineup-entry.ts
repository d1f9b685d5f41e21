import type { Club } from '../../season/competition.js';
import type { LineUp } from '../../season/line-ups.js';
import type { Player, Position } from '../../season/squads.js';
import { teamId } from '../names.js';
import { wireTeam } from './fixture-entry.js';

const letterOf: Readonly<Record<Position, string>> = {
  goalkeeper: 'G',
  defender: 'D',
  midfielder: 'M',
  forward: 'F',
};

const listed = ({ id, name, shirtNumber, position }: Player, grid: string | null) => ({
  player: { id, name, number: shirtNumber, pos: letterOf[position], grid },
});

/** One side's line-up, as `/fixtures/lineups` tells it. `grid` counts lines from the goal, and places in the line. */
export function lineupEntry(club: Club, name: string, { formation, coach, starting, bench }: LineUp): string {
  const lengths = [1, ...formation.split('-').map(Number)];
  const grids = lengths.flatMap((length, line) =>
    Array.from({ length }, (_, place) => `${line + 1}:${place + 1}`),
  );
  return JSON.stringify({
    team: { ...wireTeam(teamId(club), name), colors: null },
    coach: { id: 800_000 + club.index, name: coach, photo: null },
    formation,
    startXI: starting.map((player, index) => listed(player, grids[index] ?? null)),
    substitutes: bench.map((player) => listed(player, null)),
  });
}
