import { createHash } from 'node:crypto';
import type { ServedFile } from './files.js';

/** A file with what HTTP says beside it. */
export interface Representation {
  readonly text: string;
  readonly etag: string;
  readonly lastModified: string;
}

export const represent = ({ text, modifiedAt }: ServedFile): Representation => ({
  text,
  etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`,
  lastModified: new Date(modifiedAt).toUTCString(),
});

/** Whether the asker has it: an entity tag decides, a date is asked only where no tag was sent (RFC 9110, section 13.2.2). */
export function isUnchanged(
  header: (name: 'if-none-match' | 'if-modified-since') => string | undefined,
  { etag, lastModified }: Representation,
): boolean {
  const tags = header('if-none-match');
  if (tags !== undefined)
    return tags.split(',').some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, '')));
  const since = Date.parse(header('if-modified-since') ?? '');
  return Date.parse(lastModified) <= since;
}
