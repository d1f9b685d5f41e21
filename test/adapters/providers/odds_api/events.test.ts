import { describe, expect, it } from 'vitest';
import { events } from '../../../../adapters/providers/odds_api/events.js';
import { KeyRefused } from '../../../../schemas/errors.js';
import { instantFromIso } from '../../../../schemas/values.js';
import { eventOf } from '../../../support/odds-api-payload.js';

const request = events.request({ sport: 'soccer_epl' });
const read = (body: unknown) => events.read(body, request, instantFromIso('2026-11-28T12:02:00Z'));

describe('the list of events', () => {
  it('costs nothing', () => {
    expect(request).toEqual({
      path: '/v4/sports/soccer_epl/events',
      parameters: { dateFormat: 'iso' },
      cost: 0,
    });
  });

  it('tells which match each is, and rejects one that does not say so', () => {
    const unnamed = eventOf({ id: 'a2', home_team: ' ' });
    const { told, rejected, unknownFields } = read([eventOf({ round: 13 }), unnamed]);
    expect(told).toEqual([
      {
        record: {
          externalId: 'a1',
          league: 'soccer_epl',
          kickoff: instantFromIso('2026-11-28T15:00:00Z'),
          home: { externalId: null, name: 'Arsenal' },
          away: { externalId: null, name: 'Everton' },
        },
        raw: eventOf({ round: 13 }),
      },
    ]);
    expect(rejected).toEqual([{ field: '[1].home_team', text: '" "', reason: 'is blank', raw: unnamed }]);
    expect(unknownFields).toEqual(['[].round']);
  });

  it('may be refused with HTTP 200', () => {
    expect(() => read({ message: 'No key.', error_code: 'MISSING_KEY' })).toThrow(KeyRefused);
  });
});
