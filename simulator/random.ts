import { createHash } from 'node:crypto';

/** A stream of random numbers. Two streams of the same seed and labels give the same numbers for ever. */
export interface Random {
  /** Uniform on [0, 1), with 32 bits. */
  readonly uniform: () => number;
  /** Standard normal. */
  readonly normal: () => number;
  /** Poisson with the given mean, below 500. */
  readonly poisson: (mean: number) => number;
  /** The number of successes in `trials` with the given chance each. */
  readonly binomial: (trials: number, chance: number) => number;
  /** A whole number from 0 to `limit` − 1. */
  readonly below: (limit: number) => number;
  /** A copy of the items in a random order (Fisher and Yates). */
  readonly shuffled: <T>(items: readonly T[]) => T[];
}

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** xoshiro128** (Blackman and Vigna, 2018): 128 bits of state, period 2^128 − 1. */
function xoshiro128(state: Uint32Array): () => number {
  return () => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const output = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const c1 = c ^ a;
    const d1 = d ^ b;
    state[1] = b ^ c1;
    state[0] = a ^ d1;
    state[2] = c1 ^ (b << 9);
    state[3] = rotateLeft(d1, 11);
    return output;
  };
}

/**
 * The random stream named by a seed and labels, such as `(42, 'SIM', '2024-25', 'goals', 7)`. Each thing that is drawn has a
 * stream of its own, so what is drawn for one match never moves another.
 */
export function randomStream(seed: number, ...labels: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update([seed, ...labels].join('\u0000'))
    .digest();
  const next = xoshiro128(Uint32Array.from([0, 4, 8, 12], (offset) => digest.readUInt32LE(offset)));

  const uniform = (): number => next() / 2 ** 32;
  const below = (limit: number): number => Math.floor(uniform() * limit);
  return {
    uniform,
    below,
    // Box and Muller; 1 − u keeps the logarithm's argument above zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    poisson: (mean) => {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = uniform(); product > limit; product *= uniform()) count += 1;
      return count;
    },
    binomial: (trials, chance) => {
      let successes = 0;
      for (let trial = 0; trial < trials; trial += 1) if (uniform() < chance) successes += 1;
      return successes;
    },
    shuffled: <T>(items: readonly T[]): T[] => {
      const left = [...items];
      const taken: T[] = [];
      while (left.length > 0) taken.push(...left.splice(below(left.length), 1));
      return taken;
    },
  };
}
