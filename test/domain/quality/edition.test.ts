import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  judgeAfterReleases,
  judgeEdition,
  type SeasonRule,
} from '../../../domain/quality/edition/judge-edition.js';
import { staleness } from '../../../domain/quality/edition/stale.js';
import { CalendarDate, instantFromIso } from '../../../schemas/values.js';
import { writeFootballData } from '../../../simulator/football-data/folder.js';
import { createLeague } from '../../../simulator/league/league.js';
import { upToRow } from '../../support/corruptions/corpus.js';
import { editionOf } from '../../support/corruptions/edition-of.js';
import {
  cellOf,
  readSeason,
  tripleNames,
  withCells,
  type Row,
  type SeasonText,
} from '../../support/corruptions/season-text.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';

let folder: TestFolder;
let season: SeasonText;
let before: SeasonText;
beforeAll(async () => {
  folder = await makeTestFolder();
  const league = createLeague({ seed: 3, now: instantFromIso('2026-08-01T00:00:00Z'), seasons: 2 });
  await writeFootballData({ directory: folder.path, leagues: [league] });
  season = await readSeason(folder.path, '2526', 'SIM');
  before = await readSeason(folder.path, '2425', 'SIM');
});
afterAll(() => folder.remove());

const rulesOf = (...of: Parameters<typeof editionOf>): readonly string[] =>
  judgeEdition(editionOf(...of)).map(({ rule }) => rule);

/** The season with some of its rows changed. */
const changed = (from: number, to: number, change: (row: Row, index: number) => Row): SeasonText => ({
  ...season,
  rows: season.rows.map((row, index) => (index < from || index >= to ? row : change(row, index))),
});
const results = ['FTHG', 'FTAG', 'FTR', 'HTHG', 'HTAG', 'HTR'];
const exchange = (row: Row, one: string, other: string): Row =>
  withCells(season, row, { [one]: cellOf(season, row, other), [other]: cellOf(season, row, one) });

describe('a season that nobody has touched', () => {
  it('raises no doubt, whole or as it grows, with the season before or without', () => {
    expect(rulesOf(season, { before, today: '2026-08-10' })).toEqual([]);
    expect(rulesOf(season)).toEqual([]);
    for (let rows = 40; rows < season.rows.length; rows += 40) {
      expect(rulesOf(upToRow(season, rows + 40), { before, standing: upToRow(season, rows) })).toEqual([]);
    }
  });
});

describe('what is wrong with a file as a whole is told by a rule that says so', () => {
  it.each<[string, () => readonly string[]]>([
    ['matches_lost', () => rulesOf(upToRow(season, 150), { standing: upToRow(season, 200) })],
    ['matches_lacking', () => rulesOf(upToRow(season, 300), { today: '2026-08-10' })],
    [
      'result_changed',
      () =>
        rulesOf(
          changed(40, 60, (row) => withCells(season, row, { FTHG: '4', FTAG: '0', FTR: 'H' })),
          { standing: season },
        ),
    ],
    ['pairing_repeated', () => rulesOf(changed(200, 380, (row) => exchange(row, 'HomeTeam', 'AwayTeam')))],
    [
      'sides_exchanged',
      () =>
        rulesOf(
          changed(40, 41, (row) => exchange(row, 'HomeTeam', 'AwayTeam')),
          { standing: upToRow(season, 200) },
        ),
    ],
    [
      'teams_unknown',
      () =>
        rulesOf(
          {
            ...season,
            rows: season.rows.map((row) =>
              withCells(season, row, {
                HomeTeam: `${cellOf(season, row, 'HomeTeam')} B`,
                AwayTeam: `${cellOf(season, row, 'AwayTeam')} B`,
              }),
            ),
          },
          { before },
        ),
    ],
    [
      'same_scores',
      () => rulesOf(changed(100, 110, (row) => withCells(season, row, { FTHG: '0', FTAG: '0', FTR: 'D' }))),
    ],
    [
      'results_of_another_league',
      () => {
        const resultsOf = (row: Row): Record<string, string> =>
          Object.fromEntries(results.map((name) => [name, cellOf(season, row, name)]));
        const other = {
          ...season,
          league: 'E0',
          rows: season.rows.map((row, index) =>
            withCells(season, row, resultsOf(season.rows[(index + 151) % 380] ?? [])),
          ),
        };
        return rulesOf(
          changed(100, 110, (row, index) => withCells(season, row, resultsOf(other.rows[index] ?? []))),
          { elsewhere: [other] },
        );
      },
    ],
    [
      'scores_against_counts',
      () =>
        rulesOf(
          changed(100, 112, (row) =>
            withCells(season, row, { FTHG: '3', FTAG: '2', FTR: 'H', HST: '3', AST: '9' }),
          ),
        ),
    ],
    [
      'teams_alike',
      () =>
        rulesOf(
          {
            ...season,
            header: season.header.slice(0, season.header.indexOf('B365H')),
            rows: season.rows.map((row, index) =>
              withCells(
                season,
                row,
                Object.fromEntries(
                  results.map((name) => [name, cellOf(season, season.rows[(index + 101) % 380] ?? [], name)]),
                ),
              ),
            ),
          },
          { before },
        ),
    ],
    [
      'kickoffs_off_by_hours',
      () =>
        rulesOf(
          changed(0, 190, (row) => {
            const [hours = '', minutes = ''] = cellOf(season, row, 'Time').split(':');
            return withCells(season, row, { Time: `${String(Number(hours) + 1)}:${minutes}` });
          }),
          { before },
        ),
    ],
    [
      'bookmaker_frozen',
      () =>
        rulesOf(
          changed(50, 60, (row) => withCells(season, row, { B365H: '2.1', B365D: '3.4', B365A: '3.5' })),
        ),
    ],
    ['bookmaker_unlike_others', () => rulesOf(changed(0, 380, (row) => exchange(row, 'B365H', 'B365A')))],
    [
      'closing_before_opening',
      () =>
        rulesOf(
          changed(0, 380, (row) =>
            ['H', 'D', 'A'].reduce((now, leg) => exchange(now, `PS${leg}`, `PSC${leg}`), row),
          ),
        ),
    ],
    [
      'closing_before_opening',
      () =>
        rulesOf(
          changed(200, 210, (row) =>
            ['H', 'D', 'A'].reduce((now, leg) => exchange(now, `WH${leg}`, `WHC${leg}`), row),
          ),
        ),
    ],
    [
      'home_advantage',
      () =>
        rulesOf(
          changed(0, 380, (row) =>
            tripleNames(season).reduce((now, letters) => exchange(now, `${letters}H`, `${letters}A`), row),
          ),
        ),
    ],
    [
      'results_against_market',
      () => {
        return rulesOf(
          changed(0, 380, (row, index) =>
            withCells(
              season,
              row,
              Object.fromEntries(
                results.map((name) => [name, cellOf(season, season.rows[(index + 101) % 380] ?? [], name)]),
              ),
            ),
          ),
        );
      },
    ],
    [
      'strength_turned',
      () =>
        rulesOf(
          changed(0, 380, (row) => exchange(row, 'HomeTeam', 'AwayTeam')),
          { before },
        ),
    ],
    [
      'prices_against_strength',
      () => {
        const first = season.header.indexOf('B365H');
        return rulesOf(
          changed(200, 210, (row, index) => [
            ...row.slice(0, first),
            ...(season.rows[index + 1] ?? []).slice(first),
          ]),
          { before },
        );
      },
    ],
  ])('%s', (rule, rules) => {
    expect(rules()).toContain(rule);
  });
});

describe('a season whose doubt a person released', () => {
  const hoursLater = (row: Row, more: number): Row => {
    const [hours = '', minutes = ''] = cellOf(season, row, 'Time').split(':');
    return withCells(season, row, { Time: `${String(Number(hours) + more)}:${minutes}` });
  };
  const firstPrice = (): number => season.header.indexOf('B365H');
  const pricesOfTheNext = (row: Row, index: number): Row => [
    ...row.slice(0, firstPrice()),
    ...(season.rows[index + 1] ?? []).slice(firstPrice()),
  ];
  const resultsOfOthers = (row: Row, index: number): Row =>
    withCells(
      season,
      row,
      Object.fromEntries(
        results.map((name) => [name, cellOf(season, season.rows[(index + 101) % 380] ?? [], name)]),
      ),
    );
  const ofReserves = (row: Row): Row =>
    withCells(season, row, {
      HomeTeam: `${cellOf(season, row, 'HomeTeam')} B`,
      AwayTeam: `${cellOf(season, row, 'AwayTeam')} B`,
    });
  const released = 200;

  /** How a rule judges the first rows of a file of which a person has released the first 200. */
  const asksAgain = (rule: SeasonRule, text: SeasonText, rows: number): boolean => {
    const standing = upToRow(text, released);
    expect(rulesOf(standing, { before })).toContain(rule);
    const answered = new Set(editionOf(standing).matches.map(({ rowNo }) => rowNo));
    const grown = editionOf(upToRow(text, rows), { before, standing });
    return judgeAfterReleases(grown, new Map([[rule, answered]])).some((doubt) => doubt.rule === rule);
  };

  it.each<[SeasonRule, () => SeasonText]>([
    ['kickoffs_off_by_hours', () => changed(0, 380, (row) => hoursLater(row, 1))],
    ['teams_unknown', () => changed(0, 380, ofReserves)],
    ['strength_turned', () => changed(0, 380, (row) => exchange(row, 'HomeTeam', 'AwayTeam'))],
    ['prices_against_strength', () => changed(150, 160, pricesOfTheNext)],
    ['results_against_market', () => changed(0, 210, resultsOfOthers)],
  ])('is not asked about by %s again as it grows', (rule, text) => {
    for (const rows of [210, 240, 380]) expect(asksAgain(rule, text(), rows)).toBe(false);
  });

  it.each<[SeasonRule, () => SeasonText]>([
    [
      'kickoffs_off_by_hours',
      () => changed(0, 380, (row, index) => hoursLater(row, index < released ? 1 : 2)),
    ],
    ['strength_turned', () => changed(0, released, (row) => exchange(row, 'HomeTeam', 'AwayTeam'))],
    [
      'prices_against_strength',
      () =>
        changed(150, 310, (row, index) => (index < 160 || index >= 300 ? pricesOfTheNext(row, index) : row)),
    ],
    ['results_against_market', () => changed(0, 380, resultsOfOthers)],
  ])('is asked about by %s again where what came since shows it by itself', (rule, text) => {
    expect(asksAgain(rule, text(), 380)).toBe(true);
  });
});

describe('a single row that does not go with the rest', () => {
  it.each<[string, () => SeasonText]>([
    ['day_out_of_order', () => changed(180, 181, (row) => withCells(season, row, { Date: '02/05/2026' }))],
    [
      'twice_a_day',
      () =>
        changed(101, 102, (row) =>
          withCells(season, row, { HomeTeam: cellOf(season, season.rows[100] ?? [], 'HomeTeam') }),
        ),
    ],
  ])('is doubted alone: %s', (rule, text) => {
    const doubts = judgeEdition(editionOf(text(), { before })).filter((doubt) => doubt.rule === rule);
    expect(doubts).toMatchObject([{ holds: 'rows' }]);
  });
});

describe('a match whose 1x2 prices have their sides exchanged', () => {
  const price = (row: Row, name: string): number => Number(cellOf(season, row, name));
  /** A match in the season's first half between teams that are far apart. */
  const exchanged = (change: (row: Row) => Row = (row) => row): SeasonText => {
    const far = season.rows.findIndex(
      (row, index) => index > 150 && Math.abs(Math.log(price(row, 'B365A') / price(row, 'B365H'))) > 1.2,
    );
    expect(far).toBeLessThan(300);
    return changed(far, far + 1, (row) =>
      change(tripleNames(season).reduce((now, letters) => exchange(now, `${letters}H`, `${letters}A`), row)),
    );
  };

  it('waits, since nothing else of it says so', () => {
    const alone = exchanged((row) => withCells(season, row, { AHh: '', AHCh: '' }));
    expect(judgeEdition(editionOf(alone, { before }))).toMatchObject([
      { rule: 'prices_against_strength', holds: 'rows' },
    ]);
  });

  it('does not wait where its handicaps say so: each of the prices is marked for that', () => {
    expect(rulesOf(exchanged(), { before })).toEqual([]);
  });
});

describe('a round whose days and months were exchanged', () => {
  it('is told from the rows around it, which are in order, all of it', () => {
    const day = (text: SeasonText, row: Row): string => cellOf(text, row, 'Date');
    const wrong = changed(150, 160, (row) => withCells(season, row, { Date: '03/08/2025' }));
    const touched = wrong.rows.flatMap((row, index) =>
      day(wrong, row) === day(season, season.rows[index] ?? []) ? [] : [index + 2],
    );
    const doubts = judgeEdition(editionOf(wrong, { before })).filter(
      ({ rule }) => rule === 'day_out_of_order',
    );
    expect(doubts.map(({ rows, holds }) => ({ rows, holds }))).toEqual([{ rows: touched, holds: 'edition' }]);
  });
});

it('what stands already asks nothing again', () => {
  const wrong = changed(0, 380, (row) => exchange(row, 'B365H', 'B365A'));
  expect(rulesOf(wrong)).toContain('bookmaker_unlike_others');
  expect(rulesOf(wrong, { standing: wrong })).toEqual([]);
});

it('a file of a few matches is no season that could be judged', () => {
  const twice = upToRow(season, 10);
  expect(rulesOf({ ...twice, rows: [...twice.rows, ...twice.rows] })).toEqual([]);
});

describe('a file stands still', () => {
  const weekly = Array.from({ length: 300 }, (_, index) =>
    CalendarDate.parse(
      new Date(Date.UTC(2024, 7, 10 + 7 * Math.floor(index / 10))).toISOString().slice(0, 10),
    ),
  );
  const file = {
    ...{ league: 'E0', newest: CalendarDate.parse('2025-10-04'), teams: 20, matches: 80 },
    daysBefore: weekly,
  };

  it('where three rounds and more were played a year before, and not a day earlier', () => {
    expect(staleness({ ...file, today: CalendarDate.parse('2025-10-29') })).toContain('30 matches');
    expect(staleness({ ...file, today: CalendarDate.parse('2025-10-28') })).toBeUndefined();
  });

  it('is not said without a season before, nor in summer', () => {
    expect(staleness({ ...file, today: CalendarDate.parse('2025-12-29'), daysBefore: [] })).toBeUndefined();
    const over = { ...file, newest: CalendarDate.parse('2026-05-20') };
    expect(staleness({ ...over, today: CalendarDate.parse('2026-07-20') })).toBeUndefined();
  });

  it('is not said of a season that has all of its matches, however much later the one before ended', () => {
    const later = { ...file, today: CalendarDate.parse('2026-01-29') };
    expect(staleness({ ...later, matches: 377 })).toBeDefined();
    expect(staleness({ ...later, matches: 378 })).toBeUndefined();
  });
});
