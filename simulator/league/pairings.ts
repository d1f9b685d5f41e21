import type { Random } from '../random.js';

/** Two clubs by their place in the league's list. */
export interface Pairing {
  readonly home: number;
  readonly away: number;
}

/**
 * A double round-robin by the circle method: `2 (n − 1)` rounds, each club once a round, each pairing once at either ground.
 * The second half is the first with the grounds exchanged. `clubs` is even.
 */
export function doubleRoundRobin(clubs: number, random: Random): readonly (readonly Pairing[])[] {
  const order = random.shuffled(Array.from({ length: clubs }, (_, club) => club));
  const at = (place: number): number => order[place] ?? 0;
  const circle = clubs - 1;
  const firstHalf = Array.from({ length: circle }, (_, round) => {
    const fixed = { home: at(circle), away: at(round) };
    const pairs = Array.from({ length: clubs / 2 - 1 }, (_unused, index) => ({
      home: at((round + index + 1) % circle),
      away: at((round - index - 1 + circle) % circle),
    }));
    // Grounds alternate, so that no club is at home for half a season.
    return [
      round % 2 === 0 ? fixed : exchanged(fixed),
      ...pairs.map((pair, index) => (index % 2 === 0 ? pair : exchanged(pair))),
    ];
  });
  const half = random.shuffled(firstHalf).map((round) => random.shuffled(round));
  return [...half, ...half.map((round) => round.map(exchanged))];
}

const exchanged = ({ home, away }: Pairing): Pairing => ({ home: away, away: home });
