import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasTurned, healthWindows, judgeProvider } from '../../../domain/quality/provider-health.js';
import {
  MovingKind,
  ProviderState,
  type ProviderMeasures,
  type Silence,
  type UsualMeasures,
} from '../../../schemas/records/provider-health.js';
import { instant, instantFromIso } from '../../../schemas/values.js';

const now = instantFromIso('2026-09-12T16:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const minutesAgo = (minutes: number) => instant(now - minutes * minute);

const nothingUsual: UsualMeasures = {
  parseYield: null,
  agreement: null,
  correctionRate: null,
  silenceMs: {},
};
/** A source about which there is not a word to say, but that it was asked. */
const asked: ProviderMeasures = {
  ...{ askedAt: minutesAgo(1), answeredAt: minutesAgo(1), newAt: minutesAgo(1), failures: 0 },
  ...{ told: 0, rejected: 0, silences: [], shared: 0, agreed: 0, results: 0, corrected: 0 },
};
const silent = (minutes: number, matches = 2, kind: MovingKind = 'scores'): Silence => ({
  ...{ kind, list: null, newAt: minutesAgo(minutes), heardUntil: now, matches },
  ...{ longestMs: minutes * minute, totalMs: matches * minutes * minute },
});
const judge = (
  measures: Partial<ProviderMeasures>,
  usual: Partial<UsualMeasures> = {},
  source = 'api_football',
) => judgeProvider(source, { ...asked, ...measures }, { ...nothingUsual, ...usual }, now);

const count = (max: number) => fc.integer({ min: 0, max });
const partOf = (max: number) => count(max).chain((all) => fc.tuple(count(all), fc.constant(all)));
const silence: fc.Arbitrary<Silence> = fc
  .tuple(fc.constantFrom(...MovingKind.options), count(20_000), count(20))
  .map(([kind, minutes, matches]) => silent(minutes, matches, kind));
const measures: fc.Arbitrary<ProviderMeasures> = fc
  .record({
    failures: count(5),
    records: partOf(200),
    silences: fc.array(silence, { maxLength: 3 }),
    matches: partOf(60),
    results: partOf(60),
  })
  .map(
    ({
      failures,
      records: [told, all],
      silences,
      matches: [agreed, shared],
      results: [corrected, results],
    }) => ({
      ...{ ...asked, failures, silences, told, rejected: all - told, agreed, shared, corrected, results },
    }),
  );
const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
const usually: fc.Arbitrary<UsualMeasures> = fc.record({
  ...{ parseYield: share, agreement: share, correctionRate: share },
  silenceMs: fc.record({ scores: count(5 * hour), fixtures: count(300 * hour) }),
});

describe('a source', () => {
  it('has a reason where it is degraded or dying, each past its limit, and none elsewhere', () => {
    fc.assert(
      fc.property(measures, usually, (measured, usual) => {
        const { state, reasons, figures } = judgeProvider('api_football', measured, usual, now);
        expect(reasons.length > 0).toBe(state === 'degraded' || state === 'dying');
        expect(reasons.some(({ measure }) => measure === 'silence')).toBe(state === 'dying');
        for (const { measure, figure, limit } of reasons) {
          const isMeantToBeLarge = measure === 'parse_yield' || measure === 'agreement';
          expect(isMeantToBeLarge ? figure < limit : figure >= limit).toBe(true);
        }
        for (const figure of Object.values(figures)) expect(figure ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('gives no alarm where little was observed, however bad that little is', () => {
    const little = fc
      .tuple(count(19), count(9), count(19), count(10_000))
      .map(([rejected, shared, results]) => ({ rejected, shared, results, corrected: results }));
    fc.assert(
      fc.property(little, usually, (seen, usual) => {
        expect(judge({ ...seen, silences: [silent(10_000, 0)] }, usual)).toMatchObject({
          state: 'unclear',
          figures: { parseYield: null, agreement: null, correctionRate: null, silence: null },
        });
      }),
    );
  });

  it('never becomes better by telling less that can be read, agreeing less, correcting more or being silent longer', () => {
    const worse = { unclear: 0, healthy: 0, unused: 0, degraded: 1, dying: 2 } as const;
    fc.assert(
      fc.property(measures, usually, count(20), count(100), (measured, usual, by, minutes) => {
        const judged = (of: ProviderMeasures) => worse[judgeProvider('odds_api', of, usual, now).state];
        const lost = Math.min(by, measured.told);
        const before = judged(measured);
        expect(
          judged({ ...measured, told: measured.told - lost, rejected: measured.rejected + lost }),
        ).toBeGreaterThanOrEqual(before);
        expect(judged({ ...measured, agreed: Math.max(0, measured.agreed - by) })).toBeGreaterThanOrEqual(
          before,
        );
        expect(
          judged({ ...measured, corrected: Math.min(measured.results, measured.corrected + by) }),
        ).toBeGreaterThanOrEqual(before);
        const longer = measured.silences.map((one) => ({
          ...one,
          longestMs: one.longestMs + minutes * minute,
          totalMs: one.totalMs + one.matches * minutes * minute,
        }));
        expect(judged({ ...measured, silences: longer })).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('that was never asked, or not for more than a week, is unused, whatever else is known of it', () => {
    fc.assert(
      fc.property(measures, usually, count(100), (measured, usual, days) => {
        for (const askedAt of [null, instant(now - healthWindows.unusedMs - 1 - days * 24 * hour)]) {
          expect(judgeProvider('openfootball', { ...measured, askedAt }, usual, now).state).toBe('unused');
        }
      }),
    );
  });
});

describe('silence while matches are on', () => {
  it('is death from half an hour of two matches or an hour of one on, with since when and of what in the reason', () => {
    expect(judge({ silences: [silent(29)] })).toMatchObject({ state: 'healthy', reasons: [] });
    expect(judge({ silences: [silent(59, 1)] }).state).toBe('healthy');
    expect(judge({ silences: [silent(60, 1)] }).state).toBe('dying');
    const { state, reasons } = judge({ silences: [silent(30)] });
    expect(state).toBe('dying');
    expect(reasons).toMatchObject([{ measure: 'silence', figure: 1, limit: 1 }]);
    expect(reasons[0]?.says).toBe(
      'It answers, but has told nothing new of scores since 2026-09-12T15:30:00.000Z, while 2 matches were on: 30 min, and 30 min is the limit',
    );
  });

  it('is borne longer of a source that is slow by its own earlier checks, and not for ever', () => {
    const usual = (minutes: number) => ({ silenceMs: { scores: minutes * minute } });
    expect(judge({ silences: [silent(70)] }, usual(40)).state).toBe('healthy');
    expect(judge({ silences: [silent(80)] }, usual(40)).state).toBe('dying');
    expect(judge({ silences: [silent(90)] }, usual(1_000)).state).toBe('dying');
  });

  it('is borne for days of lists that nobody writes daily', () => {
    const threeDays = [silent(3 * 24 * 60, 5, 'fixtures')];
    expect(judge({ silences: threeDays }, {}, 'football_data').state).toBe('healthy');
    expect(judge({ silences: threeDays }, {}, 'api_football').state).toBe('dying');
  });
});

describe('a share', () => {
  it('outside its limit degrades the source, with the figure and the limit', () => {
    expect(judge({ told: 80, rejected: 20 }).reasons).toEqual([
      {
        ...{ measure: 'parse_yield', figure: 0.8, limit: 0.9 },
        says: '80.0 % of 100 records could be read; 90.0 % is the limit',
      },
    ]);
    expect(judge({ shared: 20, agreed: 15 }).reasons).toMatchObject([{ measure: 'agreement', figure: 0.75 }]);
    expect(judge({ results: 40, corrected: 3 }).reasons).toMatchObject([{ measure: 'correction_rate' }]);
  });

  it('that falls clearly below what is usual for the source degrades it before the limit is reached', () => {
    expect(judge({ told: 93, rejected: 7 }).state).toBe('healthy');
    expect(judge({ told: 93, rejected: 7 }, { parseYield: 0.96 }).state).toBe('healthy');
    expect(judge({ told: 93, rejected: 7 }, { parseYield: 0.999 })).toMatchObject({
      state: 'degraded',
      reasons: [
        { says: '93.0 % of 100 records could be read; 94.9 % is the limit, as 99.9 % are usual for it' },
      ],
    });
  });
});

it('a source that fails to answer three times in a row is degraded', () => {
  expect(judge({ failures: 2 }).reasons).toEqual([]);
  expect(judge({ failures: 3 })).toMatchObject({
    state: 'degraded',
    reasons: [{ measure: 'answers', figure: 3 }],
  });
});

it('a turn to the worse is told once: not while the state stays, nor when it becomes better', () => {
  const state = fc.constantFrom(...ProviderState.options);
  fc.assert(
    fc.property(state, state, (before, after) => {
      expect(hasTurned(after, after)).toBe(false);
      if (hasTurned(before, after)) expect(hasTurned(after, before)).toBe(false);
      expect(hasTurned(undefined, after)).toBe(after === 'degraded' || after === 'dying');
    }),
  );
});
