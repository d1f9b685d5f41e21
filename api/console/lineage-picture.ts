import { tagsOf } from '../../adapters/lineage/datasets.js';
import type { Making } from '../../adapters/lineage/upstream.js';
import { at, label } from '../../domain/charts/svg.js';
import { escapeText, html, trusted, type Html } from '../../schemas/html.js';
import { datasetKey, type Dataset } from '../../schemas/lineage.js';

const columns = ['provider', 'bronze', 'silver', 'lake silver', 'lake gold', 'gold', 'served'] as const;
type ColumnName = (typeof columns)[number];

const [columnWidth, boxWidth, rowHeight, boxHeight, top] = [178, 152, 30, 22, 30];

function columnOf(dataset: Dataset): ColumnName {
  const tags = tagsOf(dataset);
  const isOfLake = tags.includes('lake');
  if (tags.includes('provider')) return 'provider';
  if (tags.includes('bronze')) return 'bronze';
  if (tags.includes('silver')) return isOfLake ? 'lake silver' : 'silver';
  if (tags.includes('gold')) return isOfLake ? 'lake gold' : 'gold';
  return 'served';
}

/** What a dataset is called in the picture. */
export const shortName = ({ namespace, name }: Dataset): string =>
  namespace.startsWith('football_db.') ? name.replace(/^lake\./, '') : `${namespace}.${name}`;

/** The datasets of these makings, each once. */
export function datasetsOf(
  makings: readonly Pick<Making, 'inputs' | 'outputs'>[],
): ReadonlyMap<string, Dataset> {
  const all = makings.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  return new Map(all.map((dataset) => [datasetKey(dataset), dataset]));
}

/** Which dataset is made of which, drawn from the left to the right; what lies downstream of the chosen one stands out. Each box is a link that chooses it. */
export function lineagePicture(
  makings: readonly Pick<Making, 'inputs' | 'outputs'>[],
  { chosen, touched }: { readonly chosen: string | undefined; readonly touched: ReadonlySet<string> },
): Html {
  const datasets = datasetsOf(makings);
  const used = columns.filter((column) =>
    [...datasets.values()].some((dataset) => columnOf(dataset) === column),
  );
  const places = new Map<string, readonly [x: number, y: number]>();
  for (const [place, column] of used.entries()) {
    const own = [...datasets]
      .filter(([, dataset]) => columnOf(dataset) === column)
      .sort(([a], [b]) => a.localeCompare(b));
    for (const [row, [key]] of own.entries())
      places.set(key, [place * columnWidth + 4, top + row * rowHeight]);
  }
  const pairs = new Map<string, readonly [from: string, to: string]>();
  for (const { inputs, outputs } of makings)
    for (const input of inputs)
      for (const output of outputs) {
        const [from, to] = [datasetKey(input), datasetKey(output)];
        if (from !== to) pairs.set(`${from} ${to}`, [from, to]);
      }
  const isTouched = (key: string): boolean => key === chosen || touched.has(key);
  const lines = [...pairs.values()].map(([from, to]) => {
    const [[x1, y1], [x2, y2]] = [places.get(from) ?? [0, 0], places.get(to) ?? [0, 0]];
    const [a, b, c, d] = [x1 + boxWidth, y1 + boxHeight / 2, x2, y2 + boxHeight / 2];
    const middle = (a + c) / 2;
    const on = chosen !== undefined && isTouched(from) && touched.has(to);
    return `<path d="M${at(a)} ${at(b)} C${at(middle)} ${at(b)} ${at(middle)} ${at(d)} ${at(c)} ${at(d)}" class="edge${on ? ' on' : ''}"/>`;
  });
  const boxes = [...places].map(([key, [x, y]]) => {
    const dataset = datasets.get(key);
    const name = dataset === undefined ? key : shortName(dataset);
    const mood = key === chosen ? ' chosen' : touched.has(key) ? ' touched' : '';
    return `<a href="/console/data?of=${encodeURIComponent(key)}#lineage" aria-label="${escapeText(`${key}: what lies downstream`)}"><rect x="${at(x)}" y="${at(y)}" width="${boxWidth}" height="${boxHeight}" rx="3" class="box${mood}"/>${label(x + 8, y + 15, name.length > 21 ? `${name.slice(0, 20)}…` : name)}<title>${escapeText(key)}</title></a>`;
  });
  const height = Math.max(...[...places.values()].map(([, y]) => y + rowHeight), top);
  const width = used.length * columnWidth;
  const names = used.map((column, place) => label(place * columnWidth + 4, 16, column));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Picture of lineage">
    <svg
      class="lineage"
      viewBox="0 0 ${width} ${height}"
      width="${width}"
      height="${height}"
      font-size="12"
      role="group"
      aria-label="Which dataset is made of which"
    >
      ${trusted([...lines, ...names, ...boxes].join('\n'))}
    </svg>
  </div>`;
}
