export { escapeText as text } from '../../schemas/html.js';

/** A row of a table; its cells are HTML. */
export const row = (cells: readonly string[], tag: 'td' | 'th' = 'td', named = ''): string =>
  `<tr${named === '' ? '' : ` class="${named}"`}>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;

/** A table; its cells are HTML. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  tableOf(
    headings,
    rows.map((cells) => row(cells)),
  );

/** A table of rows that are HTML already. A wide one scrolls within itself, by keyboard too. */
export const tableOf = (headings: readonly string[], rows: readonly string[]): string =>
  `<div class="scroll" tabindex="0" role="group" aria-label="Table of ${headings.filter((heading) => heading !== '').join(', ')}"><table><thead>${row(headings, 'th')}</thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;

export const style = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c1c1c; overflow-wrap: anywhere }
.scroll { overflow-x: auto; overflow-wrap: normal }
h2 { margin-top: 2.5rem } h3 { margin-bottom: .2rem } p.small { color: #666; font-size: 13px }
table { border-collapse: collapse; margin: .7rem 0 } th, td { text-align: left; padding: .25rem .7rem; border-bottom: 1px solid #ddd; vertical-align: top }
th { font-weight: 600; font-size: 13px; color: #555 } table.rows td, table.rows th { font-size: 13px; padding: .1rem .6rem }
.unmet { background: #fdf6e3 } .broken { background: #fbe4e0 } .held { color: #a11; font-weight: 600 } .kept { color: #17693a; font-weight: 600 }
summary { cursor: pointer } svg { display: block; margin: .7rem 0; max-width: 100%; height: auto }`;
