/** Rows in columns, for a pass over many of them: one number a row in each column, NaN where a value is null. */
export type NumericColumns = Readonly<Record<string, Float64Array>>;
