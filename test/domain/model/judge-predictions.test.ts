import { describe, expect, it } from 'vitest';
import { closingLineValue } from '../../../domain/model/closing-line.js';
import { judgePredictions, suspectedLeaks, type Verified } from '../../../domain/model/judge-predictions.js';
import { shin } from '../../../domain/odds/devig.js';
import type { PriceTriple } from '../../../schemas/records/probabilities.js';
import { instant, outcomesInClassOrder, type Outcome } from '../../../schemas/values.js';
import { randomStream } from '../../../simulator/random.js';

const day = 86_400_000;
const now = instant(Date.UTC(2026, 0, 31));

const verified = (about: Partial<Verified> = {}): Verified => ({
  ...{ model: 'm', version: '1', league: 'E0', isSimulated: false, kickOff: instant(now - day / 2) },
  ...{ chances: [0.2, 0.3, 0.5], predicted: 'home', result: 'home', prices: null, closing: null },
  ...about,
});

describe('closing-line value', () => {
  it('is nothing where the price did not move, whatever the margin, and ln of the chances where it did', () => {
    const fair: PriceTriple = [5, 10 / 3, 2];
    const priced = fair.map((price) => price * 0.95);
    expect(closingLineValue(2, fair, fair)).toBe(0);
    expect(closingLineValue(2, fair, [4, 4, 2])).toBeCloseTo(0, 12);
    expect(closingLineValue(2, fair, [10, 10 / 3, 5 / 3])).toBeCloseTo(Math.log(0.6 / 0.5), 12);
    const [away = 0, draw = 0, home = 0] = priced;
    expect(closingLineValue(2, [away, draw, home], [away, draw, home])).toBe(0);
  });

  it('of a pick against which the market moved is negative', () => {
    expect(closingLineValue(2, [4, 3.4, 1.9], [3.2, 3.4, 2.2])).toBeLessThan(0);
    expect(closingLineValue(0, [4, 3.4, 1.9], [3.2, 3.4, 2.2])).toBeGreaterThan(0);
  });
});

describe('verified predictions are judged', () => {
  it('by version, window and league, each over the matches that began in it', () => {
    const rows = judgePredictions(
      [
        verified(),
        verified({ kickOff: instant(now - 3 * day), league: 'D1', result: 'away' }),
        verified({ kickOff: instant(now - 20 * day), result: 'draw' }),
        verified({ kickOff: instant(now - 40 * day) }),
        verified({ version: '2', result: 'away' }),
      ],
      now,
    );
    expect(rows.map(({ version, window, league, matches }) => [version, window, league, matches])).toEqual([
      ['1', '1d', null, 1],
      ['1', '1d', 'E0', 1],
      ['1', '7d', null, 2],
      ['1', '7d', 'D1', 1],
      ['1', '7d', 'E0', 1],
      ['1', '30d', null, 3],
      ['1', '30d', 'D1', 1],
      ['1', '30d', 'E0', 2],
      ...['1d', '7d', '30d'].flatMap((window) => [
        ['2', window, null, 1],
        ['2', window, 'E0', 1],
      ]),
    ]);
    const month = rows.find(({ window, league }) => window === '30d' && league === null);
    expect(month?.accuracy).toBeCloseTo(1 / 3, 12);
    expect(month?.logLoss).toBeCloseTo(-Math.log(0.5 * 0.2 * 0.3) / 3, 12);
    expect([month?.closing, month?.closingLineValue]).toEqual([null, null]);
  });

  it('beside the close on those that carry it, and by how it moved on those whose prices are known too', () => {
    const closing: PriceTriple = [4.2, 3.5, 1.85];
    const prices: PriceTriple = [4, 3.4, 1.9];
    const [row] = judgePredictions([verified({ closing, prices }), verified({ closing }), verified()], now);
    expect(row?.closing).toMatchObject({ matches: 2, logLoss: -Math.log(shin(closing)[2]), deltaSe: 0 });
    expect(row?.closing?.delta).toBeCloseTo(Math.log(shin(closing)[2]) - Math.log(0.5), 12);
    expect(row?.closingLineValue).toEqual({ matches: 1, mean: closingLineValue(2, prices, closing) });
  });
});

describe('a version that is better than the close by more than can be', () => {
  const random = randomStream(3);
  const played = (known: number, count: number, isSimulated = false): Verified[] =>
    Array.from({ length: count }, () => {
      const chances = [0.27, 0.26, 0.47] as const;
      const drawn = random.uniform();
      const outcome = drawn < chances[0] ? 0 : drawn < chances[0] + chances[1] ? 1 : 2;
      const result: Outcome = outcomesInClassOrder[outcome] ?? 'home';
      const said = chances.map((chance, c) => (1 - known) * chance + (c === outcome ? known : 0));
      const [away = 0, draw = 0, home = 0] = said;
      return verified({
        ...{ chances: [away, draw, home], result, isSimulated },
        closing: [1 / chances[0], 1 / chances[1], 1 / chances[2]],
      });
    });

  it('is suspected, real matches and simulated ones apart', () => {
    expect(suspectedLeaks([...played(0.05, 1_500), ...played(0, 1_500, true)])).toMatchObject([
      { model: 'm', version: '1', played: 'real', difference: { n: 1_500 } },
    ]);
    expect(suspectedLeaks(played(0.05, 1_500, true))).toMatchObject([{ played: 'simulated' }]);
  });

  it('is not by a market of its own, by few matches, or without a closing price', () => {
    expect(suspectedLeaks(played(0, 1_500))).toEqual([]);
    expect(suspectedLeaks(played(0.3, 999))).toEqual([]);
    expect(suspectedLeaks(played(0.3, 1_500).map((one) => ({ ...one, closing: null })))).toEqual([]);
  });
});
