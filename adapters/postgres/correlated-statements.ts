import type pg from 'pg';
import { correlationId } from '../correlation.js';

/** What may stand in a comment as it is. */
const plain = /^[\w:.-]{1,128}$/;

/**
 * Has each statement of a connection carry the correlation id of what asks, as a comment at its end, `correlation_id='4f0c…'`. It shows in
 * pg_stat_activity and the server's log. Prepared statements go as they are, since their text has to stay the same, and so does COPY.
 */
export function correlateStatements(client: pg.ClientBase): void {
  const query: unknown = Reflect.get(client, 'query');
  if (typeof query !== 'function') return;
  Object.defineProperty(client, 'query', {
    value: (first: unknown, ...rest: readonly unknown[]): unknown =>
      Reflect.apply(query, client, [commented(first), ...rest]),
  });
}

function commented(asked: unknown): unknown {
  const id = correlationId();
  if (id === undefined || !plain.test(id)) return asked;
  const comment = `\n/*correlation_id='${id}'*/`;
  if (typeof asked === 'string') return asked + comment;
  if (typeof asked !== 'object' || asked === null || 'submit' in asked || 'name' in asked) return asked;
  return 'text' in asked && typeof asked.text === 'string' ? { ...asked, text: asked.text + comment } : asked;
}
