import { decisionCommand } from './review/decide.js';

export { reviewList } from './review/list.js';
export { reviewShow } from './review/show.js';
export { reviewStatistics } from './review/statistics.js';

const whose =
  'A finding that somebody has taken is theirs until it is opened again (touchline review reopen).';

export const reviewTake = decisionCommand({
  action: 'take',
  summary: 'say that you look into findings',
  description: ['Moves findings to in_review, with your name: nobody else decides about them.', whose],
  examples: ['touchline review take 412 413 --why "asking the league"'],
});

export const reviewResolve = decisionCommand({
  action: 'resolve',
  summary: 'close findings that are dealt with',
  description: [
    'Closes findings as dealt with; what is held stays held. A name that may be a known team is resolved by saying which team it is, with',
    '--team, or that it is a new one, with --new: its rows then wait for refine.',
    whose,
  ],
  options: [
    { flags: '--team <id|name>', about: 'the team that the suggested name means; of one suggestion' },
    { flags: '--new', about: 'the suggested name is a team of its own' },
  ],
  examples: [
    'touchline review resolve 412 --why "the provider was told"',
    'touchline review resolve 97 --team "Nottingham Forest" --why "the same club" --refine',
  ],
});

export const reviewIgnore = decisionCommand({
  action: 'ignore',
  summary: 'close findings that are not wanted',
  description: ['Closes findings as seen and not wanted; nothing about the data changes.', whose],
  examples: [
    'touchline review ignore --type implied_total_out_of_bounds --bookmaker market_average --why "averages of few books" --dry-run',
  ],
});

export const reviewRelease = decisionCommand({
  action: 'release',
  summary: 'accept what a rule doubts',
  description: [
    'Sends what is held through refine again, and waives the doubt of each finding for its payload: a held row comes to silver, a suspicious',
    'quote counts. What cannot be stored, whoever says so, is held again by the same finding. The decision survives a rebuild.',
    whose,
  ],
  examples: [
    'touchline review release 412 --why "the report of the league says so" --refine',
    'touchline review release --type implied_total_out_of_bounds --league E3 --season 0506 --why "checked by hand" --dry-run',
  ],
});

export const reviewReopen = decisionCommand({
  action: 'reopen',
  summary: 'open closed or taken findings again',
  description: [
    'Puts findings back into the queue. A release is taken back: its payload is refined again, and what came to silver by it leaves. An',
    'answer is taken back too: the name means no team, what was told by it leaves silver, and its rows wait for another answer.',
  ],
  examples: ['touchline review reopen 412 --why "released by mistake" --refine'],
});
