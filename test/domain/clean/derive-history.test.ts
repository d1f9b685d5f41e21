import { describe, expect, it } from 'vitest';
import { deriveHistory } from '../../../domain/clean/derive-history.js';
import type { Appearance, DerivedHistory } from '../../../domain/clean/history.js';
import type { CollectedMatch, FieldProblem } from '../../../schemas/records/collected-match.js';
import type { Instant } from '../../../schemas/values.js';
import { instantFromIso, toIso } from '../../../schemas/values.js';
import { aMatch, aQuote, someStatistics } from './a-match.js';

let rawIds = 0;
interface Statement {
  readonly at: string;
  readonly edition?: number;
  readonly file?: 'season' | 'fixtures';
  readonly match?: CollectedMatch | 'absent';
  readonly problems?: readonly FieldProblem[];
}
const said = ({
  at,
  edition = 1,
  file = 'season',
  match = aMatch(),
  problems = [],
}: Statement): Appearance => ({
  editionId: edition + (file === 'fixtures' ? 100 : 0),
  uri: file === 'season' ? '2122/E0.csv' : 'fixtures.csv',
  fileKind: file,
  editionTime: instantFromIso(`${at}Z`),
  editionNo: edition,
  isFirstEditionOfFile: edition === 1,
  presence: match === 'absent' ? 'absent' : { rawId: ++rawIds, match, problems },
});
const derive = (...timeline: Appearance[]) => deriveHistory(timeline, 'Europe/London');

const when = (at: Instant) => toIso(at).slice(0, 19);
const fixtures = ({ fixtureRevisions }: DerivedHistory) =>
  fixtureRevisions.map(
    ({ knownAt, basis, matchTime, status, homeScore, awayScore, sourcePresent }) =>
      `${when(knownAt)} ${basis}: ${when(matchTime)} ${status}` +
      (homeScore === null ? '' : ` ${homeScore}-${awayScore ?? '?'}`) +
      (sourcePresent ? '' : ' missing'),
  );
const prices = ({ quotes }: DerivedHistory) =>
  quotes.map(
    ({ phase, home, collectedAt, recordedAt, basis }) =>
      `${phase} ${home ?? 'gone'} of ${when(collectedAt)} recorded ${when(recordedAt)} ${basis}`,
  );
const played = (fields: Parameters<typeof aMatch>[0] = {}) =>
  aMatch({ homeScore: 2, awayScore: 1, statedResult: 'H', ...fields });

describe("the first edition of a season's file", () => {
  const history = derive(
    said({
      at: '2024-06-01T10:00:00',
      match: played({
        statistics: someStatistics(9),
        quotes: [aQuote(), aQuote({ phase: 'closing', home: 2.05 })],
      }),
    }),
  );

  it('knows the fixture with its pre-match price and the result two and a half hours after kick-off', () => {
    expect(fixtures(history)).toEqual([
      '2021-08-13T16:00:00 estimated: 2021-08-14T14:00:00 scheduled',
      '2021-08-14T16:30:00 estimated: 2021-08-14T14:00:00 completed 2-1',
    ]);
    expect(history.statistics.map(({ knownAt, basis }) => `${when(knownAt)} ${basis}`)).toEqual([
      '2021-08-14T16:30:00 estimated',
    ]);
  });

  it('knows pre-match prices at their collection and closing prices at kick-off', () => {
    expect(prices(history)).toEqual([
      'prematch 2.1 of 2021-08-13T16:00:00 recorded 2021-08-13T16:00:00 estimated',
      'closing 2.05 of 2021-08-14T14:00:00 recorded 2021-08-14T14:00:00 estimated',
    ]);
  });

  it('names the referee with the result, not with the fixture', () => {
    const { fixtureRevisions } = derive(
      said({ at: '2024-06-01T10:00:00', match: played({ referee: ' M Dean ' }) }),
    );
    expect(fixtureRevisions.map(({ referee }) => referee)).toEqual([null, 'M Dean']);
  });

  it('knows the result of a match without a time at the last instant of its day', () => {
    expect(fixtures(derive(said({ at: '2024-06-01T10:00:00', match: played({ time: null }) })))).toEqual([
      '2021-08-13T16:00:00 estimated: 2021-08-13T23:00:00 scheduled',
      '2021-08-14T22:59:59 estimated: 2021-08-13T23:00:00 completed 2-1',
    ]);
  });

  it('knows a fixture that lies ahead no later than the edition itself', () => {
    const history = derive(said({ at: '2021-08-10T10:00:00', match: aMatch({ quotes: [aQuote()] }) }));
    expect(fixtures(history)).toEqual(['2021-08-10T10:00:00 estimated: 2021-08-14T14:00:00 scheduled']);
    expect(prices(history)).toEqual([
      'prematch 2.1 of 2021-08-10T10:00:00 recorded 2021-08-10T10:00:00 estimated',
    ]);
  });
});

describe('later editions', () => {
  const first = said({ at: '2021-08-16T10:00:00', match: played({ quotes: [aQuote()] }) });

  it('add nothing when they repeat the row', () => {
    const again = {
      ...first,
      editionNo: 2,
      isFirstEditionOfFile: false,
      editionTime: instantFromIso('2021-08-20T10:00:00Z'),
    };
    expect(derive(first, again)).toEqual(derive(first));
  });

  it('revise a corrected score at their time', () => {
    const corrected = said({ at: '2021-08-20T10:00:00', edition: 2, match: played({ homeScore: 3 }) });
    expect(fixtures(derive(first, corrected)).slice(2)).toEqual([
      '2021-08-20T10:00:00 observed: 2021-08-14T14:00:00 completed 3-1',
    ]);
  });

  it('record a corrected price at their time, under the time of the price', () => {
    const corrected = said({
      at: '2021-08-20T10:00:00',
      edition: 2,
      match: played({ quotes: [aQuote({ home: 2.2 })] }),
    });
    expect(prices(derive(first, corrected)).slice(1)).toEqual([
      'prematch 2.2 of 2021-08-13T16:00:00 recorded 2021-08-20T10:00:00 observed',
    ]);
  });

  it('take back a price that is gone, and give it again when it returns', () => {
    const gone = said({ at: '2021-08-20T10:00:00', edition: 2, match: played() });
    const back = said({ at: '2021-08-24T10:00:00', edition: 3, match: played({ quotes: [aQuote()] }) });
    expect(prices(derive(first, gone, back)).slice(1)).toEqual([
      'prematch gone of 2021-08-13T16:00:00 recorded 2021-08-20T10:00:00 observed',
      'prematch 2.1 of 2021-08-13T16:00:00 recorded 2021-08-24T10:00:00 observed',
    ]);
  });

  it('move the last sight of a price that is unchanged in a changed row', () => {
    const { quotes, lastSeen } = derive(
      first,
      said({
        at: '2021-08-20T10:00:00',
        edition: 2,
        match: played({ referee: 'M Dean', quotes: [aQuote()] }),
      }),
    );
    expect(quotes).toHaveLength(1);
    expect(lastSeen.map(({ bookmaker, lastSeenAt }) => `${bookmaker} ${when(lastSeenAt)}`)).toEqual([
      'bet365 2021-08-20T10:00:00',
    ]);
  });

  it('give a price that they are first to give the estimated time of the price and their own of its record', () => {
    const more = said({
      at: '2021-08-20T10:00:00',
      edition: 2,
      match: played({ quotes: [aQuote(), aQuote({ bookmaker: 'bwin' }), aQuote({ phase: 'closing' })] }),
    });
    expect(prices(derive(first, more)).slice(1)).toEqual([
      'prematch 2.1 of 2021-08-13T16:00:00 recorded 2021-08-20T10:00:00 observed',
      'closing 2.1 of 2021-08-14T14:00:00 recorded 2021-08-20T10:00:00 observed',
    ]);
  });

  it('treat a handicap at another line as another quote, and take the old one back', () => {
    const handicap = (line: number) =>
      aQuote({ market: 'asian_handicap', line, home: 1.9, draw: null, away: 2 });
    const { quotes } = derive(
      said({ at: '2021-08-16T10:00:00', match: played({ quotes: [handicap(-0.25)] }) }),
      said({ at: '2021-08-20T10:00:00', edition: 2, match: played({ quotes: [handicap(-0.5)] }) }),
    );
    expect(quotes.map(({ line, home }) => [line, home])).toEqual([
      [-0.25, 1.9],
      [-0.5, 1.9],
      [-0.25, null],
    ]);
  });

  it('mark a match that they no longer have, keep its values, and ask for a review', () => {
    const history = derive(first, said({ at: '2021-08-20T10:00:00', edition: 2, match: 'absent' }));
    expect(fixtures(history).slice(2)).toEqual([
      '2021-08-20T10:00:00 observed: 2021-08-14T14:00:00 completed 2-1 missing',
    ]);
    expect(history.quotes).toHaveLength(1);
    expect(history.findings.map(({ errorType, requiresReview }) => [errorType, requiresReview])).toEqual([
      ['missing_from_edition', true],
    ]);
  });

  it('bring a missing match back', () => {
    const history = derive(
      first,
      said({ at: '2021-08-20T10:00:00', edition: 2, match: 'absent' }),
      said({ at: '2021-08-24T10:00:00', edition: 3, match: played({ quotes: [aQuote()] }) }),
    );
    expect(fixtures(history).slice(3)).toEqual([
      '2021-08-24T10:00:00 observed: 2021-08-14T14:00:00 completed 2-1',
    ]);
    expect(history.findings).toEqual([]);
  });

  it('say nothing by not having a match that they never had', () => {
    const late = said({ at: '2021-08-20T10:00:00', edition: 2, match: played() });
    const history = derive(said({ at: '2021-08-10T10:00:00', match: 'absent' }), late);
    expect(fixtures(history)).toEqual(['2021-08-20T10:00:00 observed: 2021-08-14T14:00:00 completed 2-1']);
  });

  it('move a kick-off when they say so, and its result with it', () => {
    const history = derive(
      said({ at: '2021-08-10T10:00:00', match: aMatch() }),
      said({ at: '2021-08-12T10:00:00', edition: 2, match: aMatch({ date: '2021-08-15' }) }),
      said({ at: '2021-08-17T10:00:00', edition: 3, match: played({ date: '2021-08-16' }) }),
    );
    expect(fixtures(history)).toEqual([
      '2021-08-10T10:00:00 estimated: 2021-08-14T14:00:00 scheduled',
      '2021-08-12T10:00:00 observed: 2021-08-15T14:00:00 scheduled',
      '2021-08-17T10:00:00 observed: 2021-08-16T14:00:00 completed 2-1',
    ]);
  });

  it('never know a result before it could be known', () => {
    const history = derive(
      said({ at: '2021-08-10T10:00:00', match: 'absent' }),
      said({ at: '2021-08-14T13:00:00', edition: 2, match: played({ statistics: someStatistics(4) }) }),
    );
    expect(fixtures(history)).toEqual([
      '2021-08-14T13:00:00 observed: 2021-08-14T14:00:00 scheduled',
      '2021-08-14T16:30:00 estimated: 2021-08-14T14:00:00 completed 2-1',
    ]);
    expect(history.statistics.map(({ knownAt, basis }) => `${when(knownAt)} ${basis}`)).toEqual([
      '2021-08-14T16:30:00 estimated',
    ]);
  });

  it('revise statistics apart from the fixture', () => {
    const history = derive(
      said({ at: '2021-08-16T10:00:00', match: played({ statistics: someStatistics(9) }) }),
      said({ at: '2021-08-20T10:00:00', edition: 2, match: played({ statistics: someStatistics(10) }) }),
    );
    expect(history.fixtureRevisions).toHaveLength(2);
    expect(
      history.statistics.map(({ knownAt, statistics }) => [when(knownAt), statistics.homeShots]),
    ).toEqual([
      ['2021-08-14T16:30:00', 9],
      ['2021-08-20T10:00:00', 10],
    ]);
  });
});

describe('lists of fixtures', () => {
  const ahead = (at: string, edition: number, match: CollectedMatch | 'absent') =>
    said({ at, edition, match, file: 'fixtures' });

  it('observe fixtures and prices when they are published', () => {
    const history = derive(
      ahead('2021-08-12T09:00:00', 1, aMatch({ quotes: [aQuote()] })),
      ahead('2021-08-13T12:00:00', 2, aMatch({ quotes: [aQuote({ home: 2.0 })] })),
    );
    expect(fixtures(history)).toEqual(['2021-08-12T09:00:00 observed: 2021-08-14T14:00:00 scheduled']);
    expect(prices(history)).toEqual([
      'prematch 2.1 of 2021-08-12T09:00:00 recorded 2021-08-12T09:00:00 observed',
      'prematch 2 of 2021-08-13T12:00:00 recorded 2021-08-13T12:00:00 observed',
    ]);
  });

  it('mean nothing when a match leaves them', () => {
    const once = ahead('2021-08-12T09:00:00', 1, aMatch());
    expect(derive(once, ahead('2021-08-16T09:00:00', 2, 'absent'))).toEqual(derive(once));
  });

  it('hand over to the file of the season when the match has been played', () => {
    const history = derive(
      ahead('2021-08-12T09:00:00', 1, aMatch({ quotes: [aQuote()] })),
      said({ at: '2021-08-09T10:00:00', match: 'absent' }),
      said({ at: '2021-08-16T10:00:00', edition: 2, match: played({ quotes: [aQuote({ home: 2.0 })] }) }),
    );
    expect(fixtures(history)).toEqual([
      '2021-08-12T09:00:00 observed: 2021-08-14T14:00:00 scheduled',
      '2021-08-16T10:00:00 observed: 2021-08-14T14:00:00 completed 2-1',
    ]);
    expect(prices(history)).toEqual([
      'prematch 2.1 of 2021-08-12T09:00:00 recorded 2021-08-12T09:00:00 observed',
      'prematch 2 of 2021-08-12T09:00:00 recorded 2021-08-16T10:00:00 observed',
    ]);
  });

  it('do not take a result or a price back by still showing a match that was played', () => {
    const timeline = [
      ahead('2021-08-12T09:00:00', 1, aMatch({ quotes: [aQuote()] })),
      said({ at: '2021-08-15T10:00:00', match: played({ quotes: [aQuote()] }) }),
    ];
    const behind = ahead('2021-08-16T09:00:00', 2, aMatch({ quotes: [aQuote({ home: 2.2 })] }));
    expect(derive(...timeline, behind)).toEqual(derive(...timeline));
  });

  it('do not lose their price because the file of the season never had it', () => {
    const history = derive(
      ahead('2021-08-12T09:00:00', 1, aMatch({ quotes: [aQuote({ bookmaker: 'coral' })] })),
      said({ at: '2021-08-16T10:00:00', edition: 2, match: played() }),
    );
    expect(prices(history)).toHaveLength(1);
  });
});

describe('versions that are held', () => {
  const good = said({ at: '2021-08-16T10:00:00', match: played() });

  it('enter nothing, with a reason', () => {
    const history = derive(
      said({ at: '2021-08-16T10:00:00', match: played({ statedResult: 'D', quotes: [aQuote()] }) }),
    );
    expect([history.fixtureRevisions, history.quotes]).toEqual([[], []]);
    expect(history.held.map(({ field }) => field)).toEqual(['statedResult']);
    expect(history.findings.map(({ errorType }) => errorType)).toEqual(['held']);
  });

  it('leave the good version before them standing, and give way to the one after them', () => {
    const bad = said({ at: '2021-08-20T10:00:00', edition: 2, match: played({ homeScore: 0 }) });
    const right = said({
      at: '2021-08-24T10:00:00',
      edition: 3,
      match: played({ homeScore: 0, statedResult: 'A' }),
    });
    expect(fixtures(derive(good, bad))).toEqual(fixtures(derive(good)));
    expect(fixtures(derive(good, bad, right)).slice(2)).toEqual([
      '2021-08-24T10:00:00 observed: 2021-08-14T14:00:00 completed 0-1',
    ]);
  });

  it('make the version after them observed, not estimated, where they were in the first edition', () => {
    const bad = said({ at: '2021-08-16T10:00:00', match: played({ statedResult: 'D' }) });
    const right = said({ at: '2021-08-24T10:00:00', edition: 2, match: played() });
    expect(fixtures(derive(bad, right))).toEqual([
      '2021-08-24T10:00:00 observed: 2021-08-14T14:00:00 completed 2-1',
    ]);
  });
});

describe('what a source says became of a match', () => {
  const first = said({ at: '2021-08-10T10:00:00', match: aMatch({ status: 'scheduled' }) });
  const then = (at: string, edition: number, fields: Parameters<typeof aMatch>[0]) =>
    said({ at, edition, match: aMatch(fields) });
  const findings = ({ findings: all }: DerivedHistory) =>
    all.map(({ errorType, field, severity, requiresReview }) => [errorType, field, severity, requiresReview]);

  it('counts over what its score says, at the time of the edition', () => {
    const history = derive(
      first,
      then('2021-08-14T14:30:00', 2, { status: 'live', homeScore: 2, awayScore: 0 }),
      then('2021-08-14T14:35:00', 3, { status: 'live', homeScore: 1, awayScore: 0 }),
      then('2021-08-14T15:00:00', 4, { status: 'abandoned', homeScore: 1, awayScore: 0 }),
      then('2021-08-20T10:00:00', 5, { status: 'scheduled', date: '2021-09-01' }),
      then('2021-09-02T10:00:00', 6, { date: '2021-09-01', homeScore: 3, awayScore: 0, status: 'completed' }),
    );
    expect(fixtures(history)).toEqual([
      '2021-08-10T10:00:00 estimated: 2021-08-14T14:00:00 scheduled',
      '2021-08-14T14:30:00 observed: 2021-08-14T14:00:00 live 2-0',
      '2021-08-14T14:35:00 observed: 2021-08-14T14:00:00 live 1-0',
      '2021-08-14T15:00:00 observed: 2021-08-14T14:00:00 abandoned 1-0',
      '2021-08-20T10:00:00 observed: 2021-09-01T14:00:00 scheduled',
      '2021-09-02T10:00:00 observed: 2021-09-01T14:00:00 completed 3-0',
    ]);
    expect(findings(history)).toEqual([]);
  });

  it('in the first edition is estimated to be known when a result could be, and the fixture before it', () => {
    expect(fixtures(derive(then('2024-06-01T10:00:00', 1, { status: 'cancelled' })))).toEqual([
      '2021-08-13T16:00:00 estimated: 2021-08-14T14:00:00 scheduled',
      '2021-08-14T16:30:00 estimated: 2021-08-14T14:00:00 cancelled',
    ]);
    expect(fixtures(derive(then('2021-08-10T10:00:00', 1, { status: 'postponed' })))).toEqual([
      '2021-08-10T10:00:00 estimated: 2021-08-14T14:00:00 postponed',
    ]);
  });

  it.each(['live', 'postponed', 'cancelled', 'abandoned'] as const)(
    'is held for review where a finished match would become %s, and the result stands',
    (status) => {
      const finished = said({ at: '2021-08-16T10:00:00', match: played() });
      const history = derive(finished, then('2021-08-17T10:00:00', 2, { status }));
      expect(fixtures(history)).toEqual(fixtures(derive(finished)));
      expect(history.held.map(({ field, reason }) => [field, reason])).toEqual([
        ['status', `A match that is completed does not become ${status}`],
      ]);
      expect(findings(history)).toEqual([['illegal_status_move', 'status', 'high', true]]);
    },
  );

  it('passes where somebody has accepted the step', () => {
    const finished = said({ at: '2021-08-16T10:00:00', match: played() });
    const annulled = then('2021-08-17T10:00:00', 2, { status: 'cancelled' });
    if (annulled.presence === 'absent') throw new Error('The statement has a row');
    const accepted = new Set(['illegal_status_move/status']);
    const history = derive(finished, { ...annulled, presence: { ...annulled.presence, accepted } });
    expect(fixtures(history).slice(2)).toEqual([
      '2021-08-17T10:00:00 observed: 2021-08-14T14:00:00 cancelled',
    ]);
    expect([history.held, history.findings]).toEqual([[], []]);
  });

  it('leaves the legal word after an illegal one to count', () => {
    const history = derive(
      said({ at: '2021-08-16T10:00:00', match: played() }),
      then('2021-08-17T10:00:00', 2, { status: 'live', homeScore: 1, awayScore: 1 }),
      said({ at: '2021-08-18T10:00:00', edition: 3, match: played({ homeScore: 3 }) }),
    );
    expect(fixtures(history).slice(2)).toEqual([
      '2021-08-18T10:00:00 observed: 2021-08-14T14:00:00 completed 3-1',
    ]);
    expect(findings(history)).toEqual([
      ['illegal_status_move', 'status', 'high', true],
      ['score_corrected', 'homeScore', 'low', false],
    ]);
  });

  it('may be a result taken back from a match that is to be played again: a revision, with a review, and known as of then', () => {
    const history = derive(
      said({ at: '2021-08-16T10:00:00', match: played() }),
      said({ at: '2021-08-20T10:00:00', edition: 2, match: aMatch({ date: '2021-09-01' }) }),
    );
    expect(fixtures(history).slice(1)).toEqual([
      '2021-08-14T16:30:00 estimated: 2021-08-14T14:00:00 completed 2-1',
      '2021-08-20T10:00:00 observed: 2021-09-01T14:00:00 scheduled',
    ]);
    expect(findings(history)).toEqual([['score_withdrawn', 'homeScore', 'medium', true]]);
  });

  it('is held where a half-written file has lost the score of a match that is past, and the next whole one is no news', () => {
    const finished = said({ at: '2021-08-16T10:00:00', match: played({ quotes: [aQuote()] }) });
    const history = derive(
      finished,
      said({ at: '2021-08-20T10:00:00', edition: 2, match: aMatch() }),
      said({ at: '2021-08-24T10:00:00', edition: 3, match: played({ quotes: [aQuote()] }) }),
    );
    expect(fixtures(history)).toEqual(fixtures(derive(finished)));
    expect(prices(history)).toEqual(prices(derive(finished)));
    expect(history.held.map(({ field, reason }) => [field, reason])).toEqual([
      ['status', 'A match that is completed does not become scheduled'],
    ]);
    expect(findings(history)).toEqual([['illegal_status_move', 'status', 'high', true]]);
  });
});

describe('prices that cannot be believed', () => {
  it('are refused with the full record, or stored and marked with it', () => {
    const history = derive(
      said({
        at: '2024-06-01T10:00:00',
        match: played({
          quotes: [
            aQuote({ home: 1.01 }),
            aQuote({ bookmaker: 'bwin', home: 3.9 }),
            aQuote({ bookmaker: 'coral' }),
          ],
        }),
      }),
    );
    expect(history.quotes.map(({ bookmaker, suspicious }) => [bookmaker, suspicious])).toEqual([
      ['bwin', true],
      ['coral', false],
    ]);
    expect(history.findings.map(({ errorType, data }) => [errorType, data['home'], data['away']])).toEqual([
      ['price_not_above_floor', 1.01, 3.6],
      ['implied_total_out_of_bounds', 3.9, 3.6],
    ]);
  });

  it('stay doubted where a later version leaves out what contradicted them, since the price is of the earlier one', () => {
    const start = aQuote({ market: 'asian_handicap', line: 0.5, home: 1.9, draw: null, away: 1.95 });
    const favourite = aQuote({ home: 1.5, draw: 4.2, away: 6.5 });
    const history = derive(
      said({ at: '2024-06-01T10:00:00', match: played({ quotes: [favourite, start] }) }),
      said({ at: '2024-06-08T10:00:00', match: played({ quotes: [start] }) }),
    );
    expect(history.quotes.map(({ market, home, suspicious }) => [market, home, suspicious])).toEqual([
      ['1x2', 1.5, true],
      ['asian_handicap', 1.9, true],
      ['1x2', null, false],
    ]);
  });

  it('become findings where the cell itself cannot be read', () => {
    const problems = [{ field: 'B365H', text: '3.53.75', reason: 'is not a price' }];
    const { findings } = derive(said({ at: '2024-06-01T10:00:00', match: played(), problems }));
    expect(findings.map(({ table, errorType, message }) => [table, errorType, message])).toEqual([
      ['odds', 'unreadable_cell', '"3.53.75" is not a price'],
    ]);
  });
});
