import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import type pg from 'pg';
import type { Computed, Row } from './row.js';

const folder = fileURLToPath(new URL('../../sql/queries/', import.meta.url));

/** The example queries of the materialised views: `sql/queries/<name>.sql`, and `<name>.plain.sql` without the view. */
export const viewExamples = ['most_active_teams', 'team_form', 'widest_prices'] as const;
export type ViewExample = (typeof viewExamples)[number];

export interface ExampleTexts {
  /** What the query answers: the first line of its file. */
  readonly about: string;
  readonly view: string;
  readonly plain: string;
}

/** The two texts of an example. */
export async function readExample(name: ViewExample): Promise<ExampleTexts> {
  const [view, plain] = await Promise.all(
    [`${name}.sql`, `${name}.plain.sql`].map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  return {
    about: view?.split('\n')[0]?.replace(/^-- /, '') ?? '',
    view: view ?? '',
    plain: plain ?? '',
  };
}

export interface ExampleAnswer {
  readonly example: ViewExample;
  readonly about: string;
  readonly query: string;
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

/** Asks an example of its view. */
export async function runExample(pool: pg.Pool, name: ViewExample): Promise<ExampleAnswer> {
  const { about, view } = await readExample(name);
  const { rows } = await pool.query<Row<Record<string, Computed<string | number | null>>>>(view);
  return { example: name, about, query: view, rows };
}

export interface ExampleTimes {
  readonly example: ViewExample;
  /** Medians of the runs, in milliseconds. */
  readonly viewMs: number;
  readonly plainMs: number;
}

/** Times an example over its view against the plain query, in turns. */
export async function timeExample(pool: pg.Pool, name: ViewExample, runs: number): Promise<ExampleTimes> {
  const { view, plain } = await readExample(name);
  const times: { view: number[]; plain: number[] } = { view: [], plain: [] };
  for (let run = 0; run < runs; run += 1) {
    for (const [kind, text] of [
      ['plain', plain],
      ['view', view],
    ] as const) {
      const startedAt = performance.now();
      await pool.query(text);
      times[kind].push(performance.now() - startedAt);
    }
  }
  return { example: name, viewMs: median(times.view), plainMs: median(times.plain) };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
