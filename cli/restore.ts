import { z } from 'zod';
import { instantFromIso } from '../schemas/values.js';
import { BadUsage } from './bad-usage.js';
import { command, type CommandContext, type Parameter } from './command.js';
import { reviewerOf } from './review/reviewer.js';
import { textTable } from './table.js';

const by: Parameter = {
  flags: '--by <who>',
  about: 'who says so',
  otherwise: 'TOUCHLINE_REVIEWER, else the user of the operating system',
};
const By = z.string().trim().min(1).optional();
const to: Parameter = {
  flags: '--to <time>',
  about: 'an instant, as 2027-03-01T14:05:00Z, or latest: as far as the log goes',
};
const To = z
  .string()
  .transform((text, context) => {
    if (text === 'latest') return null;
    try {
      return new Date(instantFromIso(text));
    } catch {
      context.addIssue({ code: 'custom', message: `${text} is not an instant: write 2027-03-01T14:05:00Z` });
      return z.NEVER;
    }
  })
  .optional();

const settings = z.object({
  list: z.boolean().default(false),
  validate: z.string().optional(),
  testOnly: z.string().optional(),
  force: z.union([z.string(), z.boolean()]).optional(),
  to: To,
  request: z.string().optional(),
  by: By,
});
type Asked = z.output<typeof settings>;

export const restoreRun = command({
  path: ['restore', 'run'],
  isDefault: true,
  summary: 'bring a backup back: look, try, or replace production by it',
  description: [
    'Lists backups; reads one to its end (--validate); restores one, or an instant (--to), beside production, checks it and removes it',
    '(--test-only, or --to alone); or replaces production (--force), to which two people have agreed: touchline restore plan, then confirm. What',
    'replaces production is checked first, what was there is backed up and kept under another name, and both change places in one moment: whatever',
    'fails or is killed on the way, production is what it was or what was restored. Every step is in restore_audits.',
  ].join('\n'),
  options: [
    { flags: '--list', about: 'the backups, and the latest restores' },
    { flags: '--validate <file>', about: 'read a dump to its end; no database is touched' },
    { flags: '--test-only <file>', about: 'restore a dump into a temporary database, check it, remove it' },
    { flags: '--force [file]', about: 'replace production by a dump, or with --to by an instant' },
    to,
    { flags: '--request <id>', about: 'the agreed plan, with --force' },
    by,
  ],
  examples: [
    'touchline restore --list',
    'touchline restore --test-only full_backup_20270301_030000',
    'touchline restore --to 2027-03-01T14:05:00Z',
    'touchline restore --force --to 2027-03-01T14:05:00Z --request 0b5e…',
  ],
  json: '{"mode", "backups", "restores"} of --list; else {"mode", "file", "to", "findings", "rowCounts", "constraints", "lakeFiles", "kept", "saved"}; kept and saved of production alone',
  settings,
  async run(asked, context) {
    const chosen = [asked.list, asked.validate, asked.testOnly, asked.force].filter(
      (one) => one !== undefined && one !== false,
    );
    if (chosen.length > 1 || (chosen.length === 0 && asked.to === undefined)) {
      throw new BadUsage('Say one thing that is wanted', {
        setting: '--list, --validate, --test-only, --force or --to',
        advice: 'See touchline restore --help.',
      });
    }
    return asked.list ? await list(context) : await restore(asked, context);
  },
});

async function list(context: CommandContext): Promise<0> {
  const { openRestores } = await import('./restore/open-restores.js');
  const document = await openRestores(context, (restores) => restores.list());
  await context.output.result({ mode: 'list', ...document }, () =>
    [
      document.backups.length === 0
        ? 'There is no backup.'
        : textTable(
            ['backup', 'kind', 'of', 'bytes', 'metadata'],
            document.backups.map(({ name, kind, endedAt, size, state }) => [
              name,
              kind,
              endedAt,
              size,
              state,
            ]),
          ),
      ...(document.restores.length === 0
        ? []
        : [
            '',
            textTable(
              ['at', 'step', 'mode', 'of', 'to', 'who', 'request'],
              document.restores.map((one) => [
                ...[one.at, one.event, one.mode, one.file, one.to, one.person, one.request],
              ]),
            ),
          ]),
    ].join('\n'),
  );
  return 0;
}

async function restore(asked: Asked, context: CommandContext): Promise<0> {
  const { openRestores } = await import('./restore/open-restores.js');
  const person = reviewerOf(asked.by, context);
  const done = await openRestores(context, async (restores) => {
    if (asked.validate !== undefined) return restores.validate(asked.validate);
    if (asked.testOnly !== undefined) return restores.testOnly(asked.testOnly, person);
    if (asked.force === undefined) return restores.testInstant(asked.to ?? null, person);
    if (asked.request === undefined) {
      throw new BadUsage('Production is restored where two people have agreed to it', {
        setting: '--request <id>',
        advice: 'One plans it (touchline restore plan), another confirms it (touchline restore confirm).',
      });
    }
    if (typeof asked.force === 'string') return restores.production(asked.force, asked.request);
    if (asked.to === undefined) {
      throw new BadUsage('What is production to be replaced by?', {
        setting: '--force [file]',
        advice: 'Name a backup, or an instant with --to.',
      });
    }
    return restores.productionInstant(asked.to, asked.request);
  });
  await context.output.result(done, () =>
    [
      `${done.mode}: ${done.file}${done.to === null ? '' : ` to ${done.to}`} is good${done.findings.length === 0 ? '' : ', but for the lake'}.`,
      ...(done.constraints === 0
        ? []
        : [
            `${done.constraints} constraints hold over every row; the lake has ${done.lakeFiles} files, ${done.findings.length} of them are not there.`,
          ]),
      ...done.findings.map(({ object, says }) => `${object}: ${says}`),
      ...(done.kept === null
        ? []
        : [
            `Production was replaced. What it was is kept as the database ${done.kept}, and in ${done.saved ?? ''}.`,
          ]),
    ].join('\n'),
  );
  return 0;
}

export const restorePlan = command({
  path: ['restore', 'plan'],
  summary: 'ask for a restore of production; another person has to confirm it',
  description:
    'Writes down what production is to be replaced by, and prints a code for the second person. It holds for a day, for that file or instant alone, and once.',
  arguments: [{ flags: '[file]', about: 'a dump; none with --to' }],
  options: [to, by],
  examples: [
    'touchline restore plan full_backup_20270301_030000 --by ada',
    'touchline restore plan --to latest --by ada',
  ],
  json: '{"request", "code"}',
  settings: z.object({ file: z.string().optional(), to: To, by: By }),
  async run({ file, to: instant, by: who }, context) {
    if ((file === undefined) === (instant === undefined)) {
      throw new BadUsage('Name a dump, or an instant with --to', { setting: '[file]' });
    }
    const { openRestores } = await import('./restore/open-restores.js');
    const person = reviewerOf(who, context);
    const plan = await openRestores(context, (restores) => restores.plan(file, instant ?? null, person));
    await context.output.result(plan, () =>
      [
        `Planned as ${plan.request}. Give the second person this code: ${plan.code}`,
        `They confirm: touchline restore confirm ${plan.request} --code <code> --by <who>`,
      ].join('\n'),
    );
    return 0;
  },
});

export const restoreConfirm = command({
  path: ['restore', 'confirm'],
  summary: 'agree to a restore of production, as the second person',
  description:
    'Agrees to a plan of another person, with the code that they were shown. Both names, and the accounts of the operating system, are kept in restore_audits.',
  arguments: [{ flags: '<request>', about: 'of the plan' }],
  options: [{ flags: '--code <code>', about: 'that the first person was shown' }, by],
  examples: ['touchline restore confirm 0b5e… --code 4f1c9a20d3 --by grace'],
  json: '{"request", "file", "to", "plannedBy", "confirmedBy"}',
  settings: z.object({ request: z.string(), code: z.string('Give the code with --code'), by: By }),
  async run({ request, code, by: who }, context) {
    const { openRestores } = await import('./restore/open-restores.js');
    const person = reviewerOf(who, context);
    const plan = await openRestores(context, (restores) => restores.confirm(request, code, person));
    await context.output.result(
      plan,
      () => `${plan.confirmedBy} agrees with ${plan.plannedBy}: ${plan.file} may replace production, once.`,
    );
    return 0;
  },
});
