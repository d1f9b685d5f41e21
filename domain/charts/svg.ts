import { escapeText as text } from '../../schemas/html.js';

/** What a drawing is called, and what it shows, for who cannot see it. */
export interface Titled {
  readonly title: string;
  readonly about: string;
}

const css = 'system-ui, sans-serif';

/** A drawing that stands in the page; `body` is SVG. Its colours are those of the page, so that it is read in light and dark. */
export function drawing(
  { title, about }: Titled,
  { width, height }: { readonly width: number; readonly height: number },
  body: readonly string[],
): string {
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${css}" font-size="12" aria-label="${text(`${title}. ${about}`)}">
<title>${text(title)}</title><desc>${text(about)}</desc>
${body.join('\n')}
</svg>`;
}

/** Where a value of [from, to] lies between two places. */
export const scaleBetween =
  ([from, to]: readonly [number, number], [start, end]: readonly [number, number]) =>
  (value: number): number =>
    start + ((value - from) / (to - from)) * (end - start);

/** A number as a coordinate. */
export const at = (value: number): string => value.toFixed(1);

/** A word in a drawing. */
export const label = (
  x: number,
  y: number,
  word: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): string => `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" class="word">${text(word)}</text>`;

/** A straight line of a class that the page's style knows. */
export const line = (
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  named: string,
): string => `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${named}"/>`;
