import type { Redactor } from '../adapters/redaction/redactor.js';
import { jobFailure } from '../schemas/jobs/failure.js';

/** Where a command's words go. Only its result goes to stdout; all else, errors and progress too, to stderr. */
export interface Output {
  readonly format: 'json' | 'text';
  /** Prints the result: the document with --json, else the text for people. Once per command. */
  result(document: unknown, text: () => string): Promise<void>;
  /** Says something on stderr, on a line of its own, without the secrets in it. */
  note(text: string): void;
  /** Rewrites the progress line on a terminal; elsewhere prints it every few seconds. An empty text ends it. */
  progress(line: string): void;
}

/** What is written to: as the streams of a process are. */
export interface OutputStreams {
  readonly stdout: NodeJS.WritableStream;
  /** On a terminal of so many columns, or not on one. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

const progressEveryMs = 5_000;

/** The output on those streams, without the secrets that the redactor knows or tells. */
export function outputOn(
  { stdout, stderr }: OutputStreams,
  format: 'json' | 'text',
  redactor: Redactor,
): Output {
  const terminal = stderr.isTTY ?? false;
  let shown = '';
  let printedAt = 0;
  const clear = (): void => {
    if (terminal && shown !== '') stderr.write('\r\u001b[2K');
    shown = '';
  };
  return {
    format,
    result: (document, text) =>
      writeOut(stdout, `${format === 'json' ? JSON.stringify(document, undefined, 2) : text()}\n`),
    note(text) {
      clear();
      stderr.write(`${redactor.text(text)}\n`);
    },
    progress(text) {
      const line = redactor.text(text);
      if (line === shown) return;
      if (terminal) {
        clear();
        stderr.write(line.slice(0, (stderr.columns ?? 110) - 1));
        shown = line;
        return;
      }
      if (line === '' || Date.now() - printedAt < progressEveryMs) return;
      printedAt = Date.now();
      stderr.write(`${line}\n`);
      shown = line;
    },
  };
}

const writeOut = (stdout: NodeJS.WritableStream, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stdout.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });

/** The document that stands for an error in JSON, without the secrets in it. */
export function errorDocument(
  error: unknown,
  redactor: Redactor,
): { error: { name: string; message: string; subject: object } } {
  const { name, message, subject } = jobFailure(error);
  return { error: { name, message: redactor.text(message), subject: redactor.fields(subject) } };
}
