import {
  overallTable,
  type StoredCheckpoint,
  type StoredValidation,
} from '../../schemas/records/checkpoint.js';
import type { Freshness } from '../../schemas/records/freshness.js';
import { toIso } from '../../schemas/values.js';
import { grouped } from '../table.js';
import { dueWords, scoreText } from './text.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const text = (value: string): string => value.replace(/[&<>"']/g, (character) => entities[character] ?? '');

const row = (cells: readonly string[], tag: 'td' | 'th'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead>${row(headings, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('\n')}</tbody></table>`;

const style = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c1c1c }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }
code { font-size: 13px; display: block } .unmet { background: #fdf0e7 } .held { color: #a11 }`;

/** A run of suites as a page that stands alone: the score of each table, each rule in words, its share of rows, examples with their payloads. */
export function checkpointPage(checkpoint: StoredCheckpoint): string {
  const { id, scores, validations, freshness, runAt, snapshot } = checkpoint;
  const tables = Object.keys(scores).filter((name) => name !== overallTable);
  const scored = [overallTable, ...tables.sort()].map((name) => [text(name), scoreText(scores[name] ?? 0)]);
  const of = snapshot === null ? 'what was about to be published' : `snapshot ${snapshot}`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Quality of the lake, checkpoint ${id}</title><style>${style}</style></head>
<body>
<h1>Quality of the lake</h1>
<p>Checkpoint ${id} of ${toIso(runAt)}, of ${of}: ${grouped(checkpoint.rowsJudged)} rows, ${validations.length} expectations, ${scoreText(checkpoint.overallSuccessRate)} % of them met by every row.</p>
${checkpoint.heldBack ? '<p class="held">Something is not met that holds a publication back.</p>' : ''}
${table(['table', 'score'], scored)}
${freshness === null ? '' : freshnessPart(freshness)}
${tables
  .map((name) =>
    tablePart(
      name,
      validations.filter((one) => one.table === name),
    ),
  )
  .join('\n')}
</body>
</html>
`;
}

const tablePart = (name: string, validations: readonly StoredValidation[]): string =>
  `<h2>${text(name)}</h2>
<table><thead>${row(['expectation', 'columns', 'rows that meet it', 'where it is not met'], 'th')}</thead><tbody>
${validations.map(validationRow).join('\n')}
</tbody></table>`;

function validationRow(validation: StoredValidation): string {
  const { says, columns, evaluated, unexpected, examples, weight } = validation;
  const share =
    evaluated === 0 ? 'no row to judge' : `${grouped(evaluated - unexpected)} of ${grouped(evaluated)}`;
  const cells = [
    `${text(says)}${weight === 'reports' ? ' (only reported)' : ''}`,
    text(columns.join(', ')),
    `${share}${evaluated === 0 ? '' : ` (${scoreText((100 * (evaluated - unexpected)) / evaluated)} %)`}`,
    examples.map((example) => `<code>${text(JSON.stringify(example))}</code>`).join(''),
  ];
  return `<tr${unexpected > 0 ? ' class="unmet"' : ''}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function freshnessPart({ due, missingMatches }: Freshness): string {
  const counts = due.map((one) => [...[text(dueWords[one.kind]), grouped(one.due), grouped(one.missing)]]);
  const missing = missingMatches.map((one) => [
    ...[String(one.matchId), text(one.league), text(`${one.homeTeam} – ${one.awayTeam}`)],
    ...[text(one.kickoff), text(dueWords[one.lacks])],
  ]);
  return `<h2>What is due</h2>
${table(['of a match', 'due', 'missing'], counts)}
${missing.length === 0 ? '' : table(['match', 'league', 'teams', 'kick-off', 'lacks'], missing)}`;
}
