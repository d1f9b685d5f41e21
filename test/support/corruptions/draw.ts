import { seededRandom } from '../../../domain/anomaly/seeded-random.js';

/** Choices that a seed determines. */
export interface Draw {
  /** A whole number from 0 below `count`. */
  below(count: number): number;
  /** One of them. Throws where there is none. */
  of<T>(choices: readonly T[]): T;
  /** True with this chance. */
  withChance(chance: number): boolean;
}

export function drawBy(seed: number): Draw {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  return {
    below,
    of<T>(choices: readonly T[]): T {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new Error('There is nothing to choose from.');
      return choice;
    },
    withChance: (chance) => random() < chance,
  };
}
