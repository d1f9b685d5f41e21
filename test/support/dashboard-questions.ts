import { z } from 'zod';
import { dashboards } from '../../deploy/grafana/files.js';

/** What a panel asks of Prometheus. */
export interface Question {
  readonly file: string;
  readonly title: string;
  readonly query: string;
}

/** Every question of every dashboard. */
export const questions: readonly Question[] = dashboards.flatMap(({ file, groups }) =>
  groups.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries }) => Object.values(queries).map((query) => ({ file, title, query }))),
  ),
);

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

/** The numbers with which Prometheus answers a query now. */
export async function numbersOf(prometheus: string, query: string): Promise<readonly number[]> {
  const form = new URLSearchParams({ query });
  const answer = await fetch(`${prometheus}/api/v1/query`, { method: 'POST', body: form });
  return Answer.parse(await answer.json())
    .data.result.map(({ value: [, value] }) => Number(value))
    .filter(Number.isFinite);
}

/** The questions that Prometheus answers with no number now, as `title: query`; Grafana would ask over these windows. */
export async function unanswered(
  prometheus: string,
  { range, rate }: { readonly range: string; readonly rate: string },
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const { title, query } of questions) {
    const asked = query.replaceAll('$__range', range).replaceAll('$__rate_interval', rate);
    if ((await numbersOf(prometheus, asked)).length === 0) left.push(`${title}: ${query}`);
  }
  return left;
}
