import type { ModelMatch } from '../../domain/model/model-match.js';
import { marketFeatures } from '../../domain/model/feature-set.js';
import type { ModelFile } from '../../schemas/records/model.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';

/** A match that never was, as features by name; NaN where unknown. */
export interface SampleRow {
  readonly features: Readonly<Record<string, number>>;
  readonly market: Probabilities;
}

/** Numbers of [0, 1) that are the same wherever they are drawn. Source: mulberry32 (T. Ettinger). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A fixed sample that a model can be asked, over all that its parts read: values around those it learnt from, some of them unknown, and some exactly −1, which
 * is the library's own mark of the unknown.
 */
export function sampleRows({ withoutPrices, withPrices }: ModelFile, rows: number): SampleRow[] {
  const draw = draws(20_261_128);
  const { features, means, deviations } = withoutPrices.logistic;
  const names = [
    ...new Set([...features, ...withoutPrices.booster.features, ...(withPrices?.booster.features ?? [])]),
  ];
  const valueOf = (name: string): number => {
    const kind = draw();
    if (kind < 0.12) return Number.NaN;
    if (kind < 0.18) return -1;
    const known = features.indexOf(name);
    if (known >= 0) return (means[known] ?? 0) + (deviations[known] ?? 1) * 4 * (draw() - 0.5);
    return kind < 0.6 ? Math.floor(draw() * 8) : draw() * 2 - 0.5;
  };
  return Array.from({ length: rows }, () => {
    const parts = [0.05 + draw(), 0.15 + 0.3 * draw(), 0.05 + draw()] as const;
    const total = parts[0] + parts[1] + parts[2];
    const market: Probabilities = [parts[0] / total, parts[1] / total, parts[2] / total];
    const logs = new Map(marketFeatures.map((name, leg) => [name, Math.log(market[leg] ?? Number.NaN)]));
    const values = names.map((name) => [name, Math.fround(logs.get(name) ?? valueOf(name))] as const);
    return { features: Object.fromEntries(values), market };
  });
}

/** The row as whoever predicts sees a match. */
export const asMatch = (
  row: SampleRow,
  { matchId, market }: { readonly matchId: number; readonly market: Probabilities | null },
): ModelMatch => ({
  ...{ matchId, market, kickOff: 0, seasonStart: 2024, division: 'E0', simulated: true, outcome: null },
  benchmarks: {},
  feature: (name) => row.features[name] ?? Number.NaN,
});
