import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifyRow } from '../../../../adapters/providers/openfootball/read-row.js';
import { parseFile } from '../../../../adapters/providers/openfootball/parse-file.js';
import { BadInput, describeError } from '../../../../schemas/errors.js';
import { Season } from '../../../../schemas/values.js';
import { anEntry, jsonText } from '../../../support/openfootball-files.js';

const parse = (text: string) => parseFile(Buffer.from(text), '2021-22/en.1.json');
const refusal = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(BadInput);
    return describeError(error);
  }
  throw new Error('The file was parsed');
};
const context = { division: 'en.1', season: Season.parse('2021-22') };

describe('a file of matches', () => {
  it('is its matches, counted from 1, each as it came, and what else the file says of itself', () => {
    const stage = anEntry({ stage: 'Playoffs', score: { ft: [1, 1], et: [2, 1] } });
    const parsed = parse(jsonText([anEntry(), stage], 'A League 2021/22'));
    expect(parsed).toMatchObject({ header: { name: 'A League 2021/22' }, rowIs: 'match', encoding: 'utf-8' });
    expect(parsed.rows.map(({ rowNo, raw }) => [rowNo, raw])).toEqual([
      [1, anEntry()],
      [2, stage],
    ]);
    expect(parsed.rows[0]?.text).toBe(JSON.stringify(anEntry()));
  });

  it('may be of the older form, with rounds: their names go to the matches, which are counted through the file', () => {
    const match = {
      date: '2014-08-22',
      team1: { name: 'Bayern' },
      team2: { name: 'Wolfsburg' },
      score1: 2,
      score2: 1,
    };
    const text = JSON.stringify({
      name: 'A League 2014/15',
      rounds: [
        { name: '1. Spieltag', matches: [match] },
        { name: '2. Spieltag', matches: [match, { ...match, round: 'its own' }] },
      ],
    });
    expect(parse(text).rows.map(({ rowNo, raw }) => [rowNo, raw['round']])).toEqual([
      [1, '1. Spieltag'],
      [2, '2. Spieltag'],
      [3, 'its own'],
    ]);
  });

  it('is refused where it is nested so deep that it can neither be walked through nor stored', () => {
    const deep = (levels: number): string => `{"matches": [${'['.repeat(levels)}${']'.repeat(levels)}]}`;
    expect(parse(deep(90)).rows).toHaveLength(1);
    for (const levels of [100, 100_000]) {
      expect(refusal(deep(levels))).toContain('The file is nested deeper than 100 levels');
    }
  });

  it('may have a byte order mark, and no matches yet', () => {
    expect(parse(`\uFEFF${jsonText([])}`)).toMatchObject({ encoding: 'utf-8-bom', rows: [] });
    expect(parse('{"name": "A League 2010/11", "rounds": []}').rows).toEqual([]);
  });

  it('has a row for each entry that is no match, and for each round without a list: none is lost, each is refused', () => {
    const strays = ['Arsenal 2-1 Chelsea', null, 7, [1, 2], ['a', ['b']]];
    const odd = { name: 'Matchday 2', matches: 'none' };
    const parsed = [
      ...parse(jsonText(strays)).rows,
      ...parse(JSON.stringify({ rounds: [odd, 'Matchday 3'] })).rows,
      ...parse('{"matches": "soon"}').rows,
    ];
    expect(parsed.map(({ text }) => text)).toHaveLength(strays.length + 3);
    for (const { raw } of parsed) {
      expect(identifyRow(raw, context)).toMatchObject({ kind: 'unreadable', field: 'match' });
    }
  });

  it('tells the fields that nobody knows, each once, and keeps them in their rows', () => {
    const scorers = anEntry({ goals1: [{ name: 'Saka', minute: 12 }], score: { ft: [1, 0], agg: [3, 2] } });
    const { rows, unknownFields } = parse(
      JSON.stringify({ name: 'A League', source: 'a club', matches: [scorers, anEntry(), scorers] }),
    );
    expect(unknownFields).toEqual(['source', 'matches[].score.agg', 'matches[].goals1']);
    expect(rows[0]?.raw).toEqual(scorers);
    const older = { ...anEntry({ team1: { name: 'Arsenal', code: 'ARS', city: 'London' } }), score1i: 1 };
    expect(parse(JSON.stringify({ rounds: [{ name: '1', matches: [older] }] })).unknownFields).toEqual([
      'rounds[].matches[].team1.city',
    ]);
  });

  it('of entries and scores that are none tells no field', () => {
    const odd = ['Arsenal', null, [1], anEntry({ score: '2-1', team1: 7 })];
    expect(parse(jsonText(odd)).unknownFields).toEqual([]);
    expect(parse('{"matches": {"1": {"goal": 1}}}').unknownFields).toEqual([]);
  });

  it('is stored without the characters that Postgres keeps out of JSON', () => {
    const text = '{"matches": [{"team1": "A\\u0000B", "te\\ud800am2": ["x\\udc00", "\\ud83d\\ude00"]}]}';
    expect(parse(text).rows[0]?.raw).toEqual({
      team1: 'A\ufffdB',
      'te\ufffdam2': ['x\ufffd', '\u{1f600}'],
    });
  });
});

describe('a file that is none of matches is refused with its name', () => {
  it.each([
    ['an empty one', ' \n', /is empty/],
    ['a list of clubs', '{"name": "A League", "clubs": []}', /neither matches nor rounds/],
    ['a bare list', '[]', /neither matches nor rounds/],
  ] as const)('%s', (_, text, says) => {
    expect(refusal(text)).toMatch(says);
    expect(refusal(text)).toContain('2021-22/en.1.json');
  });

  it.each([
    ['that breaks off', '{"matches": [\n  {"date": "2021-08', 2, 12],
    ['that ends in the middle', '{"matches": [\n{"date": 1},', 2, 13],
    ['with a comma too many', '{"matches": [\n{"date": 1},\n]}', 3, 1],
    ['with a comma too few', '{"matches": [\n{"date": 1}\n {}]}', 3, 2],
    ['with a closing bracket of the other kind', '{"matches": [}', 1, 14],
    ['with a name that is none', '{matches: []}', 1, 2],
    ['with a word that is none', '{"matches": nil}', 1, 13],
    ['with a number that is none', '{"matches": [01]}', 1, 15],
    ['with a line break in a text', '{"matches": ["a\nb"]}', 1, 14],
    ['with something behind its end', '{"matches": []}\n}', 2, 1],
    ['which is a page of a site', '<!doctype html>', 1, 1],
  ] as const)('one %s, with line and column', (_, text, line, column) => {
    expect(refusal(text)).toContain(`line ${line}, column ${column} `);
  });

  it('wherever it breaks off, the place is that of the break', () => {
    const whole = JSON.stringify({
      matches: [anEntry(), anEntry({ score: {}, note: 'a "b" \\ \u00e9 -1.5e3' })],
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: whole.length - 1 }),
        fc.constantFrom('', '\u0001', '?'),
        (at, mark) => {
          const column = Number(/column (\d+)/.exec(refusal(whole.slice(0, at) + mark))?.[1]);
          // A text or word that has begun is at fault from its beginning.
          expect(column).toBeLessThanOrEqual(at + 1);
          expect(column).toBeGreaterThan(0);
          expect(() => void JSON.parse(whole.slice(0, at) + mark)).toThrow();
        },
      ),
    );
  });
});
