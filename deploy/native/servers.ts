import path from 'node:path';
import { BadInput } from '../../schemas/errors.js';
import { alertmanager } from './alertmanager.js';
import { kafka } from './kafka.js';
import { mlflow } from './mlflow.js';
import { prometheusBeside } from './prometheus.js';
import { redis } from './redis.js';
import { seaweedfs } from './seaweedfs.js';
import { find, type NativeService, type Placed } from './service.js';

/** What Touchline uses; without a name, these are meant. */
export const used = [mlflow, redis, kafka, seaweedfs] as const;
const names = ['mlflow', 'redis', 'kafka', 'seaweedfs', 'alertmanager', 'prometheus'] as const;
export type ServerName = (typeof names)[number];

/** The ports that were asked for, by server. */
export type AskedPorts = Readonly<Partial<Record<ServerName, number>>>;

/** Every server in its place below the home. */
export type Servers = Readonly<Record<ServerName, Placed>>;

/** Where each server is, or would be. Prometheus is told where Alertmanager really listens. */
export async function serversOf(home: string, ports: AskedPorts): Promise<Servers> {
  const placed = (service: NativeService): Placed => ({
    service,
    data: path.join(home, 'native', service.name),
    port: ports[service.name] ?? service.port,
  });
  const watcher = placed(alertmanager);
  const watches = (await find(watcher))?.port ?? watcher.port;
  return {
    mlflow: placed(mlflow),
    redis: placed(redis),
    kafka: placed(kafka),
    seaweedfs: placed(seaweedfs),
    alertmanager: watcher,
    prometheus: placed(prometheusBeside(watches)),
  };
}

/** A name as it was asked for. Throws BadInput where there is no such server. */
export function serverName(asked: string, advice: string): ServerName {
  const name = names.find((one) => one === asked);
  if (name === undefined) throw new BadInput(`There is no service ${asked}`, { advice });
  return name;
}
export const serverNames = names;
