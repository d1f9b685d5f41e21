import type pg from 'pg';
import { InvariantBroken } from '../../schemas/errors.js';
import {
  HealthReason,
  ProviderState,
  type MovingKind,
  type ProviderFigures,
  type ProviderJudgement,
  type ProviderMeasures,
  type UsualMeasures,
} from '../../schemas/records/provider-health.js';
import { instant, type Instant } from '../../schemas/values.js';
import type { HealthQuestion } from './provider-measures.js';
import type { Computed, Row } from './row.js';

/**
 * What is usual for each source by the checks of a week: the median of each figure in the week before the answers that are judged, and of
 * silences those before it last told something new, so that no silence makes itself usual.
 */
export async function usualMeasures(
  client: pg.ClientBase,
  { dataSources, now, windows, fewestChecks }: HealthQuestion,
  measured: ReadonlyMap<string, ProviderMeasures>,
): Promise<ReadonlyMap<string, UsualMeasures>> {
  const median = (column: string): string =>
    `case when count(${column}) >= $4 then percentile_cont(0.5) within group (order by ${column}) end`;
  const figures = await client.query<
    Row<{
      dataSource: 'provider_health.data_source';
      parseYield: Computed<number | null>;
      agreement: Computed<number | null>;
      correctionRate: Computed<number | null>;
    }>
  >(
    `select data_source as "dataSource", ${median('parse_yield')} as "parseYield", ${median('agreement')} as agreement,
       ${median('correction_rate')} as "correctionRate"
     from provider_health
     where data_source = any($1) and checked_at between $2 and $3 group by data_source`,
    [
      dataSources,
      new Date(now - windows.answersMs - windows.matchesMs),
      new Date(now - windows.answersMs),
      fewestChecks.ofFigures,
    ],
  );
  const silent = [...measured].flatMap(([dataSource, { silences }]) =>
    silences.map(({ kind, newAt }) => ({ dataSource, kind, newAt })),
  );
  const silences = await client.query<
    Row<{
      dataSource: Computed<string>;
      kind: Computed<MovingKind>;
      usualMs: Computed<number>;
    }>
  >(
    `select n.data_source as "dataSource", n.kind,
       percentile_cont(0.9) within group (order by (s ->> 'longestMs')::double precision) as "usualMs"
     from unnest($1::text[], $2::text[], $3::timestamptz[]) as n (data_source, kind, new_at)
     join provider_health h on h.data_source = n.data_source and h.checked_at between n.new_at - $4::interval and n.new_at
     cross join lateral jsonb_array_elements(h.measures -> 'silences') s
     where s ->> 'kind' = n.kind and (s ->> 'matches')::integer > 0
     group by n.data_source, n.kind having count(*) >= $5`,
    [
      silent.map(({ dataSource }) => dataSource),
      silent.map(({ kind }) => kind),
      silent.map(({ newAt }) => new Date(newAt)),
      `${windows.matchesMs} milliseconds`,
      fewestChecks.ofSilence,
    ],
  );
  return new Map(
    dataSources.map((dataSource) => {
      const found = figures.rows.find((row) => row.dataSource === dataSource);
      const ofSource = silences.rows.filter((row) => row.dataSource === dataSource);
      return [
        dataSource,
        {
          parseYield: found?.parseYield ?? null,
          agreement: found?.agreement ?? null,
          correctionRate: found?.correctionRate ?? null,
          silenceMs: Object.fromEntries(ofSource.map(({ kind, usualMs }) => [kind, usualMs])),
        },
      ];
    }),
  );
}

/** Keeps other checks from judging until the transaction ends: each turn is told by one of them. */
export async function lockHealth(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('touchline.provider_health', 0))`);
}

/** A check of one source. */
export interface ProviderCheck extends ProviderJudgement {
  readonly dataSource: string;
  readonly checkedAt: Instant;
  readonly measures: ProviderMeasures;
}

/** Stores a check. */
export async function storeProviderCheck(
  client: pg.ClientBase,
  { dataSource, checkedAt, state, figures, reasons, measures }: ProviderCheck,
): Promise<void> {
  const { parseYield, agreement, correctionRate, silence } = figures;
  await client.query(
    `insert into provider_health
       (data_source, checked_at, state, parse_yield, agreement, correction_rate, silence, reasons, measures)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[dataSource, new Date(checkedAt), state, parseYield, agreement, correctionRate, silence],
      ...[JSON.stringify(reasons), JSON.stringify(measures)],
    ],
  );
}

interface CheckColumns {
  readonly dataSource: 'provider_health.data_source';
  readonly checkedAt: 'provider_health.checked_at';
  readonly state: 'provider_health.state';
  readonly parseYield: 'provider_health.parse_yield';
  readonly agreement: 'provider_health.agreement';
  readonly correctionRate: 'provider_health.correction_rate';
  readonly silence: 'provider_health.silence';
  readonly reasons: 'provider_health.reasons';
  readonly askedAt: Computed<number | null>;
  readonly newAt: Computed<number | null>;
}

/** How a source was at its last check. */
export interface LastCheck extends ProviderJudgement {
  readonly dataSource: string;
  readonly checkedAt: Instant;
  readonly askedAt: Instant | null;
  readonly newAt: Instant | null;
}

/** The last check of each source, by its name. */
export async function lastChecks(client: pg.Pool | pg.ClientBase): Promise<LastCheck[]> {
  const { rows } = await client.query<Row<CheckColumns>>(
    `select distinct on (data_source) data_source as "dataSource", checked_at as "checkedAt", state,
       parse_yield as "parseYield", agreement, correction_rate as "correctionRate", silence, reasons,
       (measures ->> 'askedAt')::double precision as "askedAt", (measures ->> 'newAt')::double precision as "newAt"
     from provider_health order by data_source, id desc`,
  );
  return rows.map(({ dataSource, checkedAt, state, reasons, askedAt, newAt, ...figures }) => ({
    ...{
      dataSource,
      checkedAt: instant(checkedAt.getTime()),
      state: stateOf(state),
      figures: figuresOf(figures),
    },
    reasons: HealthReason.array().parse(reasons),
    askedAt: askedAt === null ? null : instant(askedAt),
    newAt: newAt === null ? null : instant(newAt),
  }));
}

const figuresOf = ({ parseYield, agreement, correctionRate, silence }: ProviderFigures): ProviderFigures => ({
  parseYield,
  agreement,
  correctionRate,
  silence,
});

function stateOf(text: string): ProviderState {
  const state = ProviderState.safeParse(text);
  if (state.success) return state.data;
  throw new InvariantBroken(`A source is ${text}`, { object: 'provider_health' });
}
