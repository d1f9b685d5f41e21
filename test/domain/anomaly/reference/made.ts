import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Points } from '../../../../domain/anomaly/points.js';

const modulus = 2 ** 31 - 1;

/** Park and Miller's generator, as in write.py. */
export function uniform(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48_271) % modulus;
    return state / modulus;
  });
}

export const MadeSample = z.strictObject({
  size: z.int(),
  seed: z.int(),
  power: z.int(),
  shift: z.number(),
  places: z.int(),
});

/** The sample that write.py calls by the same name. */
export const made = ({ size, seed, power, shift, places }: z.infer<typeof MadeSample>): Float64Array =>
  uniform(size, seed).map((u) => Math.floor(((power === 2 ? u * u : u) + shift) * places) / places);

export const MadePoints = z.object({ rows: z.int(), columns: z.int(), seed: z.int(), odd: z.int() });

/** The points that write.py calls by the same name: a dense square, and `odd` rows at the end that are spread out. */
export function madePoints({ rows, columns, seed, odd }: z.infer<typeof MadePoints>): Points {
  const values = uniform(rows * columns, seed).map((u, at) => {
    const step = Math.floor(u * 4096) / 4096;
    return at < (rows - odd) * columns ? step : step * 4 - 1.5;
  });
  return { rows, columns, values };
}

/** Reads what write.py wrote. */
export const reference = <T>(name: string, schema: z.ZodType<T>): T =>
  schema.parse(JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')));

export const Numbers = z.array(z.number());
