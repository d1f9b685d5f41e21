import type { Random } from '../random.js';

/** Ways in which a source writes a club's name that still mean the same club. */
const ways: readonly ((name: string) => string)[] = [
  (name) => `${name} FC`,
  (name) => `AFC ${name}`,
  (name) => name.toUpperCase(),
  (name) => `${name} F.C.`,
  (name) => ` ${name.replaceAll(' ', '  ')} `,
];

/** Every other way in which the name is written. */
export const variedNames = (name: string): readonly string[] => ways.map((way) => way(name));

/** The name in another way of writing. */
export const variedName = (name: string, random: Random): string =>
  ways[random.below(ways.length)]?.(name) ?? name;
