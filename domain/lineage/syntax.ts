import { InvariantBroken } from '../../schemas/errors.js';

/** A node of a statement as DuckDB's parser tells it (`json_serialize_sql`). */
export type Node = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A part of SQL whose lineage is not known here: better no answer than a wrong one. */
export const untellable = (what: string): InvariantBroken =>
  new InvariantBroken(`The lineage of ${what} cannot be told`, {
    advice: 'Say it in other words of SQL, or teach domain/lineage to read it.',
  });

export const optionalNode = (node: Node, key: string): Node | undefined => {
  const value = node[key];
  return isNode(value) ? value : undefined;
};

export function nodeAt(node: Node, key: string): Node {
  const found = optionalNode(node, key);
  if (found === undefined) throw untellable(`a node without ${key}`);
  return found;
}

export const nodesAt = (node: Node, key: string): readonly Node[] => {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
};

export const textAt = (node: Node, key: string): string => {
  const value = node[key];
  return typeof value === 'string' ? value : '';
};

export const textsAt = (node: Node, key: string): readonly string[] => {
  const value = node[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
};

/** Whether a list or a record of the node holds anything. */
export const holds = (node: Node, key: string): boolean => {
  const value = node[key];
  if (Array.isArray(value)) return value.length > 0;
  return isNode(value) && Object.keys(value).length > 0;
};

/** Those of these parts that the node has. */
export const presentOf = (node: Node, keys: readonly string[]): readonly Node[] =>
  keys.map((key) => optionalNode(node, key)).filter((part) => part !== undefined);
