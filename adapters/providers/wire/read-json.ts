import { ContractBroken, DependencyAway } from '../../../schemas/errors.js';
import { shortText } from './short-text.js';

/** Deeper than any contract; what is nested some thousand levels deep can neither be written again nor stored. */
const deepest = 100;

/**
 * The body of an answer. One that breaks off, a page for people and an empty one are a fault of the moment.
 * @throws DependencyAway where it is not JSON.
 * @throws ContractBroken where it is nested more than a hundred levels deep.
 */
export function readJson(text: string, dataSource: string, endpoint: string): unknown {
  const body = jsonOr(text, notJson);
  if (body === notJson) {
    throw new DependencyAway(`${dataSource} answered with ${nameOf(text)} in place of JSON`, {
      object: endpoint,
      httpStatus: 200,
    });
  }
  if (isDeeperThan(body, deepest)) {
    throw new ContractBroken(
      `${dataSource} answered with a body that is nested more than ${deepest} levels deep`,
      { object: endpoint, httpStatus: 200 },
    );
  }
  return body;
}

const notJson = Symbol('not JSON');

/** Parsed JSON, or something else where it is none. */
export function jsonOr(text: string, other: unknown): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    return other;
  }
}

function nameOf(text: string): string {
  if (text.trim() === '') return 'nothing';
  if (/^\s*<(!doctype|html|head|body)/i.test(text)) return 'an HTML page';
  return /^\s*[[{]/.test(text)
    ? `a text that breaks off or is malformed (${text.length} characters)`
    : `a text (${shortText(text)})`;
}

/** Level by level: a function that calls itself would come to its end before JSON.parse does. */
function isDeeperThan(body: unknown, levels: number): boolean {
  let level: readonly unknown[] = [body];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap(heldBy);
    if (level.length === 0) return false;
  }
  return true;
}

function heldBy(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
