import type { ContractColumn, ContractRule, DataContract, Promises } from '../../schemas/tables/contract.js';

/**
 * What a change asks of a contract's version:
 * - `worded` another description or owner: a patch
 * - `added`  more than was promised: a minor version
 * - `broken` what a reader could take for granted is gone or is another: a major version
 */
export type ChangeKind = 'worded' | 'added' | 'broken';

export interface ContractChange {
  readonly kind: ChangeKind;
  /** One sentence without its full stop. */
  readonly says: string;
}

const worded = (says: string): ContractChange => ({ kind: 'worded', says });
const added = (says: string): ContractChange => ({ kind: 'added', says });
const broken = (says: string): ContractChange => ({ kind: 'broken', says });

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * What has changed between what was released of a table and what is declared now. Adding is fine: a column, a rule, a promise where there was none. Another range or
 * other words than were promised break the contract either way: fewer values hold back what was right the day before, more are values that readers never had. Columns
 * are read by name, so their order is none of its business.
 */
export function changesOf(released: Promises, declared: Promises): ContractChange[] {
  const { dataset } = released;
  return [
    ...(['owner', 'description'] as const)
      .filter((field) => released[field] !== declared[field])
      .map((field) => worded(`${dataset} has another ${field}`)),
    ...(['key', 'partition'] as const)
      .filter((field) => !equal(released[field], declared[field]))
      .map((field) =>
        broken(`the ${field} of ${dataset} was ${shown(released[field])} and is ${shown(declared[field])}`),
      ),
    ...freshnessChanges(released, declared),
    ...columnChanges(released, declared),
    ...ruleChanges(released, declared),
  ];
}

function freshnessChanges(released: Promises, declared: Promises): ContractChange[] {
  const [before, after] = [released.freshness, declared.freshness];
  if (equal(before, after)) return [];
  const says = `${released.dataset} was promised ${before === null ? 'no freshness' : `within ${before.hours} hours`} and is ${after === null ? 'promised none' : `within ${after.hours}`}`;
  if (before === null) return [added(says)];
  if (after === null || after.hours > before.hours) return [broken(says)];
  return [after.hours < before.hours ? added(says) : worded(says)];
}

function columnChanges(released: Promises, declared: Promises): ContractChange[] {
  const before = new Map(released.columns.map((column) => [column.name, column]));
  const after = new Map(declared.columns.map((column) => [column.name, column]));
  return [
    ...released.columns.flatMap((column) => {
      const name = `${released.dataset}.${column.name}`;
      const now = after.get(column.name);
      return now === undefined ? [broken(`${name} is gone`)] : changesOfColumn(name, column, now);
    }),
    ...declared.columns
      .filter(({ name }) => !before.has(name))
      .map(({ name }) => added(`${declared.dataset}.${name} is new`)),
  ];
}

function changesOfColumn(name: string, before: ContractColumn, after: ContractColumn): ContractChange[] {
  const changes: ContractChange[] = [];
  if (before.type !== after.type) changes.push(broken(`${name} was ${before.type} and is ${after.type}`));
  if (!before.nullable && after.nullable) changes.push(broken(`${name} was always there and may be null`));
  if (before.nullable && !after.nullable) changes.push(added(`${name} is always there`));
  for (const promise of ['between', 'oneOf', 'refersTo'] as const) {
    const [was, is] = [before[promise], after[promise]];
    if (equal(was, is)) continue;
    if (was === undefined) changes.push(added(`${name} has a promise: ${promise} ${shown(is)}`));
    else {
      const now = is === undefined ? 'is not promised' : `is ${shown(is)}`;
      changes.push(broken(`${name} was promised ${promise} ${shown(was)}, which ${now}`));
    }
  }
  if (before.description !== after.description) changes.push(worded(`${name} is described otherwise`));
  return changes;
}

/** A rule is the same by what it judges; one that is told in words alone, by these. */
const identityOf = ({ columns, condition, among, says }: ContractRule): string =>
  JSON.stringify(condition === undefined ? [says] : [columns, condition, among ?? null]);

function ruleChanges(released: Promises, declared: Promises): ContractChange[] {
  const before = new Map(released.rules.map((rule) => [identityOf(rule), rule]));
  const after = new Map(declared.rules.map((rule) => [identityOf(rule), rule]));
  const { dataset } = released;
  return [
    ...[...before].flatMap(([identity, was]) => {
      const is = after.get(identity);
      if (is === undefined) {
        // What was only reported was never promised.
        const gone = was.weight === 'blocks' ? broken : worded;
        return [gone(`${dataset} has no more the rule that ${was.says}`)];
      }
      if (was.weight === 'blocks' && is.weight === 'reports')
        return [broken(`${dataset} is published against the rule that ${was.says}`)];
      if (was.weight === 'reports' && is.weight === 'blocks')
        return [added(`${dataset} is held back by the rule that ${was.says}`)];
      return was.says === is.says ? [] : [worded(`a rule of ${dataset} is told otherwise: ${is.says}`)];
    }),
    ...[...after]
      .filter(([identity]) => !before.has(identity))
      .map(([, rule]) => added(`${dataset} has a new rule: ${rule.says}`)),
  ];
}

const steps: readonly ChangeKind[] = ['broken', 'added', 'worded'];

const partsOf = (version: string): readonly [number, number, number] => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return [major, minor, patch];
};

/** The version that follows on `version` after these changes; the same without any. */
export function versionAfter(version: string, changes: readonly ContractChange[]): string {
  const [major, minor, patch] = partsOf(version);
  const step = steps.find((kind) => changes.some((change) => change.kind === kind));
  switch (step) {
    case 'broken':
      return `${major + 1}.0.0`;
    case 'added':
      return `${major}.${minor + 1}.0`;
    case 'worded':
      return `${major}.${minor}.${patch + 1}`;
    case undefined:
      return version;
  }
}

/** How far a change of version lets a contract change; undefined where it is no step ahead. */
function stepBetween(from: string, to: string): ChangeKind | undefined {
  const [before, after] = [partsOf(from), partsOf(to)];
  const place = before.findIndex((part, index) => part !== after[index]);
  if (place < 0 || (after[place] ?? 0) < (before[place] ?? 0)) return undefined;
  return steps[place];
}

/**
 * What stands against `next` coming after `released`: a sentence for each change that its version does not allow. None where the promises are the same, or
 * the version says of what kind their changes are.
 */
export function objectionsTo(released: DataContract, next: DataContract): string[] {
  const changes = changesOf(released, next);
  const allowed = stepBetween(released.version, next.version);
  const limit = allowed === undefined ? -1 : steps.length - 1 - steps.indexOf(allowed);
  return changes
    .filter(({ kind }) => steps.length - 1 - steps.indexOf(kind) > limit)
    .map(
      ({ kind, says }) =>
        `${says}; the version ${next.version} does not say so, ${versionAfter(released.version, [{ kind, says }])} or later would`,
    );
}
