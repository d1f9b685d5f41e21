/** The properties of one match, as openfootball writes them. */
export type MatchEntry = Readonly<Record<string, unknown>>;

/** The text of a file as openfootball lays it out. */
export const jsonText = (matches: readonly unknown[], name = 'English Premier League 2021/22'): string =>
  `${JSON.stringify({ name, matches }, null, 2)}\n`;

/** A played match of Saturday 14 August 2021, Arsenal against Chelsea 2-1; what the test is about is passed in. */
export const anEntry = (properties: MatchEntry = {}): MatchEntry => ({
  round: 'Matchday 1',
  date: '2021-08-14',
  time: '15:00',
  team1: 'Arsenal FC',
  team2: 'Chelsea FC',
  score: { ht: [1, 0], ft: [2, 1] },
  ...properties,
});
