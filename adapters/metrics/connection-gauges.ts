import { metrics } from '../../schemas/metrics.js';
import type { Meters } from './meters.js';

const roles = metrics.football_database_connections.values.role;
/** Connections that a process holds to Postgres, by role. */
export type ConnectionsHeld = Readonly<Record<(typeof roles)[number], number>>;

/** Shows the connections that this process holds. */
export function setConnections(meters: Pick<Meters, 'set'>, held: ConnectionsHeld): void {
  for (const role of roles) meters.set('football_database_connections', { role }, held[role]);
}
