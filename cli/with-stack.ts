import type { Client } from '@temporalio/client';
import type { CommandContext } from './command.js';
export function withStack<T>(_c: CommandContext, _work: (s: { client: Client }) => Promise<T>): Promise<T> {
  throw new Error('no stack yet');
}
