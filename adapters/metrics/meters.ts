import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  metrics,
  type LabelsOf,
  type MetricDeclaration,
  type MetricName,
  type MetricOfType,
} from '../../schemas/metrics.js';

/** Where a process notes what it measures. */
export interface Meters {
  /** Adds to a counter; 0 makes its series known, so that the first event is a rise and not an appearance. */
  add<N extends MetricOfType<'counter'>>(name: N, labels: LabelsOf<N>, count?: number): void;
  set<N extends MetricOfType<'gauge'>>(name: N, labels: LabelsOf<N>, value: number): void;
  observe<N extends MetricOfType<'histogram'>>(name: N, labels: LabelsOf<N>, value: number): void;
  /** Forgets every series of a gauge, for one whose labels come and go. */
  clear(name: MetricOfType<'gauge'>): void;
  /** Sets a counter that is kept elsewhere, in Postgres, to what it is there. */
  follow<N extends MetricOfType<'counter'>>(name: N, labels: LabelsOf<N>, total: number): void;
  /** Everything in Prometheus' text format. */
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Makes the meters of one process: the declared metrics and Node's own, in a registry of their own unless one is given. */
export function createMeters(registry = new Registry()): Meters {
  collectDefaultMetrics({ register: registry });
  const counters = new Map<MetricName, Counter>();
  const gauges = new Map<MetricName, Gauge>();
  const histograms = new Map<MetricName, Histogram>();
  for (const [name, declared] of entries()) {
    const options = { name, help: declared.help, labelNames: [...declared.labels], registers: [registry] };
    if (declared.type === 'counter') counters.set(name, new Counter(options));
    else if (declared.type === 'gauge') gauges.set(name, new Gauge(options));
    else histograms.set(name, new Histogram({ ...options, buckets: [...(declared.buckets ?? [])] }));
  }
  const followed = new Map<string, number>();
  return {
    add: (name, labels, count = 1) => counters.get(name)?.inc(labels, count),
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    observe: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    clear: (name) => gauges.get(name)?.reset(),
    follow(name, labels, total) {
      const series = JSON.stringify([name, labels]);
      const before = followed.get(series) ?? 0;
      // A total that fell was counted anew: Prometheus takes a counter that begins again for what it is.
      if (total < before) counters.get(name)?.remove(labels);
      counters.get(name)?.inc(labels, total < before ? total : total - before);
      followed.set(series, total);
    },
    exposition: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

const entries = (): [MetricName, MetricDeclaration][] =>
  Object.entries(metrics).map(([name, declared]) => [nameOf(name), declared]);

function nameOf(name: string): MetricName {
  if (isDeclared(name)) return name;
  throw new RangeError(`${name} is not a metric`);
}

const isDeclared = (name: string): name is MetricName => name in metrics;
