import { describe, expect, it } from 'vitest';
import { lineups } from '../../../../adapters/providers/api_football/lineups.js';
import { InvariantBroken } from '../../../../schemas/errors.js';
import { ToldLineup } from '../../../../schemas/records/live.js';
import { aLineup, anAnswer, answeredAt, aPlayer, received } from '../../../support/api-football-payloads.js';

function readAll(...response: readonly unknown[]) {
  const { body, request, now } = received(anAnswer(response), { fixture: '1208021' });
  return lineups.read(body, request, now);
}
const told = (fields: Readonly<Record<string, unknown>>) => readAll(aLineup(fields)).told[0]?.record;

describe('a question for line-ups', () => {
  it('is of one match', () => {
    expect(lineups.request({ fixture: '1208021' })).toEqual({
      path: '/fixtures/lineups',
      parameters: { fixture: '1208021' },
      cost: 1,
    });
    expect(lineups.kind).toBe('lineups');
  });

  it('must be there when the answer is read: the answer names no match', () => {
    const nameless = { path: '/fixtures/lineups', parameters: {}, cost: 1 };
    expect(() => lineups.read(anAnswer([aLineup()]), nameless, answeredAt)).toThrow(InvariantBroken);
  });
});

describe('a line-up', () => {
  it('is the side’s eleven, bench, formation and coach, of the match that was asked for', () => {
    const side = aLineup();
    const record = {
      externalId: '1208021',
      team: { externalId: '42', name: 'Arsenal' },
      formation: '4-3-3',
      coach: 'M. Arteta',
      starting: [
        { externalId: '122', name: 'D. Raya', shirtNumber: 22, position: 'goalkeeper' },
        { externalId: '109', name: 'G. Jesus', shirtNumber: 9, position: 'forward' },
      ],
      bench: [{ externalId: '120', name: 'Jorginho', shirtNumber: 20, position: 'midfielder' }],
    };
    expect(readAll(side)).toEqual({
      told: [{ record, raw: side }],
      rejected: [],
      unknownFields: [],
      next: null,
    });
    expect(ToldLineup.parse(record)).toEqual(record);
  });

  it('is none before it is published', () => {
    expect(readAll()).toMatchObject({ told: [], rejected: [], next: null });
  });

  it('has neither formation, coach, numbers nor positions where none are told', () => {
    expect(told({ formation: null, coach: { id: null, name: null } })).toMatchObject({
      formation: null,
      coach: null,
    });
    expect(told({ coach: null })).toMatchObject({ coach: null });
    expect(told({ startXI: [aPlayer(null, 'D. Raya', null)] })?.starting).toMatchObject([
      { shirtNumber: null, position: null },
    ]);
    expect(told({ startXI: [aPlayer(0, 'D. Raya', '')] })?.starting).toMatchObject([
      { shirtNumber: null, position: null },
    ]);
    expect(told({ startXI: null, substitutes: undefined })).toMatchObject({ starting: [], bench: [] });
  });

  it('goes without a player who cannot be read, and says so', () => {
    const side = aLineup({ substitutes: [aPlayer(20, null, 'M'), aPlayer(7, 'B. Saka', 'F'), null] });
    const answer = readAll(side);
    expect(answer.told[0]?.record.bench).toMatchObject([{ name: 'B. Saka' }]);
    expect(answer.rejected).toMatchObject([
      { field: 'response[0].substitutes[0].player.name', raw: side },
      { field: 'response[0].substitutes[2]', raw: side },
    ]);
  });

  it('keeps a player whose position nobody documented, and says so', () => {
    const side = aLineup({ startXI: [aPlayer(9, 'G. Jesus', 'W')] });
    const answer = readAll(side);
    expect(answer.told[0]?.record.starting).toMatchObject([{ name: 'G. Jesus', position: null }]);
    expect(answer.rejected).toEqual([
      { field: 'response[0].startXI[0].player.pos', text: '"W"', reason: 'is not a position', raw: side },
    ]);
  });

  it('is rejected where its team or its lists cannot be read, and the other side stands', () => {
    for (const fields of [{ team: null }, { team: { id: 42 } }, { startXI: {} }, { formation: 433 }]) {
      const answer = readAll(aLineup(fields), aLineup());
      expect(answer.told).toHaveLength(1);
      expect(answer.rejected).toMatchObject([{ raw: aLineup(fields) }]);
    }
  });
});
