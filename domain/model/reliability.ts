import type { ReliabilityBin, ReportedModel } from '../../schemas/records/model-report.js';
import type { OutcomeClass } from '../../schemas/records/probabilities.js';
import { outcomesInClassOrder, type Outcome } from '../../schemas/values.js';
import type { Judged } from './scores.js';

const bins = 10;
const classOf = { away: 0, draw: 1, home: 2 } as const satisfies Record<Outcome, OutcomeClass>;
/** Standard errors on either side that hold 95 %. */
const z = 1.959964;

/** The interval of 95 % of a share that was seen in `n` trials. Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927). */
export function wilsonInterval(share: number, n: number): readonly [low: number, high: number] {
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** How often each outcome came where a model gave it a chance of 0 to .1, .1 to .2 and so on: bins that hold a chance, outcome by outcome. */
export function reliabilityOf(model: ReportedModel, matches: readonly Judged[]): ReliabilityBin[] {
  return outcomesInClassOrder.flatMap((name) => {
    const outcome = classOf[name];
    const held = Array.from({ length: bins }, () => ({ n: 0, said: 0, came: 0 }));
    for (const { chances, outcome: came } of matches) {
      const bin = held[Math.min(bins - 1, Math.floor(chances[outcome] * bins))];
      if (bin === undefined) continue;
      bin.n += 1;
      bin.said += chances[outcome];
      bin.came += came === outcome ? 1 : 0;
    }
    return held.flatMap(({ n, said, came }, place): ReliabilityBin[] => {
      if (n === 0) return [];
      const [low, high] = wilsonInterval(came / n, n);
      const bounds = { from: place / bins, to: (place + 1) / bins };
      return [{ model, outcome: name, ...bounds, n, said: said / n, came: came / n, low, high }];
    });
  });
}
