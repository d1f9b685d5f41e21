import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestKickoff, oldestKickoff, parseKickoff } from '../../../domain/clean/clean-kickoff.js';
import { cleanScore } from '../../../domain/clean/clean-score.js';
import { cleanVersion } from '../../../domain/clean/sighting.js';
import { isZone } from '../../../domain/clock/zones.js';
import { Instant, toIso } from '../../../schemas/values.js';
import { aMatch } from './a-match.js';
import { anything, oddText } from './anything.js';

describe('a score', () => {
  it.each([
    [3, 3],
    [0, 0],
    ['2', 2],
    [' 2.0 ', 2],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%o is %o', (value, score) => {
    expect(cleanScore(value)).toEqual({ value: score });
  });

  it.each([
    [100, 'The score 100 is outside 0 to 99'],
    [-1, 'The score -1 is outside 0 to 99'],
    ['1.5', 'The score "1.5" is not a whole number'],
    ['x', 'The score "x" is not a whole number'],
    [Number.NaN, 'The score NaN is not a whole number'],
    [{}, 'The score a object is not a whole number'],
  ])('%o has a reason', (value, reason) => {
    expect(cleanScore(value)).toEqual({ reason });
  });

  it('is clean after one cleaning, and a whole number of 0 to 99, nothing, or a reason', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = cleanScore(value);
        if ('reason' in once) return;
        expect(cleanScore(once.value)).toEqual(once);
        if (once.value === null) return;
        expect(Number.isInteger(once.value) && once.value >= 0 && once.value <= 99).toBe(true);
        expect(Object.is(once.value, -0)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the kick-off of a collected match', () => {
  const held = (fields: Parameters<typeof aMatch>[0]) =>
    cleanVersion({ rawId: 1, match: aMatch(fields), problems: [] }, 'Europe/London').hold;

  it('is after 1990-01-01 00:00 UTC, which no table takes, and before 2100, or the match is held (COR-8)', () => {
    expect(held({ date: '1990-01-01', time: '00:00' })).toEqual({
      field: 'date',
      reason: 'The kick-off 1990-01-01 00:00 is outside the years 1990 to 2099',
    });
    expect(held({ date: '1990-01-01', time: null })?.field).toBe('date');
    expect(held({ date: '1990-01-01', time: '00:01' })).toBeUndefined();
    expect(held({ date: '2100-01-01' })?.field).toBe('date');
  });

  it('needs the zone of its clock', () => {
    expect(held({ timeZone: '+01:00' })).toEqual({
      field: 'timeZone',
      reason: '"+01:00" is not an IANA zone',
    });
  });
});

describe('a kick-off', () => {
  const read = (value: unknown, zone = 'Europe/London') => {
    const answer = parseKickoff(value, zone);
    return 'value' in answer ? `${toIso(answer.value.at)} ${answer.value.precision}` : answer.reason;
  };

  it.each([
    ['2021-08-13T19:00:00Z', '2021-08-13T19:00:00.000Z minute'],
    ['2021-08-13T20:00:00+01:00', '2021-08-13T19:00:00.000Z minute'],
    ['2021-08-13T20:00:00.000+0100', '2021-08-13T19:00:00.000Z minute'],
    ['2021-08-13 20:00', '2021-08-13T19:00:00.000Z minute'],
    ['2021-12-26 15:00', '2021-12-26T15:00:00.000Z minute'],
    ['13/08/2021 20:00', '2021-08-13T19:00:00.000Z minute'],
    ['13/08/21', '2021-08-12T23:00:00.000Z day'],
    ['14/08/93 15:00', '1993-08-14T14:00:00.000Z minute'],
    ['13.08.2021, 9:30', '2021-08-13T08:30:00.000Z minute'],
    ['Fri, 13 Aug 2021 19:00:00 GMT', '2021-08-13T19:00:00.000Z minute'],
    ['13 August 2021', '2021-08-12T23:00:00.000Z day'],
    [1_628_881_200, '2021-08-13T19:00:00.000Z minute'],
    ['1628881200000', '2021-08-13T19:00:00.000Z minute'],
  ])('%o is %s', (value, at) => {
    expect(read(value)).toBe(at);
  });

  it('of a clock without an offset is read in the zone that is given, in summer and in winter', () => {
    expect(read('2021-08-13 20:00', 'America/Sao_Paulo')).toBe('2021-08-13T23:00:00.000Z minute');
    expect(read('2021-12-26 15:00', 'Europe/Istanbul')).toBe('2021-12-26T12:00:00.000Z minute');
  });

  it.each([
    ['soon', '"soon" is not a time of a form that we know'],
    ['31/02/2021 15:00', '"31/02/2021 15:00" is not a time of the calendar'],
    ['2021-08-13 25:00', '"2021-08-13 25:00" is not a time of the calendar'],
    ['1989-08-13 15:00', '"1989-08-13 15:00" is outside the years 1990 to 2099'],
    [1_628_881_200_000_000, '1628881200000000 is not a time of a form that we know'],
    [null, 'nothing is not a time of a form that we know'],
  ])('%o has a reason and no time (COR-8)', (value, reason) => {
    expect(read(value)).toBe(reason);
  });

  it('needs an IANA zone, never an offset', () => {
    for (const zone of ['+01:00', 'UTC+1', 'Europe/Nowhere', '', '\u0000']) {
      expect(isZone(zone)).toBe(false);
      expect(read('2021-08-13 20:00', zone)).toMatch(/is not an IANA zone$/);
    }
    for (const zone of ['UTC', 'Europe/London', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])
      expect(isZone(zone)).toBe(true);
  });

  it('is an instant that parses to itself, within the years we believe, or a reason', () => {
    const digits = fc.string({ unit: fc.constantFrom(...Array.from('0123456789-/.: TZ+')), maxLength: 28 });
    const dates = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    fc.assert(
      fc.property(
        fc.oneof(anything, digits, dates),
        fc.oneof(fc.constantFrom('UTC', 'Europe/London', 'Australia/Lord_Howe'), oddText),
        (value, zone) => {
          const once = parseKickoff(value, zone);
          if ('reason' in once) {
            expect(once.reason).not.toBe('');
            return;
          }
          Instant.parse(once.value.at);
          expect(once.value.at > oldestKickoff && once.value.at < latestKickoff).toBe(true);
          expect(parseKickoff(toIso(once.value.at), zone)).toMatchObject({
            value: { at: once.value.at - (once.value.at % 1000) },
          });
        },
      ),
      { numRuns: 2000 },
    );
  });
});
