/** A score from 0 to 100 at some place of a row of checks. */
const width = 640;
const height = 90;
const inset = 6;

/** The scores of checks, oldest first, as a line that stands in the page; nothing where there are fewer than two. */
export function historyLine(scores: readonly number[]): string {
  if (scores.length < 2) return '';
  // What changes lies near 100: the axis begins at the whole ten below the lowest.
  const floor = Math.min(90, Math.floor(Math.min(...scores) / 10) * 10);
  const x = (place: number): number => inset + (place * (width - 2 * inset)) / (scores.length - 1);
  const y = (score: number): number => inset + ((100 - score) * (height - 2 * inset)) / (100 - floor);
  const points = scores.map((score, place) => `${x(place).toFixed(1)},${y(score).toFixed(1)}`).join(' ');
  return `<svg width="${width}" height="${height}" role="img" aria-label="overall score from ${floor} to 100">
<rect width="${width}" height="${height}" fill="#f6f6f6"/><text x="${inset}" y="${height - inset}" font-size="11" fill="#888">${floor}</text>
<polyline points="${points}" fill="none" stroke="#17693a" stroke-width="2"/></svg>`;
}
