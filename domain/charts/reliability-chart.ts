import type { ReliabilityBin } from '../../schemas/records/model-report.js';
import { at, drawing, label, line, scaleBetween, type Titled } from './svg.js';

const [width, height, inset] = [300, 300, 40];

/** The chance given against the share that came, a point a bin, with its interval of 95 % and an area by how many matches it holds; on the dashed line both are equal. */
export function reliabilityChart(titled: Titled, bins: readonly ReliabilityBin[]): string {
  const x = scaleBetween([0, 1], [inset, width - 10]);
  const y = scaleBetween([0, 1], [height - inset, 10]);
  const most = Math.max(1, ...bins.map(({ n }) => n));
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
    line([x(value), y(0)], [x(value), y(1)], 'grid'),
    line([x(0), y(value)], [x(1), y(value)], 'grid'),
    label(x(value), height - inset + 16, String(value), 'middle'),
    label(inset - 6, y(value) + 4, String(value), 'end'),
  ]);
  const points = bins.flatMap(({ said, came, low, high, n }) => [
    line([x(said), y(low)], [x(said), y(high)], 'range'),
    `<circle cx="${at(x(said))}" cy="${at(y(came))}" r="${at(2 + 6 * Math.sqrt(n / most))}" class="point"><title>said ${said.toFixed(3)}, came ${came.toFixed(3)} of ${n}</title></circle>`,
  ]);
  return drawing(titled, { width, height }, [
    ...ticks,
    line([x(0), y(0)], [x(1), y(1)], 'even'),
    ...points,
    label((x(0) + x(1)) / 2, height - 6, 'chance given', 'middle'),
    label(inset + 6, 22, 'share that came'),
  ]);
}
