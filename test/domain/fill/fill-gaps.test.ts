import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fillFeature,
  fillPlayerStatistic,
  fillPrice,
  fillTeamStatistic,
  fillWeather,
} from '../../../domain/fill/fill-gaps.js';
import { interpolate } from '../../../domain/fill/interpolate.js';
import { gap, medianOf, observed } from '../../../domain/fill/observation.js';
import { fillStrategies, nameOrUnknown } from '../../../domain/fill/strategies.js';
import { dropIncomplete } from '../../../domain/fill/drop-incomplete.js';
import { Filled } from '../../../schemas/records/filled.js';
import { instant, instantFromIso } from '../../../schemas/values.js';
import { anything, oddNumber, oddText } from '../clean/anything.js';

const cutoff = instantFromIso('2021-08-14T13:00:00Z');
const before = (days: number) => instant(cutoff - days * 86_400_000);
const seen = (value: number | null, days = 1) => ({ value, knownAt: before(days) });
const nothing = observed(null);

describe('the strategy of a class of data', () => {
  it('is declared once', () => {
    expect(fillStrategies).toEqual({
      team_stats: 'historical_average',
      player_stats: 'position_median',
      weather: 'seasonal_normal',
      odds: 'market_consensus',
    });
  });

  it("fills a team's count with its own average, of what was known at the cutoff", () => {
    expect(fillTeamStatistic(nothing, [seen(4), seen(8), seen(null), seen(100, -1)], cutoff)).toEqual({
      value: 6,
      imputed: 'historical_average',
    });
  });

  it("fills a player's count with the median of his position", () => {
    const players = [
      { ...seen(1), position: 'defender' },
      { ...seen(2), position: 'defender' },
      { ...seen(30), position: 'defender' },
      { ...seen(9), position: 'forward' },
    ];
    expect(fillPlayerStatistic(nothing, 'defender', players, cutoff)).toEqual({
      value: 2,
      imputed: 'position_median',
    });
    expect(fillPlayerStatistic(nothing, 'goalkeeper', players, cutoff)).toMatchObject({
      value: null,
      imputed: null,
    });
  });

  it('fills weather with what is normal at that time of the year, of years before', () => {
    const weather = (value: number, at: string) => ({
      value,
      at: instantFromIso(at),
      knownAt: instantFromIso(at),
    });
    const days = [
      weather(20, '2020-08-10T12:00:00Z'),
      weather(24, '2019-08-20T12:00:00Z'),
      weather(2, '2020-01-14T12:00:00Z'),
      weather(99, '2021-08-15T12:00:00Z'),
    ];
    const fill = fillWeather(nothing, instantFromIso('2021-08-14T14:00:00Z'), days, cutoff);
    expect(fill).toEqual({ value: 22, imputed: 'seasonal_normal' });
    const newYear = [weather(3, '2019-12-29T12:00:00Z')];
    expect(fillWeather(nothing, instantFromIso('2021-01-03T12:00:00Z'), newYear, cutoff).value).toBe(3);
  });

  it("fills a price with the mean of the bookmakers' latest", () => {
    const price = (bookmaker: string, value: number, days: number) => ({ ...seen(value, days), bookmaker });
    const prices = [
      price('a', 2.4, 3),
      price('a', 2, 1),
      price('b', 2.2, 2),
      price('c', 9, -1),
      price('d', 1, 1),
    ];
    expect(fillPrice(nothing, prices, cutoff)).toEqual({ value: 2.1, imputed: 'market_consensus' });
  });

  it("fills a feature with its history's mean, else with the median of the others", () => {
    expect(fillFeature(nothing, [seen(1), seen(4)], [seen(9)], cutoff)).toEqual({
      value: 2.5,
      imputed: 'historical_mean',
    });
    expect(fillFeature(nothing, [seen(4, -1)], [seen(9), seen(1), seen(2), seen(3)], cutoff)).toEqual({
      value: 2.5,
      imputed: 'median',
    });
  });
});

describe('a fill, whatever is given,', () => {
  const at = fc.integer({ min: cutoff - 10 ** 11, max: cutoff + 10 ** 10 }).map(instant);
  const observation = fc.record({
    value: fc.option(oddNumber),
    knownAt: at,
    at,
    position: oddText,
    bookmaker: oddText,
  });
  const observations = fc.array(observation, { maxLength: 12 });
  const current = fc.oneof(fc.option(oddNumber).map(observed), fc.constant(gap('lost')));
  type Given = Parameters<typeof fillWeather>[2][number] & {
    readonly position: string;
    readonly bookmaker: string;
  };
  const fills: readonly (readonly [string, (value: Filled, given: readonly Given[]) => Filled])[] = [
    ['historical_average', (value, given) => fillTeamStatistic(value, given, cutoff)],
    [
      'position_median',
      (value, given) => fillPlayerStatistic(value, given[0]?.position ?? '', given, cutoff),
    ],
    ['seasonal_normal', (value, given) => fillWeather(value, instant(cutoff + 3_600_000), given, cutoff)],
    ['market_consensus', (value, given) => fillPrice(value, given, cutoff)],
    [
      'historical_mean or median',
      (value, given) => fillFeature(value, given.slice(0, 3), given.slice(3), cutoff),
    ],
  ];

  it.each(fills)(
    '%s: keeps what was observed, is finite and marked or has a reason, and filling twice is filling once',
    (_, fill) => {
      fc.assert(
        fc.property(current, observations, (value, given) => {
          const once = fill(value, given);
          Filled.parse(once);
          expect(fill(once, given)).toEqual(once);
          if (value.value !== null) expect(once).toEqual(value);
          else expect(once.value === null).toBe(once.imputed === null);
          if (once.value !== null) expect(Number.isFinite(once.value)).toBe(true);
        }),
        { numRuns: 1000 },
      );
    },
  );

  it.each(fills)('%s: knows nothing that was learnt after the cutoff', (_, fill) => {
    fc.assert(
      fc.property(current, observations, observations, (value, given, more) => {
        const later = more.map((one) => ({
          ...one,
          knownAt: instant(cutoff + 1 + Math.abs(one.knownAt % 1000)),
        }));
        expect(fill(value, [...given, ...(given.length < 3 ? [] : later)])).toEqual(fill(value, given));
      }),
      { numRuns: 1000 },
    );
  });

  it('lies between the least and the greatest value that it is made of', () => {
    const modest = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(modest, (values) => {
        const rows = values.map((value) => seen(value));
        const [least, most] = [Math.min(...values) - 1e-6, Math.max(...values) + 1e-6];
        for (const { value } of [
          fillTeamStatistic(nothing, rows, cutoff),
          fillFeature(nothing, [], rows, cutoff),
        ]) {
          expect(value).toBeGreaterThanOrEqual(least);
          expect(value).toBeLessThanOrEqual(most);
        }
        expect(medianOf(values.toReversed())).toBe(medianOf(values));
      }),
    );
  });
});

describe('a series', () => {
  const point = (hours: number, value: number | null, days = 1) => ({
    at: instant(cutoff - 10 ** 9 + hours * 3_600_000),
    ...seen(value, days),
  });

  it('is filled on the line between known neighbours, by their times, and not beyond the ends', () => {
    const points = [
      point(0, null),
      point(1, 10),
      point(2, null),
      point(5, 50),
      point(6, null),
      point(7, 70, -1),
    ];
    expect(interpolate(points, cutoff).map(({ value, imputed }) => [value, imputed])).toEqual([
      [null, null],
      [10, null],
      [20, 'interpolation'],
      [50, null],
      [null, null],
      [null, null],
    ]);
  });

  it('keeps what is known, extrapolates nothing, and is filled after one filling, whatever is given', () => {
    const at = fc.integer({ min: 0, max: 40 }).map((hours) => instant(cutoff - 10 ** 9 + hours * 3_600_000));
    const points = fc.array(
      fc.record({ at, value: fc.option(oddNumber), knownAt: fc.constantFrom(before(1), before(-1)) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(points, (series) => {
        const once = interpolate(series, cutoff);
        expect(once).toHaveLength(series.length);
        const known = series.filter(
          ({ value, knownAt }) => value !== null && Number.isFinite(value) && knownAt <= cutoff,
        );
        once.forEach((filled, index) => {
          Filled.parse(filled);
          const given = series[index];
          if (given === undefined) return;
          if (known.includes(given)) expect(filled).toEqual({ value: given.value, imputed: null });
          const isInside = known.some((one) => one.at <= given.at) && known.some((one) => one.at >= given.at);
          if (!isInside) expect(filled.value).toBeNull();
        });
        const again = interpolate(
          series.map((given, index) => ({ ...given, value: once[index]?.value ?? null, knownAt: before(1) })),
          cutoff,
        );
        expect(again.map(({ value }) => value)).toEqual(once.map(({ value }) => value));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('rows that lack a critical column', () => {
  it('are left out and counted, by column', () => {
    const rows = [
      { a: 1, b: 2 },
      { a: null, b: 2 },
      { a: Number.NaN, b: null },
      { a: 0, b: 0 },
    ];
    expect(dropIncomplete(rows, ['a', 'b'])).toEqual({
      kept: [
        { a: 1, b: 2 },
        { a: 0, b: 0 },
      ],
      dropped: 2,
      missing: { a: 2, b: 1 },
    });
  });

  it('and those that are kept are all, whatever they hold; dropping twice is dropping once', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: anything, b: anything })), (rows) => {
        const once = dropIncomplete(rows, ['a']);
        expect(once.kept.length + once.dropped).toBe(rows.length);
        expect(dropIncomplete(once.kept, ['a'])).toEqual({ kept: once.kept, dropped: 0, missing: { a: 0 } });
      }),
    );
  });
});

it('a ground or referee that nobody names is Unknown in derived data, once and for all', () => {
  expect([null, '', ' ', 'Anfield'].map(nameOrUnknown)).toEqual(['Unknown', 'Unknown', 'Unknown', 'Anfield']);
  fc.assert(
    fc.property(fc.option(oddText), (name) => nameOrUnknown(nameOrUnknown(name)) === nameOrUnknown(name)),
  );
});
