import { at, drawing, label, line, scaleBetween, type Titled } from './svg.js';

const [width, height, inset] = [640, 120, 34];

/** Scores from 0 to 100, oldest first, as a line; nothing where there are fewer than two. What changes lies near 100: the axis begins at the whole ten below the lowest. */
export function scoreLine(titled: Titled, scores: readonly number[]): string {
  if (scores.length < 2) return '';
  const floor = Math.min(90, Math.floor(Math.min(...scores) / 10) * 10);
  const x = scaleBetween([0, scores.length - 1], [inset, width - 8]);
  const y = scaleBetween([floor, 100], [height - 10, 12]);
  const points = scores.map((score, place) => `${at(x(place))},${at(y(score))}`).join(' ');
  return drawing(titled, { width, height }, [
    ...[floor, 100].flatMap((score) => [
      line([inset, y(score)], [width - 8, y(score)], 'grid'),
      label(inset - 6, y(score) + 4, String(score), 'end'),
    ]),
    `<polyline points="${points}" class="trace"/>`,
  ]);
}
