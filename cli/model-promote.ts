import type pg from 'pg';
import { z } from 'zod';
import type { Promoted } from '../activities/promote-model.js';
import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import type { LossesBeside } from '../schemas/records/promotion.js';
import { BadUsage } from './bad-usage.js';
import { command, type CommandContext } from './command.js';
import { reviewerOf } from './review/reviewer.js';
import { WholeNumber } from './settings.js';
import { Said, who } from './team.js';
import { withDatabase } from './with-database.js';

/** Lets a command decide what serves. */
export async function servingDecision<T>(
  context: CommandContext,
  decide: (pool: pg.Pool, registry: ModelRegistry) => Promise<T>,
): Promise<T> {
  const { openRegistryOf } = await import('../adapters/models/registry/open-registry.js');
  const registry = openRegistryOf(context.config);
  return await withDatabase(context, { role: 'admin', name: 'model' }, ({ pool }) => decide(pool, registry));
}

export const modelPromote = command({
  path: ['model', 'promote'],
  summary: 'have a version serve, where it passes the gate',
  description: [
    'The version has to beat the one in production on the matches that both spoke of before they were played, and may not be worse than the bookmakers on those',
    'it was held against by more than .005 of log loss; where hardly a match had prices it has to beat the shares of the results before. The version that served is archived.',
    '--override promotes it all the same; what the gate said is kept with who did and why (touchline model history).',
  ].join('\n'),
  arguments: [{ flags: '<version>', about: 'its number, as touchline model list shows it' }],
  options: [
    { flags: '--override', about: 'promote it whatever the gate says; needs --why' },
    ...who.map((option) =>
      option.flags.startsWith('--why') ? { ...option, otherwise: 'that it passed the gate' } : option,
    ),
  ],
  examples: [
    'touchline model promote 3',
    'touchline model promote 4 --override --why "the same recipe, one season more"',
  ],
  json: [
    '{"from", "to", "gate": {"passed", "objections", "figures": {"baseline", "production"}}}: from is null for the first in production, gate is null where the version',
    'served already. baseline and production: {"matches", "logLoss", "theirs", "delta", "deltaSe"}, baseline with "of" and "margin", production with "version".',
  ].join('\n'),
  settings: z.object({
    version: WholeNumber,
    override: z.literal(true).optional(),
    by: Said.by,
    why: Said.why.optional(),
  }),
  async run({ version, override, by, why }, context) {
    if (override === true && why === undefined) {
      throw new BadUsage('Say why: --why is kept', { setting: '--why <text>' });
    }
    const { promoteModel } = await import('../activities/promote-model.js');
    const promoted = await servingDecision(context, (pool, registry) =>
      promoteModel(pool, registry, {
        version,
        rule: { kind: override === true ? 'override' : 'gate' },
        by: reviewerOf(by, context),
        why: why ?? 'It passed the gate',
      }),
    );
    await context.output.result(promoted, () => promotedText(promoted));
    return 0;
  },
});

const compared = (whom: string, { logLoss, theirs, delta, deltaSe, matches }: LossesBeside): string =>
  `Log loss ${logLoss.toFixed(4)} beside ${theirs.toFixed(4)} of ${whom} over ${matches} matches: ${delta >= 0 ? '+' : ''}${delta.toFixed(4)} ± ${deltaSe.toFixed(4)}.`;

function promotedText({ from, to, gate }: Promoted): string {
  if (gate === null) return `Version ${to} is in production already.`;
  const { baseline, production } = gate.figures;
  return [
    `Version ${to} is in production${from === null ? '' : `, version ${from} archived`}${gate.passed ? '' : ', against the gate'}.`,
    ...(baseline === null
      ? []
      : [
          compared(
            baseline.of === 'bookmakers'
              ? 'the bookmakers'
              : 'the base rate, since hardly a match had prices',
            baseline,
          ),
        ]),
    ...(production === null ? [] : [compared(`version ${production.version}`, production)]),
    ...gate.objections.map((objection) => `Overridden: ${objection}.`),
  ].join('\n');
}

export const modelRollback = command({
  path: ['model', 'rollback'],
  summary: 'have the version serve that served before',
  description:
    'Goes back to the version that was in production before this one, without a gate; again, one further. The version that served is archived.',
  options: who,
  examples: ['touchline model rollback --why "draws are told too seldom since Tuesday"'],
  json: '{"from", "to"}: versions.',
  settings: z.object(Said),
  async run({ by, why }, context) {
    const { rollBackModel } = await import('../activities/promote-model.js');
    const served = await servingDecision(context, (pool, registry) =>
      rollBackModel(pool, registry, { by: reviewerOf(by, context), why }),
    );
    await context.output.result(
      served,
      () => `Version ${served.to} is in production again, version ${served.from ?? '?'} archived.`,
    );
    return 0;
  },
});
