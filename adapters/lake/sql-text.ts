/** A name as SQL wants it, in double quotes. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as SQL wants it, in single quotes. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
