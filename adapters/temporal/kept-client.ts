import type { Client } from '@temporalio/client';
import { connectToTemporal, type TemporalClient, type TemporalPlace } from './connect.js';

/** A client that is connected at its first use and kept; one that could not be connected is tried anew by whoever asks next. */
export interface KeptClient {
  /** Throws DependencyAway while Temporal does not answer. */
  get(): Promise<Client>;
  close(): Promise<void>;
}

/** Keeps one client of Temporal for a process. A connection that breaks mends itself. The first may take so long. */
export function keptClient(place: TemporalPlace, patienceMs?: number): KeptClient {
  let connecting: Promise<TemporalClient> | undefined;
  return {
    async get() {
      connecting ??= connectToTemporal(place, patienceMs).catch((error: unknown) => {
        connecting = undefined;
        throw error;
      });
      return (await connecting).client;
    },
    async close() {
      await (await connecting?.catch(() => undefined))?.close();
    },
  };
}
