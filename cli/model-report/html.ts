import { text } from '../quality/html.js';

/** Figures as a table, with a caption and headings that say which way they go; cells are plain text. A wide one scrolls within itself, by keyboard too. */
export function figures(
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const head = headings.map((heading) => `<th scope="col">${text(heading)}</th>`).join('');
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${text(first)}</th>${rest.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="group" aria-label="${text(caption)}"><table><caption>${text(caption)}</caption><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>`;
}

/** What a drawing shows in figures, folded away. */
export const folded = (summary: string, html: string): string =>
  `<details><summary>${text(summary)}</summary>${html}</details>`;

/** A paragraph of plain text. */
export const paragraph = (words: string, named = ''): string =>
  `<p${named === '' ? '' : ` class="${named}"`}>${text(words)}</p>`;

/** A part of the report under its heading; one that the report lacks says so. */
export const part = (heading: string, isThere: boolean, html: () => string): string =>
  `<section><h2>${text(heading)}</h2>
${
  isThere
    ? html()
    : paragraph(
        'This report has no such part: it was kept by an earlier version, or nothing could be told.',
        'lacks',
      )
}</section>`;

export const style = `:root { color-scheme: light dark; --ink: #1c1c1c; --quiet: #5c5c5c; --rule: #d9d9d9; --paper: #ffffff; --mark: #0b5cad; --range: #7aa7d6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --quiet: #a8a8a8; --rule: #3a3a3a; --paper: #161616; --mark: #7db7ff; --range: #476a94 } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 66rem; padding: 0 1rem; color: var(--ink); background: var(--paper) }
h2 { margin-top: 2.5rem } h3 { margin-bottom: .2rem } .note { color: var(--quiet); font-size: 13px } .lacks { font-style: italic }
.scroll { overflow-x: auto } table { border-collapse: collapse; margin: .7rem 0 } caption { text-align: left; color: var(--quiet); font-size: 13px }
th, td { text-align: right; padding: .2rem .7rem; border-bottom: 1px solid var(--rule); font-variant-numeric: tabular-nums; font-weight: 400 }
thead th { color: var(--quiet); font-size: 13px; font-weight: 600 } th:first-child { text-align: left }
summary { cursor: pointer } .side { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0 } svg { display: block; max-width: 100%; height: auto }
svg .word { fill: var(--ink) } svg .grid { stroke: var(--rule) } svg .even { stroke: var(--quiet); stroke-dasharray: 4 3 }
svg .range { stroke: var(--range); stroke-width: 3 } svg .point { fill: var(--mark) }
code, pre { font-size: 13px } pre { white-space: pre-wrap }`;
