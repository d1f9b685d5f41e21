import { at, drawing, label, line, scaleBetween, type Titled } from './svg.js';

/** A value with its interval; both ends are the value where there is none. */
export interface IntervalRow {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const [width, rowHeight, words, inset] = [720, 22, 260, 16];

/** Values below each other, each with its interval, beside a line at 0. */
export function intervalChart(titled: Titled, rows: readonly IntervalRow[]): string {
  const ends = [0, ...rows.flatMap(({ low, high, value }) => [low, high, value])].filter(Number.isFinite);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least || 1) * 0.05;
  const x = scaleBetween([least - room, most + room], [words, width - inset]);
  const height = rows.length * rowHeight + 34;
  const within = (value: number): number => Math.min(most + room, Math.max(least - room, value));
  return drawing(titled, { width, height }, [
    line([x(0), 4], [x(0), height - 24], 'even'),
    label(x(0), height - 8, '0', 'middle'),
    ...[least, most]
      .filter((end) => Math.abs(x(end) - x(0)) > 40)
      .map((end) => label(x(end), height - 8, end.toPrecision(2), 'middle')),
    ...rows.flatMap((row, place) => {
      const y = place * rowHeight + 16;
      return [
        label(words - 10, y + 4, row.label, 'end'),
        line([x(within(row.low)), y], [x(within(row.high)), y], 'range'),
        `<circle cx="${at(x(row.value))}" cy="${at(y)}" r="4" class="point"/>`,
      ];
    }),
  ]);
}
