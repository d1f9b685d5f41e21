import { z } from 'zod';
import { divisions as knownDivisions } from '../adapters/providers/football_data/divisions.js';
import { parseSeason } from '../schemas/values.js';

const isIn = <T>(values: readonly T[], value: T): boolean => values.includes(value);
const codes = knownDivisions.map(({ code }) => code);

/** `a, b,c` as a list without blanks. */
const List = z
  .string('Write what it should hold, separated by commas')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((parts) => parts.length > 0, 'The list is empty: separate what it should hold by commas');

/** Seasons as `2122` or `2021-22`, read into the printed form. */
export const SeasonList = List.transform((parts, context) =>
  parts.flatMap((part) => {
    const season = parseSeason(part);
    if (season !== undefined) return [season];
    context.addIssue({ code: 'custom', message: `${part} is not a season: write 2122 or 2021-22` });
    return [];
  }),
);

/** Divisions by football-data.co.uk's codes. */
export const DivisionList = List.transform((parts, context) =>
  parts.map((part) => {
    const code = part.toUpperCase();
    if (!isIn(codes, code)) {
      context.addIssue({
        code: 'custom',
        message: `${part} is not a division: known are ${codes.join(', ')}`,
      });
    }
    return code;
  }),
);

/** A whole number as it is typed. */
export const WholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'Write a whole number, 0 or more')
  .transform(Number);
