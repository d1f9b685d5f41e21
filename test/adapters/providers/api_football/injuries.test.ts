import { describe, expect, it } from 'vitest';
import { injuries } from '../../../../adapters/providers/api_football/injuries.js';
import { ToldInjury } from '../../../../schemas/records/live.js';
import { CalendarDate, Season } from '../../../../schemas/values.js';
import { anAnswer, anInjury, received } from '../../../support/api-football-payloads.js';

function readAll(...response: readonly unknown[]) {
  const { body, request, now } = received(anAnswer(response));
  return injuries.read(body, request, now);
}

describe('a question for injuries', () => {
  it('is of a match, of a league’s season, or of a day', () => {
    expect(injuries.request({ fixture: '1208021' })).toEqual({
      path: '/injuries',
      parameters: { fixture: '1208021' },
      cost: 1,
    });
    const season = Season.parse('2024-25');
    expect(injuries.request({ league: '39', season }).parameters).toEqual({ league: '39', season: '2024' });
    const date = CalendarDate.parse('2024-08-20');
    expect(injuries.request({ date }).parameters).toEqual({ date: '2024-08-20' });
    expect(injuries.kind).toBe('injuries');
  });
});

describe('an injury', () => {
  it('is the player, the side, the match that is missed, and why', () => {
    const entry = anInjury();
    const record = {
      externalId: '1208021',
      team: { externalId: '42', name: 'Arsenal' },
      player: { externalId: '1460', name: 'B. Saka', shirtNumber: null, position: null },
      certainty: 'out',
      reason: 'Thigh Injury',
    };
    expect(readAll(entry)).toEqual({
      told: [{ record, raw: entry }],
      rejected: [],
      unknownFields: [],
      next: null,
    });
    expect(ToldInjury.parse(record)).toEqual(record);
  });

  it('leaves it in doubt where it is questionable', () => {
    expect(readAll(anInjury({ type: 'Questionable' })).told).toMatchObject([
      { record: { certainty: 'doubtful' } },
    ]);
  });

  it('has no match, reason or id of the player where none is told', () => {
    const entry = anInjury({ id: null, reason: '' }, { fixture: { id: null }, league: null });
    expect(readAll(entry).told).toMatchObject([
      { record: { externalId: null, player: { externalId: null }, reason: null } },
    ]);
  });

  it('is rejected with a type that nobody documented, and the others stand', () => {
    const answer = readAll(anInjury({ type: 'Resting' }), anInjury(), anInjury({ name: '' }), 7);
    expect(answer.told).toHaveLength(1);
    expect(answer.rejected).toMatchObject([
      {
        field: 'response[0].player.type',
        text: '"Resting"',
        reason: 'is neither Missing Fixture nor Questionable',
      },
      { field: 'response[2].player.name', reason: 'is blank' },
      { field: 'response[3]' },
    ]);
  });
});
