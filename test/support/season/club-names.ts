import type { Competition } from '../../../simulator/season/competition.js';
import { variedNames } from '../../../simulator/faults/varied-name.js';

/** Which club a name means, in whatever way it is written; undefined where it means none. */
export type ClubNamed = (name: string) => string | undefined;

const withoutBlanks = (name: string): string => name.trim().replaceAll(/\s+/g, ' ');

/** As the simulator knows it, which nothing that is stored decides. */
export function clubNames({ clubs }: Competition): ClubNamed {
  const named = new Map(
    clubs.flatMap(({ name }) =>
      [name, ...variedNames(name)].map((written) => [withoutBlanks(written), name] as const),
    ),
  );
  return (name) => named.get(withoutBlanks(name));
}
