import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Below it a text is sent faster than it is packed. */
const packedFrom = 32 * 1_024;
/** No JSON begins with it. */
const mark = 'z';

/** A value as JSON; a long one compressed. */
export function packed(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length < packedFrom ? text : mark + deflateRawSync(text, { level: 1 }).toString('base64');
}

/** The value that was packed; undefined where the text is none. */
export function unpacked(text: string): unknown {
  try {
    return JSON.parse(
      text.startsWith(mark) ? inflateRawSync(Buffer.from(text.slice(1), 'base64')).toString() : text,
    );
  } catch {
    return undefined;
  }
}
