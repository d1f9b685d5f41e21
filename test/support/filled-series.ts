import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { metrics, type MetricDeclaration } from '../../schemas/metrics.js';

/** Values of labels that have no closed set, as the house has them. */
const examples: Readonly<Record<string, readonly string[]>> = {
  table_name: ['overall', 'silver.matches', 'silver.odds'],
  data_source: ['football_data', 'api_football'],
  collection_type: ['fixtures', 'odds'],
  task_name: ['fixtures_collection', 'odds_collection', 'data_cleaning', 'feature_calculation'],
  backup_type: ['full', 'incremental', 'wal'],
};
const valuesOf = ({ values }: MetricDeclaration, label: string): readonly string[] =>
  values?.[label] ?? examples[label] ?? ['one'];

/** Every combination of the labels of a metric. */
export function seriesOf(declared: MetricDeclaration): readonly Readonly<Record<string, string>>[] {
  return declared.labels.reduce<readonly Readonly<Record<string, string>>[]>(
    (all, label) =>
      all.flatMap((one) => valuesOf(declared, label).map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

/** Lets everything happen once that a process can measure: each counter rises by one, each histogram sees 0.01, each gauge stands at 1. */
export function raiseAll(registry: Registry): void {
  const all: readonly (readonly [string, MetricDeclaration])[] = Object.entries(metrics);
  for (const [name, declared] of all) {
    const metric = registry.getSingleMetric(name);
    for (const labels of seriesOf(declared)) {
      if (metric instanceof Counter) metric.inc(labels);
      else if (metric instanceof Gauge) metric.set(labels, 1);
      else if (metric instanceof Histogram) metric.observe(labels, 0.01);
    }
  }
}
