import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { z } from 'zod';
import type { Answered, Decided, DecisionPlan } from '../../activities/decide-findings.js';
import type { IdentityAnswer } from '../../adapters/postgres/identity/answer-suggestion.js';
import { RefineResult } from '../../schemas/jobs/refine.js';
import type { ReviewAction } from '../../schemas/records/review.js';
import { refineJob } from '../../workflows/jobs.js';
import { BadUsage } from '../bad-usage.js';
import { command, type Command, type CommandContext, type Parameter } from '../command.js';
import { WholeNumber } from '../settings.js';
import { counted, grouped } from '../table.js';
import { choosesFindings, filterOf, filterOptions, filterSettings } from './filter.js';
import { reviewerOf } from './reviewer.js';
import { withDatabase } from '../with-database.js';

const decisionOptions: readonly Parameter[] = [
  {
    flags: '--by <who>',
    about: 'who decides',
    otherwise: 'TOUCHLINE_REVIEWER, else the user of the operating system',
  },
  { flags: '--why <text>', about: 'the reason; it is kept with the decision' },
  { flags: '--dry-run', about: 'say how many findings would move, and change nothing' },
  { flags: '--refine', about: 'bring payloads that wait to silver, as touchline run refine does' },
];

const reason = 'Say why: --why is kept with the decision';
const DecisionSettings = z.object({
  ids: z.array(WholeNumber).default([]),
  ...filterSettings,
  by: z.string().trim().min(1, 'Say who decides').optional(),
  why: z.string(reason).trim().min(1, reason),
  dryRun: z.literal(true).optional(),
  refine: z.literal(true).optional(),
  team: z.string().min(1).optional(),
  new: z.literal(true).optional(),
});
type DecisionSettings = z.output<typeof DecisionSettings>;

const json = [
  '{"action", "by", "why", "dryRun", "moved", "unchanged", "refused": [{"id", "reason"}], "pending", "refined"}: moved and unchanged are',
  'counts (unchanged were decided so before), pending the payloads that wait for refine, refined what refine answered or null.',
].join('\n');

/** A command that decides about findings: those named by ids, all of them or none; or those a filter chooses that can move. */
export function decisionCommand(page: {
  readonly action: ReviewAction;
  readonly summary: string;
  readonly description: readonly string[];
  readonly examples: readonly string[];
  readonly options?: readonly Parameter[];
}): Command {
  const { action, summary, description, examples, options = [] } = page;
  return command({
    path: ['review', action],
    summary,
    description: description.join('\n'),
    arguments: [{ flags: '[ids...]', about: 'ids of findings; without any, the options choose them' }],
    options: [...options, ...filterOptions, ...decisionOptions],
    examples,
    json,
    settings: DecisionSettings,
    async run(settings, context) {
      const decision = { action, by: reviewerOf(settings.by, context), why: settings.why };
      chosenIn(settings);
      await withDatabase(context, { role: 'admin', name: 'review' }, async ({ pool }, { client }) => {
        const decided = await decide(pool, settings, decision);
        const refined =
          settings.refine === true && decided.pending > 0 ? await refine(client, context) : null;
        await tell(context, { settings, decision, decided, refined });
      });
      return 0;
    },
  });
}

/** One way of choosing, never everything by oversight. */
function chosenIn(settings: DecisionSettings): void {
  const hasIds = settings.ids.length > 0;
  const hasFilter = choosesFindings(settings);
  if (hasIds !== hasFilter && !(hasIds && settings.status !== undefined)) return;
  throw new BadUsage(hasIds ? 'Findings are named by ids or chosen by options' : 'No findings are chosen', {
    setting: '[ids...]',
    advice:
      'Give ids, or options such as --type held --league E0 (--status alone chooses none); touchline review list shows what they choose.',
  });
}

async function decide(pool: pg.Pool, settings: DecisionSettings, decision: Answered): Promise<Decided> {
  const { decideFindings, planDecision, refuseAny } = await import('../../activities/decide-findings.js');
  const { inTransaction } = await import('../../adapters/postgres/transaction.js');
  const { findingIds } = await import('../../adapters/postgres/review/queue.js');
  const { refuseUnknown } = await import('../../adapters/postgres/review/unknown-filter.js');
  return inTransaction(pool, async (transaction) => {
    const { client } = transaction;
    if (settings.ids.length === 0) await refuseUnknown(client, filterOf(settings));
    const ids = settings.ids.length > 0 ? settings.ids : await findingIds(client, filterOf(settings));
    const answer = await answerIn(client, settings, ids);
    const answered = { ...decision, ...(answer === undefined ? {} : { answer }) };
    const decided: Decided =
      settings.dryRun === true
        ? { ...(await planDecision(transaction, ids, answered)), pending: 0 }
        : await decideFindings(transaction, ids, answered);
    if (settings.ids.length > 0) refuseAny(decided);
    return decided;
  });
}

async function answerIn(
  client: pg.ClientBase,
  { team, new: isNew }: DecisionSettings,
  ids: readonly number[],
): Promise<IdentityAnswer | undefined> {
  if (team === undefined) return isNew === true ? { kind: 'new-team' } : undefined;
  if (isNew === true) {
    throw new BadUsage('A name means a known team or a new one', {
      setting: '--team <id|name>',
      advice: 'Give --team or --new.',
    });
  }
  if (/^\d+$/.test(team)) return { kind: 'same-team', teamId: Number(team) };
  const { teamNamed } = await import('../../adapters/postgres/review/team-named.js');
  return { kind: 'same-team', teamId: await teamNamed(client, ids, team) };
}

async function refine(client: Client, context: CommandContext): Promise<unknown> {
  const { runJob } = await import('../run-job.js');
  return (await runJob(refineJob, {}, client, context)) ?? null;
}

interface Told {
  readonly settings: DecisionSettings;
  readonly decision: Answered;
  readonly decided: Decided;
  readonly refined: unknown;
}

async function tell(
  { output }: CommandContext,
  { settings, decision, decided, refined }: Told,
): Promise<void> {
  const { moves, stands, refusals, pending } = decided;
  const isDry = settings.dryRun === true;
  const document = {
    ...decision,
    dryRun: isDry,
    moved: moves.length,
    unchanged: stands.length,
    refused: refusals.map(({ finding, reason: why }) => ({ id: finding.id, reason: why })),
    pending,
    refined,
  };
  await output.result(document, () =>
    [
      `${isDry ? 'Would' : 'Did'} ${decision.action}: ${counted(moves.length, 'finding')}; ${grouped(stands.length)} were decided so before, ${grouped(refusals.length)} stay as they are.`,
      ...refusalLines(decided),
      ...(pending > 0 ? [whatIsPending(pending, refined)] : []),
    ].join('\n'),
  );
}

const whatIsPending = (pending: number, refined: unknown): string =>
  refined === null
    ? `${counted(pending, 'payload')} more to refine: touchline run refine brings what waits to silver, or holds it again.`
    : refinedText(refined);

function refinedText(refined: unknown): string {
  const { done, held } = RefineResult.parse(refined);
  return [
    `Refined all that waited: ${counted(done, 'payload')} came to silver, ${grouped(held)} are held.`,
    ...(held === 0
      ? []
      : [
          'What is held again cannot be stored, whoever says so: its source has to mend it (touchline review list --type held).',
        ]),
    ...(done === 0 ? [] : ['Bring it to the lake: touchline run publish, then touchline run build-gold.']),
  ].join(' ');
}

/** One line a reason, with how often it was given. */
function refusalLines({ refusals }: DecisionPlan): string[] {
  const counts = new Map<string, number>();
  for (const { reason: why } of refusals) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].slice(0, 10).map(([why, count]) => `  ${grouped(count)}: ${why}`);
}
