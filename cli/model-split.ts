import { z } from 'zod';
import type { ModelSplit } from '../schemas/records/model.js';
import { BadUsage } from './bad-usage.js';
import { command } from './command.js';
import { servingDecision } from './model-promote.js';
import { reviewerOf } from './review/reviewer.js';
import { WholeNumber } from './settings.js';
import { Said, who } from './team.js';

const shareText = 'Write a share between 0 and 1, as 0.1';
const Share = z
  .string()
  .regex(/^0?\.\d+$/, shareText)
  .transform(Number)
  .refine((share) => share > 0 && share < 1, shareText);

export const modelSplit = command({
  path: ['model', 'split'],
  summary: 'have a second version serve a share of the matches',
  description: [
    'Which version serves a match is decided by the match’s id alone, so it stays as long as the split does. No gate is asked: it is how more is learnt of a version before it is',
    'promoted. --none ends it; so does the promotion of that version.',
  ].join('\n'),
  arguments: [{ flags: '[version]', about: 'the second version' }],
  options: [
    { flags: '--share <number>', about: 'of the matches, as 0.1' },
    { flags: '--none', about: 'the version in production serves all matches again' },
    ...who,
  ],
  examples: [
    'touchline model split 4 --share 0.1 --why "is it better at draws?"',
    'touchline model split --none --why "it is not"',
  ],
  json: '{"before", "after"}: {"version", "share"}, or null where one version serves all.',
  settings: z.object({
    version: WholeNumber.optional(),
    share: Share.optional(),
    none: z.literal(true).optional(),
    ...Said,
  }),
  async run({ version, share, none, by, why }, context) {
    const split = splitOf(version, share, none);
    const { splitModel } = await import('../activities/promote-model.js');
    const done = await servingDecision(context, (pool, registry) =>
      splitModel(pool, registry, { split, by: reviewerOf(by, context), why }),
    );
    await context.output.result(done, () =>
      done.after === null
        ? 'The version in production serves all matches.'
        : `Version ${done.after.version} serves ${(100 * done.after.share).toFixed(1)} % of the matches.`,
    );
    return 0;
  },
});

function splitOf(
  version: number | undefined,
  share: number | undefined,
  none: true | undefined,
): ModelSplit | null {
  if (none === true && version === undefined && share === undefined) return null;
  if (none === undefined && version !== undefined && share !== undefined) return { version, share };
  throw new BadUsage('A split is a version with its share, or none', {
    setting: '--share <number>',
    advice: 'Give a version with --share, or --none alone.',
  });
}
