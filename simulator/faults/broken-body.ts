import type { Random } from '../random.js';

/** The beginning of a body: between a tenth and nine tenths of it. Never the whole. */
export const truncatedBody = (body: string, random: Random): string =>
  body.slice(0, Math.max(1, Math.floor(body.length * (0.1 + 0.8 * random.uniform()))));

/** A body that is as long as it was and no JSON any more: a colon after one of its names is lost. */
export function malformedBody(body: string, random: Random): string {
  const colons = [...body.matchAll(/":/g)];
  const at = colons[random.below(colons.length)]?.index;
  return at === undefined ? `${body}}` : `${body.slice(0, at + 1)}=${body.slice(at + 2)}`;
}
