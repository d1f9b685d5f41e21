import { describe, expect, it } from 'vitest';
import { hashModels, orderModels, parseGoldModel } from '../../../adapters/lake/gold-model.js';
import { BadInput, type ErrorSubject } from '../../../schemas/errors.js';

const header = (...lines: readonly string[]): string =>
  [...lines, 'select id as match_id, match_time from silver.matches'].join('\n');

const good = [
  '-- name: form',
  '-- grain: match_id, team_id',
  '-- partition: match_time',
  '-- inputs: silver.matches,',
  '--   cutoffs',
  '-- owner: features',
  '-- checks:',
  '--   goals are counted: select * from form',
  '--     where goals < 0',
  '--   teams play: select 1 from form where false',
  '--',
  '-- What the model says.',
];

/** What is wrong with a text, as the error says it. */
function complaint(text: string, file = 'sql/gold/form.sql'): { message: string; subject: ErrorSubject } {
  try {
    parseGoldModel(file, text);
  } catch (error) {
    if (error instanceof BadInput) return { message: error.message, subject: error.subject };
    throw error;
  }
  throw new Error('The model was read without a complaint');
}

describe("a gold model's header", () => {
  it('is read with its lists, its checks over several lines, and its SELECT', () => {
    const model = parseGoldModel('sql/gold/form.sql', header(...good));
    expect(model).toMatchObject({
      name: 'form',
      grain: ['match_id', 'team_id'],
      partition: 'match_time',
      inputs: ['silver.matches', 'cutoffs'],
      owner: 'features',
      published: true,
      pass: null,
      checks: [
        { name: 'goals are counted', sql: 'select * from form\nwhere goals < 0' },
        { name: 'teams play', sql: 'select 1 from form where false' },
      ],
      sql: 'select id as match_id, match_time from silver.matches',
    });
  });

  it.each(['name', 'grain', 'partition', 'inputs', 'owner'])('must say its %s', (key) => {
    const start = good.findIndex((line) => line.startsWith(`-- ${key}:`));
    const lines = good.filter(
      (_line, index) => index !== start && !(key === 'inputs' && index === start + 1),
    );
    expect(complaint(header(...lines))).toMatchObject({
      message: `The header does not say ${key}`,
      subject: { file: 'sql/gold/form.sql', row: 1, field: key },
    });
  });

  it('points to the line of a key that says nothing', () => {
    const lines = good.map((line) => (line === '-- owner: features' ? '-- owner:' : line));
    expect(complaint(header(...lines)).subject).toMatchObject({ row: 6, field: 'owner' });
  });

  it('points to the line of a key that no model has', () => {
    expect(complaint(header('-- name: form', '-- colour: red', ...good.slice(1)))).toMatchObject({
      message: "A gold model's header has no colour",
      subject: { file: 'sql/gold/form.sql', row: 2, field: 'colour' },
    });
  });

  it('points to the second line where a key is said twice', () => {
    expect(complaint(header('-- name: form', ...good)).subject).toMatchObject({ row: 2, field: 'name' });
  });

  it('points to checks that cannot be read', () => {
    const lines = good.map((line) => line.replace('goals are counted: select * from form', 'no statement'));
    expect(complaint(header(...lines))).toMatchObject({
      message: 'This line of the checks cannot be read: no statement',
      subject: { row: 7, field: 'checks' },
    });
  });

  it('must name its own file', () => {
    expect(complaint(header(...good), 'sql/gold/other.sql')).toMatchObject({
      message: 'The model form lies in a file of another name',
      subject: { file: 'sql/gold/other.sql', field: 'name' },
    });
  });

  it('says yes or no of publication, and a partition where it is yes', () => {
    expect(complaint(header(...good.slice(0, 6), '-- published: maybe')).subject.field).toBe('published');
    const unpartitioned = good.map((line) => line.replace('partition: match_time', 'partition: none'));
    expect(complaint(header(...unpartitioned)).subject.field).toBe('partition');
  });

  it('must be followed by a SELECT', () => {
    expect(complaint(good.join('\n')).message).toBe('The model form has no SELECT');
  });
});

const model = (name: string, ...inputs: readonly string[]) =>
  parseGoldModel(
    `${name}.sql`,
    header(
      `-- name: ${name}`,
      '-- grain: match_id',
      '-- partition: match_time',
      `-- inputs: ${inputs.join(', ')}`,
      '-- owner: features',
    ),
  );

describe('the order of gold models', () => {
  it('puts each after its inputs, and goes by name where that leaves it open', () => {
    const models = [
      model('a', 'z', 'silver.matches'),
      model('c', 'silver.odds'),
      model('b', 'silver.odds'),
      model('z', 'c'),
    ];
    expect(orderModels(models).map(({ name }) => name)).toEqual(['c', 'z', 'a', 'b']);
    expect(orderModels([...models].reverse()).map(({ name }) => name)).toEqual(['c', 'z', 'a', 'b']);
  });

  it('names the circle of models that wait for each other', () => {
    const circle = [model('a', 'b'), model('b', 'c'), model('c', 'a'), model('d', 'a')];
    expect(() => orderModels(circle)).toThrow('Gold models wait for each other: a → b → c → a');
    expect(() => orderModels([model('a', 'a')])).toThrow('Gold models wait for each other: a → a');
  });

  it('refuses an input that no model makes', () => {
    expect(() => orderModels([model('a', 'nowhere')])).toThrow('No gold model is named nowhere');
  });
});

describe('the hash of gold models', () => {
  const models = [model('a', 'silver.odds'), model('b', 'a')];

  it('does not depend on their order', () => {
    expect(hashModels([...models].reverse(), {})).toBe(hashModels(models, {}));
  });

  it('changes with a statement, a check and the version of a pass', () => {
    const [first = model('a', 'silver.odds')] = models;
    const passing = { ...first, pass: 'elo' };
    const hashes = [
      hashModels([first], {}),
      hashModels([{ ...first, sql: 'select 1' }], {}),
      hashModels([{ ...first, checks: [{ name: 'c', sql: 'select 1' }] }], {}),
      hashModels([passing], { elo: '1' }),
      hashModels([passing], { elo: '2' }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
