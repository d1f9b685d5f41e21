import { describe, expect, it } from 'vitest';
import { deriveHistory } from '../../../domain/clean/derive-history.js';
import { doubtName, type Appearance, type DerivedHistory } from '../../../domain/clean/history.js';
import type { ScoreSighting } from '../../../domain/clean/score-sighting.js';
import { instantFromIso, toIso, type MatchStatus } from '../../../schemas/values.js';
import { aMatch } from './a-match.js';

const day = '2021-08-14';
const list = (
  at: string,
  match: Parameters<typeof aMatch>[0] = {},
  { rawId = 1, editionNo = 1 } = {},
): Appearance => ({
  editionId: editionNo,
  uri: 'scores/E0.json',
  fileKind: 'fixtures',
  editionTime: instantFromIso(`${day}T${at}:00Z`),
  editionNo,
  isFirstEditionOfFile: editionNo === 1,
  presence: { rawId, match: aMatch({ time: '15:00', ...match }), problems: [] },
});

let ids = 0;
const score = (
  at: string,
  status: MatchStatus,
  goals: string | null,
  more: Partial<ScoreSighting> = {},
): ScoreSighting => {
  const [home, away] = goals === null ? [null, null] : goals.split('-').map(Number);
  return {
    rawScoreId: ++ids,
    at: instantFromIso(`${day}T${at}:00Z`),
    status,
    home: home ?? null,
    away: away ?? null,
    halfTime: { home: null, away: null },
    ...more,
  };
};
const derive = (editions: readonly Appearance[], ...scores: ScoreSighting[]) =>
  deriveHistory(editions, 'Europe/London', scores);

const told = ({ fixtureRevisions }: DerivedHistory) =>
  fixtureRevisions.map(
    ({ knownAt, basis, status, homeScore, awayScore, homeHalfTimeScore, rawScoreId }) =>
      `${toIso(knownAt).slice(11, 16)} ${basis} ${status}` +
      (homeScore === null ? '' : ` ${homeScore}-${awayScore ?? '?'}`) +
      (homeHalfTimeScore === null ? '' : ' (HT)') +
      (rawScoreId === null ? '' : ' by the feed'),
  );
const findings = (history: DerivedHistory) =>
  history.findings.map(
    ({ errorType, field, rawScoreId }) => `${errorType}/${field} of ${rawScoreId ?? 'none'}`,
  );

describe('a match that a feed of scores follows', () => {
  it('is told goal by goal, each known when the feed said it, half-time as it is told, and no minute is news', () => {
    const history = derive(
      [list('08:00')],
      score('14:02', 'live', '0-0'),
      score('14:10', 'live', '1-0'),
      score('14:12', 'live', '1-0'),
      score('14:48', 'live', '1-0', { halfTime: { home: 1, away: 0 } }),
      score('15:40', 'live', '1-1', { halfTime: { home: 1, away: 0 } }),
      score('15:53', 'completed', '1-1', { halfTime: { home: 1, away: 0 } }),
    );
    expect(told(history)).toEqual([
      '08:00 observed scheduled',
      '14:02 observed live 0-0 by the feed',
      '14:10 observed live 1-0 by the feed',
      '14:48 observed live 1-0 (HT) by the feed',
      '15:40 observed live 1-1 (HT) by the feed',
      '15:53 observed completed 1-1 (HT) by the feed',
    ]);
    expect(history.findings).toEqual([]);
    expect(history.heldScores).toEqual([]);
  });

  it('keeps kick-off, ground and referee as the lists told them so far', () => {
    const history = derive(
      [
        list('08:00', { venue: 'Highbury' }),
        list('14:20', { venue: 'Wembley', time: '15:15' }, { rawId: 2, editionNo: 2 }),
      ],
      score('14:10', 'live', '0-0'),
      score('14:30', 'live', '0-1'),
    );
    expect(
      history.fixtureRevisions.map(({ rawId, venue, matchTime, status, homeScore }) =>
        [rawId, venue, toIso(matchTime).slice(11, 16), status, homeScore].join(' '),
      ),
    ).toEqual([
      '1 Highbury 14:00 scheduled ',
      '1 Highbury 14:00 live 0',
      '2 Wembley 14:15 live 0',
      '2 Wembley 14:15 live 0',
    ]);
  });

  it('takes back a goal that is taken back while it is live, without a word', () => {
    const history = derive([list('08:00')], score('14:10', 'live', '1-0'), score('14:12', 'live', '0-0'));
    expect(told(history).slice(1)).toEqual([
      '14:10 observed live 1-0 by the feed',
      '14:12 observed live 0-0 by the feed',
    ]);
    expect(history.findings).toEqual([]);
  });

  it('is corrected after full time, with a finding about the score that corrects it', () => {
    const correction = score('20:00', 'completed', '2-0');
    const history = derive([list('08:00')], score('15:50', 'completed', '1-0'), correction);
    expect(told(history).slice(1)).toEqual([
      '15:50 observed completed 1-0 by the feed',
      '20:00 observed completed 2-0 by the feed',
    ]);
    expect(findings(history)).toEqual([`score_corrected/homeScore of ${correction.rawScoreId}`]);
  });

  it('holds a score that would play a finished match on, asks about it once, and lets a person release it', () => {
    const full = score('15:50', 'completed', '1-0');
    const first = score('15:52', 'live', '1-0');
    const again = score('15:54', 'live', '1-0');
    const history = derive([list('08:00')], full, first, again);
    expect(told(history).at(-1)).toBe('15:50 observed completed 1-0 by the feed');
    expect(history.heldScores.map(({ rawScoreId, field }) => [rawScoreId, field])).toEqual([
      [first.rawScoreId, 'status'],
      [again.rawScoreId, 'status'],
    ]);
    expect(findings(history)).toEqual([`illegal_status_move/status of ${first.rawScoreId}`]);

    const accepted = new Set([doubtName({ errorType: 'illegal_status_move', field: 'status' })]);
    const released = derive([list('08:00')], full, { ...first, accepted }, again);
    expect(told(released).at(-1)).toBe('15:52 observed live 1-0 by the feed');
    expect(released.heldScores).toEqual([]);
  });

  it('holds a score that no match can have', () => {
    const half = score('14:10', 'live', null, { home: 1 });
    const huge = score('14:12', 'live', '100-0');
    const without = score('15:50', 'completed', null);
    const history = derive([list('08:00')], half, huge, without);
    expect(told(history)).toEqual(['08:00 observed scheduled']);
    expect(findings(history)).toEqual([
      `held/awayScore of ${half.rawScoreId}`,
      `held/homeScore of ${huge.rawScoreId}`,
      `held/status of ${without.rawScoreId}`,
    ]);
    expect(history.heldScores).toHaveLength(3);
  });

  it('is told from when it is known where the feed spoke of it before any list did', () => {
    const early = score('14:10', 'live', '1-0');
    expect(derive([], early).heldScores).toEqual([
      { rawScoreId: early.rawScoreId, field: 'match', reason: 'nothing is known of the match yet' },
    ]);
    const history = derive([list('14:30')], early);
    expect(told(history)).toEqual(['14:30 observed scheduled', '14:30 estimated live 1-0 by the feed']);
    expect(history.heldScores).toEqual([]);
  });

  it('stays as the feed told it where a list without status comes under other names', () => {
    const history = derive(
      [list('08:00'), list('16:30', { homeTeam: 'Arsenal FC' }, { rawId: 2, editionNo: 2 })],
      score('15:50', 'completed', '1-0'),
    );
    expect(told(history).at(-1)).toBe('15:50 observed completed 1-0 by the feed');
    expect(history.held).toEqual([]);
  });

  it('follows a list that states the status, and the feed does not correct back what it only repeats', () => {
    const stated = { status: 'completed', homeScore: 2, awayScore: 0 } as const;
    const history = derive(
      [list('08:00'), list('18:00', stated, { rawId: 2, editionNo: 2 })],
      score('15:50', 'completed', '1-0'),
      score('19:00', 'completed', '1-0'),
    );
    expect(told(history).slice(1)).toEqual([
      '15:50 observed completed 1-0 by the feed',
      '18:00 observed completed 2-0',
    ]);
  });

  it('is told alike whatever the order in which editions and scores are given', () => {
    const editions = [list('08:00'), list('14:20', { venue: 'Wembley' }, { rawId: 2, editionNo: 2 })];
    const scores = [
      score('14:02', 'live', '0-0'),
      score('14:10', 'live', '1-0'),
      score('15:50', 'completed', '1-0'),
    ];
    expect(derive(editions.toReversed(), ...scores.toReversed())).toEqual(derive(editions, ...scores));
  });
});
