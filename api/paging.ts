import type { z } from 'zod';
import { BadInput } from '../schemas/errors.js';

/** Writes a place in a list as the text that asks for what comes after it. */
export const cursorOf = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Reads such a text. Throws {@link BadInput} where it is none of this list. */
export function placeOf<Place extends z.ZodType>(cursor: string, shape: Place): z.output<Place> {
  try {
    const written: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return shape.parse(written);
  } catch (error) {
    throw new BadInput(
      'The cursor is none of this list',
      { field: 'cursor', advice: 'Give the next_cursor of the page before, as it was told.' },
      error,
    );
  }
}

/** A page of a list of which one more was read than is told. */
export function pageFrom<Item, Line>(
  found: readonly Item[],
  limit: number,
  {
    line,
    place,
  }: { readonly line: (item: Item) => Line; readonly place: (item: Item) => readonly (string | number)[] },
): { items: Line[]; next_cursor: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next_cursor = last === undefined || found.length <= limit ? null : cursorOf(place(last));
  return { items: items.map(line), next_cursor };
}
