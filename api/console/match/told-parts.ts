import { z } from 'zod';
import type { ConflictLine, FactLine, GameLine, RevisionLine } from '../../../schemas/api/match-told.js';
import { html, type Html } from '../../../schemas/html.js';
import { instantText, scoreOf, state, table } from '../parts.js';

const Player = z.object({
  player: z.object({
    name: z.string(),
    pos: z.string().nullable().optional(),
    number: z.number().nullable().optional(),
  }),
});
const LineUp = z.object({
  team: z.object({ name: z.string() }),
  formation: z.string().nullable().optional(),
  startXI: z.array(Player).default([]),
  substitutes: z.array(Player).default([]),
});

const eleven = (players: z.output<typeof LineUp>['startXI']): Html =>
  html`<ol class="players">
    ${players.map(({ player: { name, pos, number } }) => html`<li><span class="number">${number ?? ''}</span> ${name} <small>${pos ?? ''}</small></li>`)}
  </ol>`;

/** Who begins; what cannot be read as line-ups stands as it came. */
export function lineUpsPart(facts: readonly FactLine[]): Html {
  if (facts.length === 0) return html`<p class="quiet">No line-ups were told.</p>`;
  return html`<div class="side">
    ${facts.map((fact) => {
      const read = LineUp.safeParse(fact.payload);
      if (!read.success) return asCame(fact);
      const { team, formation, startXI, substitutes } = read.data;
      return html`<div>
        <h3>${team.name}</h3>
        <p class="quiet">${formation ?? ''} by ${fact.data_source}, ${instantText(fact.known_at)}</p>
        ${eleven(startXI)}
        <details id="bench-${fact.raw_id}">
          <summary>Bench</summary>
          ${eleven(substitutes)}
        </details>
      </div>`;
    })}
  </div>`;
}

const asCame = (fact: FactLine): Html =>
  html`<details id="fact-${fact.data_source}-${fact.raw_id}">
    <summary>${fact.record_key} by ${fact.data_source}, ${instantText(fact.known_at)}</summary>
    <pre>${JSON.stringify(fact.payload, null, 2)}</pre>
    <p class="quiet">Payload ${fact.raw_id}, <code class="hash">${fact.content_hash}</code></p>
  </details>`;

/** Facts as they came. */
export const factsPart = (name: string, facts: readonly FactLine[]): Html =>
  facts.length === 0
    ? html``
    : html`<h3>${name}</h3>
        ${facts.map(asCame)}`;

const moods = { win: 'good', draw: 'plain', loss: 'bad' } as const;

type Games = readonly z.output<typeof GameLine>[];

/** The last results of a team. */
export const formPart = (team: string, games: Games): Html =>
  gamesPart(`Last results of ${team}, the newest first`, games);

/** The last results of two teams against each other, as the first saw them. */
export const meetingsPart = (home: string, away: string, games: Games): Html =>
  gamesPart(`Last results of ${home} against ${away}, the newest first`, games);

const gamesPart = (caption: string, games: Games): Html =>
  table(
    caption,
    ['Against', 'Where', 'Kick-off', { number: 'Score' }, ''],
    games.map((game) => [
      html`<a href="/console/matches/${game.match_id}">${game.opponent}</a>`,
      ...[
        game.at_home ? 'home' : 'away',
        instantText(game.kick_off),
        scoreOf(game.goals_for, game.goals_against),
      ],
      state(game.result, moods[game.result]),
    ]),
  );

/** What each source said, as it became known. */
export const revisionsPart = (revisions: readonly RevisionLine[]): Html =>
  table(
    'What each source said, oldest first',
    ['Source', 'Known at', 'Basis', 'Kick-off', 'State', { number: 'Score' }, 'Listed'],
    revisions.map((said) => [
      ...[said.data_source, instantText(said.known_at), said.known_at_basis, instantText(said.kick_off)],
      ...[said.match_status, scoreOf(said.home_score, said.away_score), said.source_present ? 'yes' : 'no'],
    ]),
  );

const valueText = (value: Readonly<Record<string, string | number | null>>): string =>
  Object.values(value)
    .filter((part) => part !== null)
    .join(' ');

/** Where sources contradict each other. */
export const conflictsPart = (conflicts: readonly z.output<typeof ConflictLine>[]): Html =>
  conflicts.length === 0
    ? html``
    : table(
        'Where a source contradicts the one whose word is kept',
        ['Of', 'Kept', 'Says', 'Other', 'Says', 'Since'],
        conflicts.map((one) => [
          ...[one.field_group, one.kept_source, valueText(one.kept_value)],
          ...[one.other_source, valueText(one.other_value), instantText(one.since)],
        ]),
      );
