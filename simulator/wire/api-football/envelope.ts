import type { WireAnswer, WireRequest } from '../wire.js';
import { jsonAnswer, jsonList } from '../wire.js';

/** The records that answer a question, as texts, and where they stand among the pages. */
export interface Page {
  readonly records: readonly string[];
  readonly current: number;
  readonly total: number;
}

/** What is wrong with a question: the parameter, and why. */
export type Refusal = Readonly<Record<string, string>>;

export const onePage = (records: readonly string[]): Page => ({ records, current: 1, total: 1 });

/** The envelope of every answer: what was asked, and the errors or the records. Errors come with HTTP 200. */
function envelope({ path, query }: WireRequest, errors: Refusal | null, page: Page): string {
  const parameters = Object.fromEntries(query);
  return [
    `{"get":${JSON.stringify(path.slice(1))}`,
    `"parameters":${Object.keys(parameters).length === 0 ? '[]' : JSON.stringify(parameters)}`,
    `"errors":${errors === null ? '[]' : JSON.stringify(errors)}`,
    `"results":${page.records.length}`,
    `"paging":{"current":${page.current},"total":${page.total}}`,
    `"response":${jsonList(page.records)}}`,
  ].join(',');
}

export const recordsAnswer = (
  request: WireRequest,
  page: Page,
  headers: Readonly<Record<string, string>>,
): WireAnswer => jsonAnswer('answered', 200, envelope(request, null, page), headers);

export const refusedAnswer = (
  request: WireRequest,
  outcome: 'key refused' | 'quota refused' | 'question refused' | 'not found',
  errors: Refusal,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer => jsonAnswer(outcome, 200, envelope(request, errors, onePage([])), headers);

/** `2024-08-20T19:00:00+00:00`. */
export const wireTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`;
export const wireSeconds = (at: number): number => Math.floor(at / 1000);
