const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML holds it, in content and in quoted attributes. */
export const escapeText = (value: string): string =>
  value.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** A piece of HTML. Only {@link html} and {@link trusted} make one, so a text never stands for it by oversight. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand between pieces of HTML: nothing, a text, which is escaped, or HTML. */
export type HtmlPart = Html | string | number | null | undefined | readonly HtmlPart[];

function partText(part: HtmlPart): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeText(part);
  return typeof part === 'number' ? String(part) : part.map(partText).join('');
}

/** HTML with texts in it: whatever is no HTML is escaped. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html =>
  new Html(
    pieces.map((piece, place) => `${piece}${place < parts.length ? partText(parts[place]) : ''}`).join(''),
  );

/** A text that is HTML already, by code of ours: a drawing. */
export const trusted = (text: string): Html => new Html(text);
