import { z } from 'zod';
import { leagueCodes } from '../adapters/providers/leagues.js';
import type { DeclaredDivision } from '../adapters/providers/provider.js';
import { declaredName } from '../adapters/providers/selection.js';
import { qualifiedName } from '../schemas/tables/lake-table.js';
import { lakeTables } from '../schemas/tables/lake-tables.js';
import { instantFromIso, parseSeason } from '../schemas/values.js';

const lakeTableNames = lakeTables.map(qualifiedName);

/** `a, b,c` as a list without blanks. */
export const List = z
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

/** Names that `nameOf` knows, read into what it makes of them. */
/** One season as `2122` or `2021-22`, read into the printed form. */
export const SeasonOption = z.string().transform((text, context) => {
  const season = parseSeason(text);
  if (season !== undefined) return season;
  context.addIssue({ code: 'custom', message: `${text} is not a season: write 2122 or 2021-22` });
  return z.NEVER;
});

/** An instant as `2023-11-01T12:00:00Z`. */
export const InstantOption = z.string().transform((text, context) => {
  try {
    return new Date(instantFromIso(text));
  } catch {
    context.addIssue({ code: 'custom', message: `${text} is not an instant: write 2023-11-01T12:00:00Z` });
    return z.NEVER;
  }
});

const divisionList = (known: readonly string[], nameOf: (text: string) => string | undefined) =>
  List.transform((parts, context) =>
    parts.flatMap((part) => {
      const name = nameOf(part);
      if (name !== undefined) return [name];
      context.addIssue({
        code: 'custom',
        message: `${part} is not a division: known are ${known.join(', ')}`,
      });
      return [];
    }),
  );

/** Leagues by our codes. */
export const DivisionList = divisionList(leagueCodes, (text) =>
  leagueCodes.find((code) => code === text.toUpperCase()),
);

/** Divisions of a source, by its names or our codes; read into its names. */
export const divisionListOf = (divisions: readonly DeclaredDivision[]) =>
  divisionList(
    divisions.map(({ externalId }) => externalId),
    (text) => declaredName(divisions, text),
  );

/** A whole number as it is typed. */
export const WholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'Write a whole number, 0 or more')
  .transform(Number);

/** Tables of the lake by layer and name. */
export const LakeTableList = List.transform((parts, context) =>
  parts.map((part) => {
    if (!lakeTableNames.includes(part)) {
      context.addIssue({
        code: 'custom',
        message: `${part} is no table of the lake: there are ${lakeTableNames.join(', ')}`,
      });
    }
    return part;
  }),
);
