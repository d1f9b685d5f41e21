import { InvariantBroken } from '../../schemas/errors.js';
import type { NumericColumns } from '../../schemas/numeric-columns.js';

/** `kind` of a row at which a pass is read; the others say what was learnt. */
export const readingKind = 1;

/** A column of a pass's input. Throws {@link InvariantBroken} where the model's SELECT has none of the name. */
export function inputColumn(input: NumericColumns, name: string, file: string): Float64Array {
  const values = input[name];
  if (values === undefined) {
    throw new InvariantBroken(`The pass has no column ${name}`, {
      file,
      field: name,
      advice: 'Select it there.',
    });
  }
  return values;
}

/** The value in a row; NaN stands for null. */
export const valueAt = (column: Float64Array, row: number): number => column[row] ?? Number.NaN;
