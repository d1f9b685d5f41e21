import type { Random } from '../random.js';

/** Ways in which a source writes a club's name that still mean the same club. */
const ways: readonly ((name: string) => string)[] = [
  (name) => `${name} FC`,
  (name) => `AFC ${name}`,
  (name) => name.toUpperCase(),
  (name) => `${name} F.C.`,
  (name) => ` ${name.replaceAll(' ', '  ')} `,
];

/** The name in another way of writing. */
export const variedName = (name: string, random: Random): string =>
  ways[random.below(ways.length)]?.(name) ?? name;
