import { z } from 'zod';
import type { FeatureValue, FeatureVector, OnlineService } from '../../schemas/features/online.js';
import { Instant } from '../../schemas/values.js';
import { rememberedReads } from '../cache/remembered-reads.js';

/** JSON, but for -0, which JSON.stringify writes as 0 and JSON.parse would read. */
const valueText = (value: FeatureValue): string => (Object.is(value, -0) ? '-0' : JSON.stringify(value));

/** Values as JSON from which each is read to the bit. */
export const valuesText = (values: readonly FeatureValue[]): string => `[${values.map(valueText).join(',')}]`;

const isFeatureValue = (value: unknown): boolean =>
  value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

const Vector = z.object({
  hash: z.string(),
  matchId: z.number(),
  kickOff: Instant,
  cutoff: Instant,
  asOf: Instant,
  snapshot: z.number(),
  // By hand: a union for each of a hundred values takes longer than all else of reading a vector.
  values: z.custom<FeatureValue[]>((values) => Array.isArray(values) && values.every(isFeatureValue)),
});

/** A vector as it is kept, with the hash of the service that it is of. */
export function vectorText({ hash }: OnlineService, { values, ...vector }: FeatureVector): string {
  return `${JSON.stringify({ hash, ...vector }).slice(0, -1)},"values":${valuesText(values)}}`;
}

/** A text that was read, whichever service it is of; undefined where it holds no vector. */
function readText(text: string): { readonly hash: string; readonly vector: FeatureVector } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = Vector.safeParse(parsed).data;
  if (read === undefined) return undefined;
  const { hash, ...vector } = read;
  return { hash, vector };
}

/** The vector of a service that a text holds; undefined where it holds none, or one of another service. */
export type VectorReader = (service: OnlineService, text: string) => FeatureVector | undefined;

/** Reads vectors, and remembers as many as are asked for again and again. */
export function vectorReader(capacity: number): VectorReader {
  const remembered = rememberedReads(readText, { capacity });
  return (service, text) => {
    const read = remembered(text);
    return read?.hash === service.hash && read.vector.values.length === service.columns.length
      ? read.vector
      : undefined;
  };
}

const Marked = Vector.pick({ hash: true, kickOff: true, asOf: true, snapshot: true });

/** What tells a vector of a service from another of the same match. */
export const markOf = (
  { hash }: Pick<OnlineService, 'hash'>,
  { kickOff, asOf, snapshot }: Pick<FeatureVector, 'kickOff' | 'asOf' | 'snapshot'>,
): string => [hash.slice(0, 16), kickOff, asOf, snapshot].join('/');

/** The mark of the vector that a text holds, without reading its values; undefined where it holds none. */
export function readMark(text: string): string | undefined {
  // The values come last: they are cut off.
  const end = text.indexOf(',"values":');
  if (end < 0) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(`${text.slice(0, end)}}`);
  } catch {
    return undefined;
  }
  const read = Marked.safeParse(parsed).data;
  return read === undefined ? undefined : markOf(read, read);
}
