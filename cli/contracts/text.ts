import type { ContractColumn, ContractRule, DataContract } from '../../schemas/tables/contract.js';
import { textTable } from '../table.js';

/** A contract for people. */
export function contractText(contract: DataContract): string {
  const { dataset, version, owner, description, key, partition, freshness, columns, rules } = contract;
  return [
    `${dataset} ${version}, of ${owner}: ${description}`,
    `One row a ${key.join(', ')}. ${partition === null ? 'Written whole.' : `Partitioned by the UTC month of ${partition}.`}`,
    freshness === null
      ? 'Rows move here once they are old.'
      : `${freshness.says} within ${freshness.hours} hours.`,
    textTable(
      ['column', 'type', 'values', 'what it says'],
      columns.map((column) => [column.name, column.type, valuesText(column), column.description]),
    ),
    ...(rules.length === 0 ? [] : ['Rules:', ...rules.map(ruleText)]),
  ].join('\n');
}

/** `never null; 0 to 99` */
function valuesText({ nullable, between, oneOf, refersTo }: ContractColumn): string {
  return [
    ...(nullable ? [] : ['never null']),
    ...(between === undefined ? [] : [`${between[0]} to ${between[1]}`]),
    ...(oneOf === undefined ? [] : [oneOf.join(' | ')]),
    ...(refersTo === undefined ? [] : [`of ${refersTo}`]),
  ].join('; ');
}

const ruleText = ({ says, weight, condition, among }: ContractRule): string =>
  [
    `  ${says}${weight === 'reports' ? ' (reported, not promised)' : ''}`,
    ...(condition === undefined ? [] : [`    ${condition}${among === undefined ? '' : ` among ${among}`}`]),
  ].join('\n');
