import { metrics, type MetricDeclaration } from '../../schemas/metrics.js';

/** What a metric is declared as; of a histogram also by the names of its parts. */
export function declarationOf(series: string): MetricDeclaration | undefined {
  const all: Readonly<Record<string, MetricDeclaration>> = metrics;
  return all[series] ?? all[series.replace(/_(sum|count|bucket)$/, '')];
}

/** What Prometheus, prom-client and Alertmanager add: no declaration names them. */
const ofOthers = new Set(['instance', 'job', 'le', 'alertname', 'alertstate', 'severity', 'component']);
const seriesName = /\b(?:football|kafka|stream)_[a-z_]+/g;

/** What a query of Prometheus names that nobody declares: a series, a label of it, a value of a label with a closed set. */
export function undeclaredIn(query: string): readonly string[] {
  const problems: string[] = [];
  const read = [...query.matchAll(seriesName)].map(([name]) => name).filter((name) => !isLabel(query, name));
  for (const name of read) if (declarationOf(name) === undefined) problems.push(`series ${name}`);
  for (const [, name = '', selector = ''] of query.matchAll(/\b([a-z_]+)\{([^}]*)\}/g)) {
    const declared = declarationOf(name);
    for (const [, label = '', operator = '', value = ''] of selector.matchAll(
      /([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g,
    )) {
      if (declared === undefined || ofOthers.has(label)) continue;
      if (!declared.labels.includes(label)) problems.push(`label ${label} of ${name}`);
      const allowed = declared.values?.[label];
      const asked = operator.includes('~') ? value.split('|') : [value];
      for (const one of allowed === undefined ? [] : asked)
        if (!allowed?.includes(one)) problems.push(`${label}="${one}" of ${name}`);
    }
  }
  const labels = new Set([...ofOthers, ...read.flatMap((name) => declarationOf(name)?.labels ?? [])]);
  for (const [, by = ''] of query.matchAll(/\b(?:by|on|without)\s*\(([^)]*)\)/g))
    for (const label of by.split(/,\s*/).filter(Boolean))
      if (!labels.has(label)) problems.push(`grouping by ${label}`);
  return problems;
}

/** A label may be called like a metric: it stands in a grouping. */
const isLabel = (query: string, name: string): boolean =>
  new RegExp(`[(,]\\s*${name}\\s*[,)]`).test(query) && declarationOf(name) === undefined;

/** What a process exports under names of ours that is not declared so. Text in the format of Prometheus. */
export function undeclaredInText(text: string): readonly string[] {
  const problems: string[] = [];
  for (const line of text.split('\n')) {
    const [, name = '', labels = ''] = /^((?:football|kafka|stream)_[a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === '') continue;
    const declared = declarationOf(name);
    if (declared === undefined) {
      problems.push(`series ${name}`);
      continue;
    }
    const told = new Map(
      [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [
        label,
        value,
      ]),
    );
    told.delete('le');
    if (told.size !== declared.labels.length || !declared.labels.every((label) => told.has(label)))
      problems.push(`labels ${[...told.keys()].join()} of ${name}`);
    for (const [label, value] of told)
      if (declared.values?.[label]?.includes(value) === false)
        problems.push(`${label}="${value}" of ${name}`);
  }
  return [...new Set(problems)];
}
