import { describe, expect, it } from 'vitest';
import { changesOf, objectionsTo, versionAfter } from '../../../domain/quality/contract-changes.js';
import type { DataContract } from '../../../schemas/tables/contract.js';

const released: DataContract = {
  ...{ version: '1.2.0', dataset: 'silver.goals', owner: 'cleaning', description: 'Goals.', key: ['id'] },
  ...{ partition: 'scored_at', freshness: { hours: 24, says: 'what silver has learnt is in the lake' } },
  columns: [
    { name: 'id', type: 'BIGINT', nullable: false, description: 'Id.' },
    { name: 'minute', type: 'INTEGER', nullable: true, description: 'Minute.', between: [0, 120] },
    { name: 'half', type: 'VARCHAR', nullable: true, description: 'Half.', oneOf: ['first', 'second'] },
    { name: 'scored_at', type: 'TIMESTAMPTZ', nullable: false, description: 'When.' },
  ],
  rules: [
    { says: 'a goal is late', weight: 'blocks', columns: ['minute'], condition: 'minute > 1' },
    { says: 'a goal is odd', weight: 'reports', columns: ['minute'], condition: 'minute % 2 = 1' },
  ],
};
type Column = DataContract['columns'][number];
const withColumn = (name: string, change: Partial<Column>): DataContract => ({
  ...released,
  columns: released.columns.map((column) => (column.name === name ? { ...column, ...change } : column)),
});
const withoutRange: DataContract = {
  ...released,
  columns: released.columns.map(({ between, ...column }) =>
    column.name === 'minute' || between === undefined ? column : { ...column, between },
  ),
};
const withRules = (...rules: DataContract['rules']): DataContract => ({ ...released, rules });
const [late, odd] = released.rules;
if (late === undefined || odd === undefined) throw new Error('The contract has two rules');
const kinds = (declared: DataContract) => changesOf(released, declared).map(({ kind }) => kind);

describe('a contract', () => {
  it('that is declared as it was released has not changed, in whatever order its columns stand', () => {
    expect(changesOf(released, released)).toEqual([]);
    expect(changesOf(released, { ...released, columns: released.columns.toReversed() })).toEqual([]);
  });

  const scorer: Column = { name: 'scorer', type: 'VARCHAR', nullable: true, description: 'Who.' };
  it.each<[string, DataContract]>([
    ['a column', { ...released, columns: [...released.columns, scorer] }],
    ['a rule', withRules(...released.rules, { ...late, condition: 'minute > 2' })],
    ['that a column is never null', withColumn('minute', { nullable: false })],
    ['values where none were promised', withColumn('id', { between: [1, 9] })],
    ['that a rule holds back which was only reported', withRules(late, { ...odd, weight: 'blocks' })],
    ['an earlier time', { ...released, freshness: { hours: 12, says: 'sooner' } }],
  ])('may add %s in a minor version', (_, declared) => {
    expect(kinds(declared)).toEqual(['added']);
    expect(versionAfter(released.version, changesOf(released, declared))).toBe('1.3.0');
    expect(objectionsTo(released, { ...declared, version: '1.2.1' })).toHaveLength(1);
    expect(objectionsTo(released, { ...declared, version: '1.3.0' })).toEqual([]);
    expect(objectionsTo(released, { ...declared, version: '2.0.0' })).toEqual([]);
  });

  it.each<[string, DataContract]>([
    ['loses a column', { ...released, columns: released.columns.slice(0, 3) }],
    ['has a column of another type', withColumn('minute', { type: 'BIGINT' })],
    ['has nulls where there were none', withColumn('id', { nullable: true })],
    ['has a narrower range', withColumn('minute', { between: [0, 90] })],
    ['has a wider range', withColumn('minute', { between: [0, 130] })],
    ['promises no range any more', withoutRange],
    ['has a word less', withColumn('half', { oneOf: ['first'] })],
    ['has a word more', withColumn('half', { oneOf: ['first', 'second', 'third'] })],
    ['has another key', { ...released, key: ['id', 'minute'] }],
    ['is partitioned otherwise', { ...released, partition: null }],
    ['loses a rule', withRules(odd)],
    ['only reports what it held back', withRules({ ...late, weight: 'reports' }, odd)],
    ['may be later', { ...released, freshness: { hours: 48, says: 'later' } }],
    ['promises no freshness', { ...released, freshness: null }],
  ])('that %s needs a new major version', (_, declared) => {
    expect(kinds(declared)).toEqual(['broken']);
    expect(versionAfter(released.version, changesOf(released, declared))).toBe('2.0.0');
    for (const version of ['1.2.0', '1.2.1', '1.3.0', '0.9.0']) {
      expect(objectionsTo(released, { ...declared, version })).toHaveLength(1);
    }
    expect(objectionsTo(released, { ...declared, version: '2.0.0' })).toEqual([]);
  });

  it.each<[string, DataContract]>([
    ['described', withColumn('minute', { description: 'Minute of play.' })],
    ['owned', { ...released, owner: 'refining' }],
    ['rules are told', withRules({ ...late, says: 'a goal comes late' }, odd)],
    ['reports are', withRules(late)],
  ])('that is otherwise %s is a patch', (_, declared) => {
    expect(kinds(declared)).toEqual(['worded']);
    expect(versionAfter(released.version, changesOf(released, declared))).toBe('1.2.1');
  });

  it('says in a sentence what was promised, what is, and which version would say so', () => {
    const [objection] = objectionsTo(released, withColumn('minute', { type: 'BIGINT' }));
    expect(objection).toBe(
      'silver.goals.minute was INTEGER and is BIGINT; the version 1.2.0 does not say so, 2.0.0 or later would',
    );
  });
});
