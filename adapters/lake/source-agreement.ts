import { z } from 'zod';
import { mostBetweenSources } from '../../schemas/price-limits.js';
import type { AgreementCount, SourceAgreement } from '../../schemas/records/source-agreement.js';
import type { Ask } from './suite-pass.js';

const shown = 5;

/** What each source says last of a match, where that is a final score. */
const scores = `
  with last_word as (
    select match_id, data_source, arg_max({
      'score': home_score || '-' || away_score, 'raw_id': raw_id, 'counts': match_status = 'completed' and source_present
    }, known_at) as said
    from lake.silver.fixture_revisions
    where match_id in (select match_id from lake.silver.fixture_revisions group by match_id having count(distinct data_source) > 1)
    group by match_id, data_source
  )
  select match_id, count(distinct said.score) > 1 as is_apart,
    string_agg(data_source || ' ' || said.score, ', ' order by data_source) as said, list_sort(list(said.raw_id)) as raw_ids
  from last_word where said.counts and said.score is not null
  group by match_id having count(*) > 1`;

const legs = ['home_odds', 'draw_odds', 'away_odds', 'over_odds', 'under_odds'] as const;
/** What each source says last of a bookmaker's closing price, unless it is doubted. */
const prices = `
  with last_word as (
    select match_id, bookmaker, market_type, line_value, data_source,
      arg_max({${legs.map((leg) => `'${leg}': ${leg}`).join(', ')}, 'raw_id': raw_id}, (collected_at, recorded_at)) as said
    from lake.silver.odds
    where price_phase = 'closing' and quote_kind = 'book' and not suspicious_odds
      and match_id in (
        select match_id from lake.silver.odds where price_phase = 'closing' group by match_id having count(distinct data_source) > 1)
    group by all
  )
  select match_id, bookmaker, market_type, line_value::double as line_value,
    coalesce(greatest(${legs.map((leg) => `max(said.${leg}) / min(said.${leg})`).join(', ')}) > ${1 + mostBetweenSources}, false) as is_apart,
    string_agg(data_source || ' ' || concat_ws('/', ${legs.map((leg) => `said.${leg}`).join(', ')}), ', ' order by data_source) as said,
    list_sort(list(said.raw_id)) as raw_ids
  from last_word group by match_id, bookmaker, market_type, line_value having count(*) > 1`;

const Counted = z.object({ compared: z.coerce.number(), apart: z.coerce.number() });
const Example = z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.array(z.coerce.number())]));

/** Counts of what several sources tell of the same, and where they differ, by the lake as it is published. */
export async function readSourceAgreement(ask: Ask): Promise<SourceAgreement> {
  const count = async (compared: string): Promise<AgreementCount> => {
    const [counted] = await ask(
      `select count(*) as compared, count(*) filter (where is_apart) as apart from (${compared})`,
    );
    const found = Counted.parse(counted);
    const examples =
      found.apart === 0
        ? []
        : await ask(
            `select * exclude (is_apart) from (${compared}) where is_apart order by match_id limit ${shown}`,
          );
    return { ...found, examples: examples.map((row) => Example.parse(row)) };
  };
  return { scores: await count(scores), prices: await count(prices) };
}
