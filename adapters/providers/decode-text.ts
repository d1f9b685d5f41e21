/** What the bytes 80 to 9F are in windows-1252; the five that it leaves open stay what they are in Latin-1. */
const windows1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/**
 * UTF-8 where the bytes are that, else windows-1252. A byte order mark is dropped.
 * The second is spelled out here: Node 20's TextDecoder takes windows-1252 for Latin-1, later ones do not, and a file must not change
 * its words with the version of Node.
 */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly encoding: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return { text, encoding: marked ? 'utf-8-bom' : 'utf-8' };
  } catch {
    const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const text = latin.replace(/[\u0080-\u009f]/g, (one) => windows1252[one.charCodeAt(0) - 0x80] ?? one);
    return { text, encoding: 'windows-1252' };
  }
}
