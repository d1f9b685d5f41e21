import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { qualifiedName, type LakeTable } from '../../schemas/tables/lake-table.js';
import { lakeTables } from '../../schemas/tables/lake-tables.js';
import { lakeShapes, lakeVersionOf } from '../../schemas/tables/lake-versions.js';

const shapeOf = ({ columns, partitionColumn }: LakeTable): string =>
  createHash('sha256')
    .update(JSON.stringify([partitionColumn, ...columns.map(({ name, type }) => `${name} ${type}`)]))
    .digest('hex')
    .slice(0, 12);

describe('the columns of a lake table', () => {
  it.each(lakeTables.map((table) => [qualifiedName(table), table] as const))(
    'of %s are those of its newest version',
    (name, table) => {
      // Where this fails, readers of the table would see other columns: append the new shape, and say so in CHANGELOG.md.
      expect(`${name} ${shapeOf(table)}`).toBe(`${name} ${lakeShapes[name]?.at(-1) ?? 'has no version'}`);
      expect(lakeVersionOf(name)).toBeGreaterThanOrEqual(1);
    },
  );

  it('have a version for no table that is not there, and no shape twice', () => {
    expect(Object.keys(lakeShapes).toSorted()).toEqual(lakeTables.map(qualifiedName).toSorted());
    for (const shapes of Object.values(lakeShapes)) expect(new Set(shapes).size).toBe(shapes.length);
  });

  it('have types that every Parquet reader knows', () => {
    const types = new Set(
      lakeTables.flatMap(({ columns }) => columns.map(({ type }) => type.replace(/\(.*/, ''))),
    );
    expect([...types].toSorted()).toEqual([
      'BIGINT',
      'BOOLEAN',
      'DECIMAL',
      'DOUBLE',
      'INTEGER',
      'TIMESTAMPTZ',
      'VARCHAR',
      'VARCHAR[]',
    ]);
  });
});
