import { z } from 'zod';
import { command } from './command.js';
import { reviewerOf } from './review/reviewer.js';
import { grouped } from './table.js';
import { bringOn, changing, Said, who } from './team.js';

export const teamDoubt = command({
  path: ['team', 'doubt'],
  summary: 'ask again which team a name of a source means',
  description: [
    'Takes the team from a name that a rule or a person gave a wrong one: what was told by the name leaves silver, its rows wait, and the',
    'question is in the review queue (touchline review resolve --team or --new). No rule decides about the name any more.',
  ].join('\n'),
  arguments: [
    { flags: '<source>', about: 'as openfootball' },
    { flags: '<name>', about: 'the name as the source writes it' },
  ],
  options: [{ flags: '--country <name>', about: 'where the source has the name in several' }, ...who],
  examples: ['touchline team doubt openfootball "AFC Wimbledon" --why "a club of its own since 2002"'],
  json: '{"findingId", "pending"}: the suggestion to answer, payloads that wait for refine.',
  settings: z.object({
    source: z.string().min(1),
    name: z.string().min(1),
    country: z.string().min(1).optional(),
    ...Said,
  }),
  async run({ source, name, country, by, why }, context) {
    const { doubtName } = await import('../activities/doubt-name.js');
    await changing(context, async (transaction) => {
      const doubt = { dataSource: source, name, country, by: reviewerOf(by, context), why };
      const outcome = await doubtName(transaction, doubt);
      const { findingId, pending } = outcome;
      return [
        outcome,
        `${name} is in question: touchline review resolve ${findingId} --team or --new. ${grouped(pending)} payloads wait. ${bringOn}`,
      ];
    });
    return 0;
  },
});
