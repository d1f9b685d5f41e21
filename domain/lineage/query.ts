import { looksAround, valueOf, type Place } from './expression.js';
import {
  columnValue,
  deciding,
  decidingTogether,
  eitherOf,
  together,
  type Deciding,
  type Value,
} from './origins.js';
import {
  joined,
  noRelation,
  oneTable,
  starOf,
  type Columns,
  type JoinType,
  type Relation,
  type Result,
} from './relation.js';
import {
  holds,
  nodeAt,
  nodesAt,
  optionalNode,
  presentOf,
  textAt,
  textsAt,
  untellable,
  type Node,
} from './syntax.js';

/** What is known of the world of a statement. */
export interface World {
  /** The columns of a table by its whole name (`silver.odds`, `past_games`); undefined where there is none. */
  readonly columnsOf: (table: string) => readonly string[] | undefined;
  /** The names of the functions that make one value of many rows. */
  readonly aggregates: ReadonlySet<string>;
}

type Known = ReadonlyMap<string, Result>;

/** Where a query stands: what its tables are called, and the relations around it, the nearest first, which it may speak of. */
interface Scope extends World {
  readonly known: Known;
  readonly around: readonly Relation[];
}

/**
 * What each column of a statement is made of, by columns of its tables, and what decides about it and about which rows there are. Pure; the
 * statement is as DuckDB's parser tells it. @throws InvariantBroken where it has a part that is not known here.
 */
export const lineageOfQuery = (statement: Node, world: World): Result =>
  resultOf(statement, { ...world, known: new Map(), around: [] });

function resultOf(node: Node, outer: Scope): Result {
  const scope = { ...outer, known: withTables(node, outer) };
  switch (textAt(node, 'type')) {
    case 'SELECT_NODE':
      return selected(node, scope);
    case 'SET_OPERATION_NODE':
      return modified(node, combined(node, scope));
    default:
      throw untellable(`a ${textAt(node, 'type')}`);
  }
}

/** The names that WITH gives, each by those before it. */
function withTables(node: Node, outer: Scope): Known {
  const known = new Map(outer.known);
  for (const { key, value } of nodesAt(optionalNode(node, 'cte_map') ?? {}, 'map')) {
    if (typeof key !== 'string') throw untellable('a WITH without a name');
    const query = nodeAt(nodeAt({ value }, 'value'), 'query');
    known.set(key, resultOf(nodeAt(query, 'node'), { ...outer, known }));
  }
  return known;
}

/** A set operation, whose order and distinctness go by its own columns. */
function modified(node: Node, result: Result): Result {
  let { rows } = result;
  for (const modifier of nodesAt(node, 'modifiers')) {
    const type = textAt(modifier, 'type');
    if (type === 'DISTINCT_MODIFIER' && !holds(modifier, 'distinct_on_targets'))
      rows = distinctRows(result, rows);
    else if (type !== 'ORDER_MODIFIER') throw untellable(`a ${type}`);
  }
  return { ...result, rows };
}

/** What DISTINCT decides of a SELECT: with ON, the order, too, which says which row of several stays. */
function distinctness(node: Node, columns: Columns, place: Place): Deciding {
  const modifiers = nodesAt(node, 'modifiers');
  const unknown = modifiers.find(({ type }) => type !== 'DISTINCT_MODIFIER' && type !== 'ORDER_MODIFIER');
  if (unknown !== undefined) throw untellable(`a ${textAt(unknown, 'type')}`);
  const distinct = modifiers.find(({ type }) => type === 'DISTINCT_MODIFIER');
  if (distinct === undefined) return new Map();
  const targets = nodesAt(distinct, 'distinct_on_targets');
  if (targets.length === 0) return deciding(together(...columns.values()), 'GROUP_BY');
  const orders = modifiers
    .flatMap((modifier) => nodesAt(modifier, 'orders'))
    .map((order) => deciding(valueOf(nodeAt(order, 'expression'), place), 'SORT'));
  return decidingTogether(
    ...targets.map((target) => deciding(valueOf(target, place), 'GROUP_BY')),
    ...orders,
  );
}

const distinctRows = ({ columns }: Result, rows: Deciding): Deciding =>
  decidingTogether(rows, deciding(together(...columns.values()), 'GROUP_BY'));

function combined(node: Node, scope: Scope): Result {
  const [left, right] = [resultOf(nodeAt(node, 'left'), scope), resultOf(nodeAt(node, 'right'), scope)];
  if (textAt(node, 'setop_type') !== 'UNION') throw untellable(`a ${textAt(node, 'setop_type')}`);
  const others = [...right.columns.values()];
  const columns = new Map(
    [...left.columns].map(([name, value], index) => [name, eitherOf(value, others[index] ?? value)]),
  );
  const result = { columns, rows: decidingTogether(left.rows, right.rows) };
  return node['setop_all'] === true ? result : { columns, rows: distinctRows(result, result.rows) };
}

function selected(node: Node, scope: Scope): Result {
  const { aggregates } = scope;
  const from = optionalNode(node, 'from_table');
  const relation = from === undefined ? noRelation : relationOf(from, scope);
  const items = nodesAt(node, 'select_list');
  const columns = new Map<string, Value>();
  const place = placeIn(relation, columns, scope);
  for (const [index, item] of items.entries()) {
    for (const [name, value] of columnsOfItem(item, index, place)) columns.set(name, value);
  }
  if (textAt(node, 'aggregate_handling') !== 'STANDARD_HANDLING') throw untellable('a GROUP BY ALL');
  const groups = nodesAt(node, 'group_expressions');
  if (groups.some((group) => textAt(group, 'class') === 'CONSTANT'))
    throw untellable('a GROUP BY of a number');
  const isGrouped = groups.length > 0 || items.some((item) => looksAround(item, aggregates));
  const filters = presentOf(node, ['where_clause', 'having', 'qualify']);
  const rows = decidingTogether(
    isGrouped ? relation.times : relation.rows,
    ...filters.map((filter) => deciding(valueOf(filter, place), 'FILTER')),
    ...groups.map((group) => deciding(valueOf(group, place), 'GROUP_BY')),
    distinctness(node, columns, place),
  );
  return { columns, rows };
}

const placeIn = (relation: Relation, named: Columns, scope: Scope): Place => ({
  ...{ relation, named, around: scope.around, aggregates: scope.aggregates },
  query: (node) => resultOf(node, { ...scope, around: [relation, ...scope.around] }),
});

function columnsOfItem(item: Node, index: number, place: Place): ReadonlyMap<string, Value> {
  const alias = textAt(item, 'alias');
  if (textAt(item, 'class') === 'STAR') {
    if (['replace_list', 'rename_list', 'qualified_exclude_list', 'expr'].some((key) => holds(item, key)))
      throw untellable('a star that replaces or renames');
    return starOf(place.relation, textAt(item, 'relation_name'), new Set(textsAt(item, 'exclude_list')));
  }
  const value = valueOf(item, place);
  if (textAt(item, 'function_name') === 'unnest' && value.fields.size > 0) return value.fields;
  const own = textsAt(item, 'column_names').at(-1);
  return new Map([[alias === '' ? (own ?? `column ${index}`) : alias, value]]);
}

function relationOf(node: Node, scope: Scope): Relation {
  const alias = textAt(node, 'alias');
  switch (textAt(node, 'type')) {
    case 'EMPTY':
      return noRelation;
    case 'BASE_TABLE': {
      const [schema, table] = [textAt(node, 'schema_name'), textAt(node, 'table_name')];
      const named = schema === '' ? scope.known.get(table) : undefined;
      return oneTable(
        alias === '' ? table : alias,
        named ?? tableOf(schema === '' ? table : `${schema}.${table}`, scope),
      );
    }
    case 'SUBQUERY': {
      const { columns, rows } = resultOf(nodeAt(nodeAt(node, 'subquery'), 'node'), scope);
      const names = textsAt(node, 'column_name_alias');
      const renamed = new Map([...columns].map(([name, value], index) => [names[index] ?? name, value]));
      return oneTable(alias, { columns: renamed, rows });
    }
    case 'JOIN':
      return joinOf(node, scope);
    default:
      throw untellable(`a ${textAt(node, 'type')} in FROM`);
  }
}

function tableOf(name: string, { columnsOf }: World): Result {
  const columns = columnsOf(name);
  if (columns === undefined) throw untellable(`${name}, which is no table`);
  return {
    columns: new Map(columns.map((column) => [column, columnValue(`${name}.${column}`)])),
    rows: new Map([[`${name}.*`, new Set(['JOIN'] as const)]]),
  };
}

const joinTypes: Readonly<Record<string, JoinType>> = {
  INNER: 'INNER',
  LEFT: 'LEFT',
  SEMI: 'SEMI',
  ANTI: 'ANTI',
};

function joinOf(node: Node, scope: Scope): Relation {
  // The condition of CROSS JOIN is none, and its type that of an inner one.
  const type = joinTypes[textAt(node, 'join_type')];
  if (type === undefined) throw untellable(`a ${textAt(node, 'join_type')} join`);
  const left = relationOf(nodeAt(node, 'left'), scope);
  // What is LATERAL may speak of what stands before it.
  const right = relationOf(nodeAt(node, 'right'), { ...scope, around: [left, ...scope.around] });
  const using = textsAt(node, 'using_columns');
  const place = (...sides: readonly Relation[]): Place =>
    placeIn({ ...noRelation, tables: sides.flatMap(({ tables }) => tables) }, new Map(), scope);
  const asked = optionalNode(node, 'condition');
  const same = using.flatMap((column) =>
    [left, right].map((side) => valueOf({ class: 'COLUMN_REF', column_names: [column] }, place(side))),
  );
  const values = [...same, ...(asked === undefined ? [] : [valueOf(asked, place(left, right))])];
  return joined(left, right, { type, using, condition: deciding(together(...values), 'JOIN') });
}
