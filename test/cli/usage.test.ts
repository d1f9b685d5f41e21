import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commands } from '../../cli/commands.js';
import { touchline, touchlineHere } from '../support/command-line.js';

const ErrorDocument = z.strictObject({
  error: z.strictObject({
    name: z.string(),
    message: z.string(),
    subject: z.record(z.string(), z.unknown()),
  }),
});

describe('the pages of help', () => {
  it('list every command, and end with 0', async () => {
    const { code, stdout } = await touchline(['--help']);
    expect(code).toBe(0);
    for (const { path } of commands) expect(stdout).toContain(path[0]);
  });

  it.each(commands.map((command) => [command.path.join(' '), command] as const))(
    'of %s says what it does, its arguments and options, examples, its JSON and the exit codes',
    async (_, command) => {
      const { code, stdout } = await touchlineHere([...command.path, '--help']);
      expect(code).toBe(0);
      const page = stdout.replace(/\s+/g, ' ');
      for (const { flags, about } of [...(command.arguments ?? []), ...(command.options ?? [])]) {
        expect(page).toContain(flags.replace(/[<>[\]]/g, '').split(' ')[0]);
        expect(page).toContain(about.replace(/\s+/g, ' '));
      }
      for (const example of command.examples) expect(stdout).toContain(example);
      expect(stdout).toContain('--json');
      expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 bad usage.');
    },
  );
});

describe('bad usage ends with 2 and says what is accepted', () => {
  it.each([
    ['no command', [], /Commands:/],
    ['an unknown command', ['improt'], /unknown command 'improt'/],
    ['an unknown option', ['import', 'football-data', 'x', '--fast'], /unknown option '--fast'/],
    ['an unknown command of a group', ['budget', 'foo'], /budget has no command "foo"[^]*It has show, plan/],
    ['a missing argument', ['import', 'football-data'], /missing required argument/],
    [
      'a decision about everything in a state',
      ['review', 'release', '--status', 'logged', '--why', 'x'],
      /No findings are chosen[^]*--status alone chooses none/,
    ],
    [
      'a decision about ids and a state',
      ['review', 'release', '7', '--status', 'logged', '--why', 'x'],
      /named by ids or chosen by options/,
    ],
    [
      'an unknown job',
      ['run', 'nope'],
      /import-history, collect-fixtures, collect-live-scores, collect-odds, collect-injuries, collect-match-facts, reconcile, refine, publish, build-gold, rebuild/,
    ],
    [
      'runs to end without saying which',
      ['runs', 'terminate', '--why', 'x'],
      /Name one run, or a job with --job/,
    ],
    ['schedules to pause of no queue', ['schedules', 'pause', '--why', 'x'], /or the queue of several/],
    ['JSON that is none', ['run', 'refine', '--input', '{'], /--input/],
    ['a field that is unknown', ['run', 'refine', '--input', '{"speed": 9}'], /It accepts no fields/],
    [
      'a season that is none',
      ['import', 'football-data', 'x', '--seasons', '2123,20'],
      /write 2122 or 2021-22/,
    ],
    [
      'a field of the wrong type',
      ['run', 'error-cleanup', '--input', '{"keepDays": "long"}'],
      /It accepts keepDays \(whole number\)/,
    ],
    ['a division that is none', ['import', 'football-data', 'x', '--divisions', 'E0,X9'], /known are E0, E1/],
    [
      'a division of no source',
      ['import', 'openfootball', 'x', '--divisions', 'E0,X9'],
      /known are en.1, en.2/,
    ],
  ] as const)('%s', async (_, args, says) => {
    const { code, stdout, stderr } = await touchlineHere(args);
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('and with --json prints one document', async () => {
    const { code, stdout } = await touchline(['run', 'nope', '--json']);
    expect(code).toBe(2);
    expect(ErrorDocument.parse(JSON.parse(stdout)).error.name).toBe('BadUsage');
  });
});

it('a failure tells no secret of the configuration, wherever it stands', async () => {
  const secret = 'q7Xv-hidden';
  const environment = {
    DATABASE_READER_PASSWORD: secret,
    DATABASE_WRITER_PASSWORD: secret,
    DATABASE_ADMIN_PASSWORD: secret,
  };
  const { code, stdout, stderr } = await touchline(['run', `job ${secret}`, '--json'], environment);
  expect(code).toBe(2);
  expect(ErrorDocument.parse(JSON.parse(stdout)).error.message).toBe('There is no job "job ***"');
  expect(stderr).toContain('There is no job "job ***"');
  expect(stdout + stderr).not.toContain(secret);
});
