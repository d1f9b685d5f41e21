import { z } from 'zod';
import { BadInput } from '../schemas/errors.js';
import {
  FormFeatures,
  MeetingFeatures,
  PriceFeatures,
  type MatchFeatures,
} from '../schemas/features/match-features.js';
import { instant } from '../schemas/values.js';
import { command } from './command.js';
import { InstantOption, WholeNumber } from './settings.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

export const featuresMatch = command({
  path: ['features', 'match'],
  summary: 'what a prediction is told of one match: form of both teams, meetings, prices',
  description: [
    'Shows the features of a match as of now, or as of an hour before its kick-off where that has passed. With --as-of an instant in the past: before that hour there are',
    'none, and every feature is empty, as it is where gold describes the match for another kick-off.',
  ].join('\n'),
  arguments: [{ flags: '<id>', about: 'the id of silver.matches' }],
  options: [{ flags: '--as-of <instant>', about: 'as 2023-11-01T12:00:00Z', otherwise: 'now' }],
  examples: [
    'touchline features match 4711',
    'touchline features match 4711 --as-of 2023-11-01T12:00:00Z --json',
  ],
  json: [
    '{"match_info": {"match_id", "home_team_id", "away_team_id", "league_id", "match_time", "season", "match_status"},',
    '"features": {"team_features": [home, away], "h2h_features", "odds_features"}, "status"}: each part with its calculation_date.',
  ].join('\n'),
  settings: z.object({ id: WholeNumber, asOf: InstantOption.optional() }),
  async run({ id, asOf }, context) {
    const { readMatchFeatures } = await import('../activities/match-features.js');
    const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
    const told = await withDatabase(
      context,
      { role: 'reader', name: 'features' },
      async ({ pool }, stack) => {
        const source = await openLakeOf(context.config, stack.status.postgres, 'features');
        const asked = { matchId: id, now: instant(Date.now()) };
        const about = asOf === undefined ? asked : { ...asked, asOf: instant(asOf.getTime()) };
        return await readMatchFeatures({ pool, source }, about).finally(() => source.close());
      },
    );
    if (told === undefined) {
      throw new BadInput(`Nobody knew a match with the id ${id} by then`, {
        field: 'id',
        advice: 'touchline lake query "select id from silver.matches where …" finds ids.',
      });
    }
    await context.output.result(told, () => featuresText(told));
    return 0;
  },
});

function featuresText({ match_info: info, features, status }: MatchFeatures): string {
  const { team_features, h2h_features, odds_features } = features;
  const [home, away] = team_features;
  return [
    `Match ${info.match_id}, ${info.season}, ${info.match_time} (${info.match_status}): ${status}, as of ${home.calculation_date}`,
    textTable(
      ['form', `home, team ${home.team_id}`, `away, team ${away.team_id}`],
      FormFeatures.keyof().options.map((name) => [name, home[name], away[name]]),
    ),
    textTable(
      ['of the match', 'value'],
      [
        ...MeetingFeatures.keyof().options.map((name) => [name, h2h_features[name]]),
        ...PriceFeatures.keyof().options.map((name) => [name, odds_features[name]]),
      ],
    ),
  ].join('\n\n');
}
