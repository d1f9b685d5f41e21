import {
  computed,
  decidedBy,
  deciding,
  decidingTogether,
  eitherOf,
  nothing,
  together,
  type Deciding,
  type Value,
} from './origins.js';
import { fieldOf, findColumn, type Relation, type Result } from './relation.js';
import {
  nodeAt,
  nodesAt,
  optionalNode,
  presentOf,
  textAt,
  textsAt,
  untellable,
  type Node,
} from './syntax.js';

/** Where an expression stands: what its names mean. */
export interface Place {
  readonly relation: Relation;
  /** Names that the same SELECT has given, and parameters of lambdas. */
  readonly named: ReadonlyMap<string, Value>;
  /** The relations around the query, the nearest first. */
  readonly around: readonly Relation[];
  readonly aggregates: ReadonlySet<string>;
  readonly query: (node: Node) => Result;
}

const picking = new Set(['arg_min', 'arg_max', 'min_by', 'max_by', 'argmin', 'argmax']);

/** What an expression is made of, and what decides about it. @throws InvariantBroken where a part of it is not known here. */
export function valueOf(node: Node, place: Place): Value {
  const of = (part: Node): Value => valueOf(part, place);
  const madeOf = (parts: readonly Node[]): Value => computed(together(...parts.map(of)), 'TRANSFORMATION');
  switch (textAt(node, 'class')) {
    case 'COLUMN_REF':
      return columnNamed(textsAt(node, 'column_names'), place);
    case 'CONSTANT':
      return nothing;
    case 'CAST':
      return computed(of(nodeAt(node, 'child')), 'TRANSFORMATION');
    case 'COMPARISON':
      return madeOf([nodeAt(node, 'left'), nodeAt(node, 'right')]);
    case 'BETWEEN':
      return madeOf([nodeAt(node, 'input'), nodeAt(node, 'lower'), nodeAt(node, 'upper')]);
    case 'CONJUNCTION':
      return madeOf(nodesAt(node, 'children'));
    case 'OPERATOR':
      return textAt(node, 'type') === 'STRUCT_EXTRACT'
        ? extracted(nodesAt(node, 'children'), place)
        : madeOf(nodesAt(node, 'children'));
    case 'CASE':
      return chosen(
        nodesAt(node, 'case_checks').map((check) => [nodeAt(check, 'when_expr'), nodeAt(check, 'then_expr')]),
        nodeAt(node, 'else_expr'),
        place,
      );
    case 'FUNCTION':
      return called(node, place);
    case 'WINDOW':
      return overWindow(node, place);
    case 'SUBQUERY': {
      const { columns, rows } = place.query(nodeAt(nodeAt(node, 'subquery'), 'node'));
      const asked = optionalNode(node, 'child');
      const found = deciding(together(...columns.values()), 'FILTER');
      return decidedBy(asked === undefined ? nothing : madeOf([asked]), decidingTogether(found, rows));
    }
    default:
      throw untellable(`an expression of the class ${textAt(node, 'class')} (${textAt(node, 'type')})`);
  }
}

function columnNamed(names: readonly string[], { relation, around, named }: Place): Value {
  const [first = '', ...rest] = names;
  const outside = around.map((each) => findColumn(each, names)).find((each) => each !== undefined);
  const value = findColumn(relation, names) ?? fieldOf(named.get(first), rest) ?? outside;
  if (value === undefined) throw untellable(`the column ${names.join('.')}, which no table has`);
  return value;
}

function extracted([from, field]: readonly Node[], place: Place): Value {
  const name = field === undefined ? undefined : optionalNode(field, 'value')?.['value'];
  if (from === undefined || typeof name !== 'string') throw untellable('a field without a name');
  const value = fieldOf(valueOf(from, place), [name]);
  return value ?? nothing;
}

/** One of several values; what is asked decides which. */
function chosen(
  checks: readonly (readonly [when: Node, then: Node])[],
  otherwise: Node | undefined,
  place: Place,
): Value {
  const asked = checks.map(([when]) => deciding(valueOf(when, place), 'CONDITIONAL'));
  const values = [...checks.map(([, then]) => then), ...(otherwise === undefined ? [] : [otherwise])].map(
    (each) => valueOf(each, place),
  );
  const one = values.slice(1).reduce(eitherOf, values[0] ?? nothing);
  return decidedBy(computed(one, 'TRANSFORMATION'), decidingTogether(...asked));
}

/** What a FILTER and an ORDER BY of a call decide. */
function besides(node: Node, place: Place): Deciding {
  const filter = optionalNode(node, 'filter') ?? optionalNode(node, 'filter_expr');
  const orders = [
    ...nodesAt(optionalNode(node, 'order_bys') ?? {}, 'orders'),
    ...nodesAt(node, 'arg_orders'),
  ].map((order) => deciding(valueOf(nodeAt(order, 'expression'), place), 'SORT'));
  return decidingTogether(
    ...(filter === undefined ? [] : [deciding(valueOf(filter, place), 'FILTER')]),
    ...orders,
  );
}

function called(node: Node, place: Place): Value {
  const name = textAt(node, 'function_name').toLowerCase();
  const children = nodesAt(node, 'children');
  const more = besides(node, place);
  if (name === 'struct_pack') {
    const fields = new Map(children.map((child) => [textAt(child, 'alias'), valueOf(child, place)]));
    return { ...together(...fields.values()), fields };
  }
  if (name === 'if') {
    const [when, then, otherwise] = children;
    if (when === undefined || then === undefined) throw untellable('an if without a value');
    return chosen([[when, then]], otherwise, place);
  }
  if (picking.has(name)) return decidedBy(picked(children, place), more);
  if (name === 'unnest') return valueOf(children[0] ?? node, place);
  const lambdas = children.filter((child) => textAt(child, 'class') === 'LAMBDA');
  const values = children.filter((child) => !lambdas.includes(child)).map((child) => valueOf(child, place));
  const bodies = lambdas.map((lambda) => bodyOf(lambda, together(...values), place));
  const kind = place.aggregates.has(name) ? 'AGGREGATION' : 'TRANSFORMATION';
  return decidedBy(computed(together(...values, ...bodies), kind), more);
}

/** The value of the row that has the least or most of something. */
function picked([value, by]: readonly Node[], place: Place): Value {
  if (value === undefined || by === undefined) throw untellable('a pick that says not by what');
  return decidedBy(computed(valueOf(value, place), 'AGGREGATION'), deciding(valueOf(by, place), 'SORT'));
}

function bodyOf(lambda: Node, over: Value, place: Place): Value {
  const given = nodeAt(lambda, 'lhs');
  const parameters = [given, ...nodesAt(given, 'children')].flatMap((each) => textsAt(each, 'column_names'));
  const named = new Map([...place.named, ...parameters.map((parameter) => [parameter, over] as const)]);
  return valueOf(nodeAt(lambda, 'expr'), { ...place, named });
}

function overWindow(node: Node, place: Place): Value {
  const of = (part: Node): Value => valueOf(part, place);
  const name = textAt(node, 'function_name').toLowerCase();
  const extra = presentOf(node, ['offset_expr', 'default_expr']);
  const children = nodesAt(node, 'children');
  const value = picking.has(name)
    ? picked(children, place)
    : computed(
        together(...[...children, ...extra].map(of)),
        textAt(node, 'type') === 'WINDOW_AGGREGATE' ? 'AGGREGATION' : 'TRANSFORMATION',
      );
  const frame = [
    ...nodesAt(node, 'partitions'),
    ...nodesAt(node, 'orders').map((order) => nodeAt(order, 'expression')),
  ].map((part) => deciding(of(part), 'WINDOW'));
  return decidedBy(value, decidingTogether(...frame, besides(node, place)));
}

/** Whether an expression looks at more than its own row. */
export function looksAround(node: Node, aggregates: ReadonlySet<string>): boolean {
  const kind = textAt(node, 'class');
  if (kind === 'WINDOW') return true;
  if (kind === 'FUNCTION' && aggregates.has(textAt(node, 'function_name').toLowerCase())) return true;
  if (kind === 'SUBQUERY') return false;
  return Object.keys(node).some((key) => {
    const parts = [...presentOf(node, [key]), ...nodesAt(node, key)];
    return parts.some((part) => looksAround(part, aggregates));
  });
}
