import type { Client } from '@temporalio/client';

/** Where Temporal's own console shows something; null where nobody said where it is. */
export interface TemporalLinks {
  run(workflowId: string, runId?: string): string | null;
  schedule(id: string): string | null;
}

/** Makes the links to a console for the namespace of a client. */
export function temporalLinks(ui: string | null, { options }: Client): TemporalLinks {
  const link = (...path: readonly string[]): string | null =>
    ui === null
      ? null
      : `${ui.replace(/\/$/, '')}/namespaces/${[options.namespace, ...path].map(encodeURIComponent).join('/')}`;
  return {
    run: (workflowId, runId) =>
      runId === undefined ? link('workflows', workflowId) : link('workflows', workflowId, runId, 'history'),
    schedule: (id) => link('schedules', id),
  };
}
