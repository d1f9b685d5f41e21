import { expect, it } from 'vitest';
import { releasedContracts } from '../../../adapters/lake/contracts.js';
import { keepContracts } from '../../../adapters/lake/keep-contracts.js';
import { sqlType } from '../../../adapters/lake/tables.js';
import { refuseUnmet } from '../../../domain/quality/gate.js';
import type { LakeColumn } from '../../../schemas/tables/lake-table.js';
import { silverTables } from '../../../schemas/tables/silver.js';

const columns = silverTables.find(({ name }) => name === 'teams')?.columns ?? [];
const contracts = (await releasedContracts()).filter(({ dataset }) => dataset === 'silver.teams');

/** What the gate says of teams, were they declared with these columns. */
const gate = (declared: readonly LakeColumn[]) => () => {
  const found = new Map(declared.map(({ name, type }) => [name, sqlType(type)]));
  refuseUnmet(keepContracts(contracts, new Map([['silver.teams', found]])));
};

it('a declaration that lacks a column that was released, or has it of another type, publishes nothing', () => {
  expect(gate(columns)).not.toThrow();
  expect(gate(columns.slice(1))).toThrow(
    /silver.teams: the table has the columns of its contract .*"found":null/,
  );
  expect(gate(columns.map((column) => ({ ...column, type: 'BOOLEAN' })))).toThrow(/"found":"BOOLEAN"/);
});
