import { z } from 'zod';
import type { Job } from '../workflows/jobs.js';
import { jobs } from '../workflows/jobs.js';
import { BadUsage } from './bad-usage.js';
import { command } from './command.js';
import { fieldLine, inputFields } from './job-inputs.js';

const names = jobs.map(({ name }) => name);
const nameWidth = Math.max(...names.map((name) => name.length));

export const run = command({
  path: ['run'],
  summary: 'run a job by name, with its input as JSON',
  description: [
    [
      'Starts a job (a Temporal workflow), follows it to its end and prints what it returned. One run of a job goes at',
      'a time: the same command given again follows the one that is running. Jobs:',
    ].join(' '),
    '',
    ...jobs.map(({ name, description }) => `  ${name.padEnd(nameWidth)}  ${description}`),
    '',
    'What --input may hold, all of it optional unless it says so:',
    ...jobs.flatMap((job) => {
      const fields = inputFields(job);
      return fields.length === 0
        ? []
        : ['', `  ${job.name}`, ...fields.map((field) => `    ${fieldLine(field)}`)];
    }),
  ].join('\n'),
  arguments: [{ flags: '<job>', about: `one of ${names.join(', ')}` }],
  options: [{ flags: '--input <json>', about: 'the input of the job', otherwise: '{}' }],
  examples: [
    'touchline run rebuild',
    `touchline run import-history --input '{"location": "/data/football", "seasons": ["2122"]}'`,
  ],
  json: 'Whatever the job returns; null where it returns nothing.',
  settings: z.object({ job: z.string(), input: z.string().default('{}') }),
  async run({ job: name, input: text }, context) {
    const job = jobNamed(name);
    const input = readInput(job, text);
    const { withStack } = await import('./with-stack.js');
    const { runJob } = await import('./run-job.js');
    const answer = (await withStack(context, ({ client }) => runJob(job, input, client, context))) ?? null;
    await context.output.result(answer, () =>
      answer === null ? `${name} is done.` : `${name} is done: ${JSON.stringify(answer, undefined, 2)}`,
    );
    return 0;
  },
});

function jobNamed(name: string): Job {
  const job = jobs.find((candidate) => candidate.name === name);
  if (job !== undefined) return job;
  throw new BadUsage(`There is no job ${JSON.stringify(name)}`, {
    setting: '<job>',
    advice: `Write one of ${names.join(', ')}.`,
  });
}

function readInput(job: Job, text: string): unknown {
  const parsed = job.input.safeParse(parseJson(text, job));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badInput(job, issue?.message ?? 'The input cannot be used', issue?.path.join('.'));
}

function parseJson(text: string, job: Job): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw badInput(job, error instanceof Error ? error.message : String(error), undefined);
  }
}

const badInput = (job: Job, message: string, field: string | undefined): BadUsage =>
  new BadUsage(`The input of ${job.name} cannot be used: ${message}`, {
    setting: '--input',
    ...(field === undefined || field === '' ? {} : { field }),
    advice: `It accepts ${acceptedBy(job)}.`,
  });

/** What a refusal says of a job's input; touchline run --help says what each field means. */
const acceptedBy = (job: Job): string =>
  inputFields(job)
    .map(({ name, type, need }) => `${name} (${type}${need === 'required' ? ', required' : ''})`)
    .join(', ') || 'no fields';
