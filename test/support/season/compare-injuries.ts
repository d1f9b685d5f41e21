import { z } from 'zod';
import { instant } from '../../../schemas/values.js';
import { stateAt } from '../../../simulator/season/match-state.js';
import type { Compared, Comparison } from './compare-with-truth.js';

const Absent = z.object({
  player: z.object({ id: z.number(), type: z.string(), reason: z.string() }),
  fixture: z.object({ id: z.number() }),
});

const minute = 60_000;
/** A provider that went quiet tells what was two hours ago, and by a fast clock an answer is long on its way. */
const longestDelay = 6 * 60 * minute;
const sides = ['home', 'away'] as const;

const absenceName = (player: number, reason: string, isOut: boolean): string =>
  `${player} ${isOut ? 'out' : 'doubtful'}, ${reason}`;

/** Holds the absences that are stored against those that were told of the match by then. */
export async function compareInjuries({ pool, competition }: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{ at: Date; absent: unknown }>(
    `select collected_at as at, raw_data as absent from raw_injuries_data where data_source = 'api_football'`,
  );
  const wrong = rows.flatMap(({ at, absent }) => {
    const { player, fixture } = Absent.parse(absent);
    const life = competition.life(fixture.id);
    if (life === undefined) return [`match ${fixture.id}: there is no such match`];
    const name = absenceName(player.id, player.reason, player.type === 'Missing Fixture');
    for (let ago = 0; ago <= longestDelay; ago += 10 * minute) {
      const told = instant(at.getTime() - ago);
      const state = stateAt(life, told);
      if (state === undefined) continue;
      const absences = sides.flatMap((side) => competition.absences(state, side, told));
      const names = absences.map((one) => absenceName(one.player.id, one.reason, one.certainty === 'out'));
      if (names.includes(name)) return [];
    }
    return [`match ${fixture.id}: nobody told that ${name}`];
  });
  return {
    claim: 'every absence that is stored was told',
    compared: rows.length,
    wrong: rows.length > 0 ? wrong : ['nothing was stored'],
  };
}
