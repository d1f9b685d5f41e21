import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { historyOf, plans } from '../gold-history.js';
import { toldOf, type Pipeline } from './gold-told.js';

/** What a service serves under the name of a feature is that feature of the same match at the same cutoff, to the bit. */
export const servedIsKept = (connection: DuckDBConnection, pipeline: Pipeline) =>
  fc.asyncProperty(plans, async (matches) => {
    for (const [id, { alone, features, vectors }] of await toldOf(connection, pipeline, historyOf(matches))) {
      if (!alone) continue;
      for (const { id: service, columns } of pipeline.services) {
        const served = vectors[service];
        if (served === undefined) throw new Error(`Match ${id} is not served by ${service}`);
        for (const [place, { name }] of columns.entries()) {
          const kept = features[name];
          if (kept !== undefined && !Object.is(served[place], kept))
            throw new Error(
              `Served otherwise than kept: match ${id}, ${name} is ${String(served[place])}, not ${JSON.stringify(kept)}`,
            );
        }
      }
    }
  });
