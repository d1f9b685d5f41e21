import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import { BadInput, ContractBroken, KeyRefused, PrerequisiteMissing } from '../../schemas/errors.js';
import { replannedSignalName, stepsQueryName, type MatchPlan } from '../../schemas/jobs/follow-match.js';
import { instant } from '../../schemas/values.js';
import type * as workflows from '../../workflows/index.js';
import { standInActivities, type JobActivities } from './stand-ins.js';

type JobInput = Readonly<Record<string, unknown>>;

/** One run that is recorded: `<workflow>.json`, or `<workflow>.<about>.json`. */
export interface HistoryCase {
  readonly workflow: keyof typeof workflows;
  /** What sets this run apart from the plain one of the same workflow. */
  readonly about?: string;
  /** What it is given, or how that is made where it has to do with the hour at which it is recorded. */
  readonly input: JobInput | (() => JobInput);
  /** Those that do not answer as {@link standInActivities} do. */
  readonly activities?: () => Partial<JobActivities>;
  /** What it is told while it runs. */
  readonly meanwhile?: (handle: WorkflowHandle) => Promise<void>;
}

const location = 'https://files.example';

const oneUnusableFile = (): Partial<JobActivities> => {
  const usable = standInActivities();
  return {
    collectFile: (input) =>
      input.file.division === 'E1'
        ? Promise.reject(new BadInput('This is no text', { file: input.file.uri, advice: 'Fetch it again.' }))
        : usable.collectFile(input),
  };
};

/** More batches than one history takes. */
const manyBatches = (): Partial<JobActivities> => {
  let left = 24;
  return {
    refineBatch: () => {
      left -= 1;
      return Promise.resolve(
        left >= 0 ? { claimed: 2_000, done: 2_000, held: 0 } : { claimed: 0, done: 0, held: 0 },
      );
    },
  };
};

const minute = 60_000;
const kickoff = instant(Date.UTC(2022, 4, 14, 14));
/** A plan by a clock that stands still so long before a kick-off. */
const planAt = (before: number, change: Partial<MatchPlan> = {}): MatchPlan => ({
  ...{ version: 1, kickoff, precision: 'minute', state: 'ahead' },
  clock: { startsAt: instant(kickoff - before), realStart: 0, speed: 0 },
  ...change,
});
const told = (handle: WorkflowHandle, plan: MatchPlan): Promise<void> =>
  handle.signal(replannedSignalName, plan);
/** Once as many steps have ended. */
async function ended(handle: WorkflowHandle, steps: number): Promise<void> {
  while (z.array(z.unknown()).parse(await handle.query(stepsQueryName)).length < steps) await sleep(20);
}

/** Once so many events of a kind are in the history. */
async function begun(
  handle: WorkflowHandle,
  count: number,
  isOne: (
    event: NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number],
  ) => boolean,
): Promise<void> {
  while (((await handle.fetchHistory()).events ?? []).filter(isOne).length < count) await sleep(20);
}
const begunChildren = (handle: WorkflowHandle, count: number): Promise<void> =>
  begun(handle, count, (event) => event.childWorkflowExecutionStartedEventAttributes != null);
const timersBegun = (handle: WorkflowHandle, count: number): Promise<void> =>
  begun(handle, count, (event) => event.timerStartedEventAttributes != null);

/** Every run that is kept as a golden history; a new workflow gets a line here, then `npm run record-histories`. */
export const historyCases: readonly HistoryCase[] = [
  { workflow: 'importHistory', input: { location } },
  {
    workflow: 'importHistory',
    about: 'one-unusable-file',
    input: { location, seasons: ['2122'], divisions: ['E0', 'E1', 'SC0'], reading: 'always' },
    activities: oneUnusableFile,
  },
  {
    workflow: 'importHistory',
    about: 'nothing-usable',
    input: { location },
    activities: () => ({ collectFile: () => Promise.reject(new BadInput('This is no text')) }),
  },
  { workflow: 'importHistory', about: 'fixtures', input: { location, collectionType: 'fixtures' } },
  { workflow: 'importHistory', about: 'up-to-bronze', input: { location, upTo: 'bronze' } },
  { workflow: 'collectFixtures', input: {} },
  { workflow: 'collectFixtures', about: 'up-to-silver', input: { upTo: 'silver' } },
  {
    workflow: 'collectFixtures',
    about: 'one-source-away',
    input: { dataSources: ['football_data', 'openfootball'] },
    activities: () => {
      const answering = standInActivities();
      return {
        listSourceFiles: (input) =>
          input.dataSource === 'openfootball'
            ? Promise.reject(new BadInput('The address is no site'))
            : answering.listSourceFiles(input),
      };
    },
  },
  {
    workflow: 'collectFixtures',
    about: 'every-source-away',
    input: {},
    activities: () => ({ listSourceFiles: () => Promise.reject(new BadInput('The address is no site')) }),
  },
  { workflow: 'collectLiveScores', input: {} },
  {
    workflow: 'collectLiveScores',
    about: 'no-match-in-play',
    input: {},
    activities: () => ({
      scoreSource: () =>
        Promise.resolve({ kind: 'closed', dataSource: 'scores_api', reason: 'No match is in its window' }),
    }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'listening',
    input: { liveOnly: true },
    activities: () => ({
      scoreSource: () => Promise.resolve({ kind: 'open', dataSource: 'scores_api', transport: 'websocket' }),
    }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'nothing-new',
    input: {},
    activities: () => ({
      collectScores: () =>
        Promise.resolve({
          ...{ told: 10, stored: 0, unchanged: 10, rejected: 0 },
          ...{ changedMatches: 0, unknownMatches: 0 },
        }),
    }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'refused',
    input: {},
    activities: () => ({ collectScores: () => Promise.reject(new BadInput('This is no feed')) }),
  },
  { workflow: 'collectOdds', input: {} },
  {
    workflow: 'collectOdds',
    about: 'nothing-due',
    input: {},
    activities: () => ({
      oddsRequests: () =>
        Promise.resolve({
          sources: [
            { kind: 'skipped', dataSource: 'api_football', reason: 'the prices of no match are due' },
          ],
        }),
    }),
  },
  {
    workflow: 'collectOdds',
    about: 'source-refuses',
    input: { dataSources: ['api_football'] },
    activities: () => ({
      collectOddsRequest: () => Promise.reject(new KeyRefused('api_football refuses the key')),
    }),
  },
  {
    workflow: 'collectTold',
    input: {
      kind: 'odds',
      dataSource: 'api_football',
      requests: [
        { subject: '1035037', priority: 'closing' },
        { subject: '1035038', priority: 'regular' },
      ],
    },
  },
  {
    workflow: 'collectTold',
    about: 'injuries',
    input: {
      kind: 'injuries',
      dataSource: 'api_football',
      requests: [{ subject: '39/2021-22', priority: 'regular' }],
    },
  },
  {
    workflow: 'collectTold',
    about: 'one-request-fails',
    input: {
      kind: 'odds',
      dataSource: 'api_football',
      requests: [
        { subject: '1035037', priority: 'regular' },
        { subject: '1035038', priority: 'regular' },
      ],
    },
    activities: () => ({
      collectOddsRequest: ({ subject }) =>
        subject === '1035037'
          ? Promise.reject(new ContractBroken('api_football answered with a body of another shape'))
          : Promise.resolve({ told: 60, stored: 0, unchanged: 60, rejected: 0, changedMatches: [] }),
    }),
  },
  { workflow: 'collectInjuries', input: {} },
  {
    workflow: 'collectLiveScores',
    about: 'window-over',
    input: { matchIds: [7], window: 'over' },
    activities: () => ({
      scoreSource: () => Promise.resolve({ kind: 'open', dataSource: 'scores_api', transport: 'websocket' }),
    }),
  },
  { workflow: 'reconcile', input: {} },
  {
    workflow: 'reconcile',
    about: 'feed-away-midway',
    input: { kinds: ['scores'] },
    activities: () => ({
      toldSources: () =>
        Promise.resolve({ sources: [{ state: 'ready', kind: 'scores', dataSource: 'scores_api' }] }),
      compareScores: () => Promise.reject(new ContractBroken('scores_api answered with another shape')),
    }),
  },
  {
    workflow: 'followMatch',
    input: { matchId: 7, plan: planAt(20 * minute) },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(-120 * minute, { version: 2, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'moved',
    input: { matchId: 7, plan: planAt(90 * minute) },
    meanwhile: async (handle) => {
      await ended(handle, 2);
      await told(handle, planAt(90 * minute, { version: 2, kickoff: instant(kickoff - 65 * minute) }));
      await ended(handle, 4);
      await told(handle, planAt(80 * minute, { version: 3, state: 'off' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'found-after-kick-off',
    input: { matchId: 7, plan: planAt(-minute) },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(-minute, { version: 1, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'no-result',
    input: { matchId: 7, plan: planAt(-13 * 60 * minute) },
  },
  {
    workflow: 'followMatch',
    about: 'steps-fail',
    input: { matchId: 7, plan: planAt(20 * minute) },
    activities: () => ({
      collectWeather: () => Promise.reject(new BadInput('There is no match 7')),
      requestFeatures: () => Promise.reject(new ContractBroken('Temporal answered with another shape')),
      predictMatch: () => Promise.reject(new PrerequisiteMissing('No model is registered', {})),
    }),
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(0, { version: 2, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'called-off',
    input: { matchId: 7, plan: planAt(110 * minute) },
    activities: () => ({ collectLineups: () => Promise.resolve({ outcome: 'not-yet', stored: 0 }) }),
    meanwhile: async (handle) => {
      // The weather is there, and the line-ups wait for their next poll.
      await ended(handle, 1);
      await begunChildren(handle, 2);
      await told(handle, planAt(110 * minute, { version: 2, state: 'off' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'hour-becomes-known',
    input: { matchId: 7, plan: { ...planAt(-minute), precision: 'day' } },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      const known = instant(kickoff + 3 * minute);
      await told(handle, planAt(-minute, { version: 2, kickoff: known }));
      await begunChildren(handle, 2);
      await told(handle, planAt(-minute, { version: 3, kickoff: known, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'features-late',
    input: { matchId: 7, plan: planAt(30 * minute) },
    activities: () => {
      const answers: ('pending' | 'ready')[] = ['pending', 'ready'];
      return { requestFeatures: () => Promise.resolve({ state: answers.shift() ?? 'ready' }) };
    },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(-minute, { version: 2, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'cancelled',
    input: { matchId: 7, plan: planAt(7 * 60 * minute) },
    meanwhile: async (handle) => {
      await ended(handle, 0);
      await handle.cancel();
    },
  },
  { workflow: 'collectMatchFacts', input: { matchId: 7, kind: 'weather', kickoff } },
  {
    workflow: 'collectMatchFacts',
    about: 'lineups',
    input: () => ({
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 120 * minute, realStart: Date.now(), speed: 100_000 },
    }),
    activities: () => {
      const answers: ('not-yet' | 'published')[] = ['not-yet', 'not-yet', 'published'];
      return {
        collectLineups: () => Promise.resolve({ outcome: answers.shift() ?? 'published', stored: 1 }),
      };
    },
  },
  {
    workflow: 'collectMatchFacts',
    about: 'never-published',
    input: {
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 5 * minute, realStart: 0, speed: 0 },
    },
    activities: () => ({ collectLineups: () => Promise.resolve({ outcome: 'not-yet', stored: 0 }) }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'cancelled',
    input: {
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 110 * minute, realStart: 0, speed: 0 },
    },
    activities: () => ({ collectLineups: () => Promise.resolve({ outcome: 'not-yet', stored: 0 }) }),
    meanwhile: async (handle) => {
      await timersBegun(handle, 1);
      await handle.cancel();
    },
  },
  {
    workflow: 'collectMatchFacts',
    about: 'refused',
    input: { matchId: 7, kind: 'lineups', kickoff },
    activities: () => ({
      collectLineups: () => Promise.reject(new KeyRefused('api_football refuses the key')),
    }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'away-at-first',
    input: () => ({
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 120 * minute, realStart: Date.now(), speed: 100_000 },
    }),
    activities: () => {
      const answers = [() => Promise.reject(new ContractBroken('api_football answered with another shape'))];
      return {
        collectLineups: () => answers.shift()?.() ?? Promise.resolve({ outcome: 'published', stored: 2 }),
      };
    },
  },
  { workflow: 'planMatches', input: {} },
  { workflow: 'verifyPredictions', input: {} },
  { workflow: 'calculateFeatures', input: {} },
  { workflow: 'refine', input: {} },
  { workflow: 'refine', about: 'continued', input: {}, activities: manyBatches },
  { workflow: 'publish', input: {} },
  { workflow: 'buildGold', input: {} },
  { workflow: 'rebuild', input: {} },
  { workflow: 'trainModel', input: { seed: 1 } },
  { workflow: 'evaluateModel', input: { testSeasons: ['2122'], seed: 1 } },
  { workflow: 'predictFixtures', input: {} },
  { workflow: 'errorCleanup', input: {} },
  { workflow: 'systemHealthCheck', input: {} },
  { workflow: 'weeklyDataCleanup', input: {} },
  { workflow: 'weeklyDataCleanup', about: 'one-step', input: { mode: 'dry-run', steps: ['cold'] } },
  { workflow: 'databaseMaintenance', input: {} },
  { workflow: 'refreshMaterializedViews', input: { views: ['mv_team_recent_performance'] } },
];

/** The name of a case's file, without `.json`; the part before the first dot is the workflow. */
export const caseName = ({ workflow, about }: HistoryCase): string =>
  about === undefined ? workflow : `${workflow}.${about}`;
