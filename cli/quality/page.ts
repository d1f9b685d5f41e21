import { partsOfScore, scoreFormula, scoreOfParts, weights } from '../../domain/quality/score.js';
import { targetsOf } from '../../domain/quality/targets.js';
import type { BasicAnomalies } from '../../schemas/records/basic-anomalies.js';
import {
  overallTable,
  type CheckpointLine,
  type StoredCheckpoint,
  type StoredValidation,
} from '../../schemas/records/checkpoint.js';
import type { Freshness } from '../../schemas/records/freshness.js';
import type { ShownValue } from '../../schemas/records/validation.js';
import { toIso } from '../../schemas/values.js';
import { grouped } from '../table.js';
import { historyLine } from './history-line.js';
import { row, style, table, tableOf, text } from './html.js';
import { ageText, anomalyLines, dueWords, scoreText, verdict, waitingLines } from './text.js';

/**
 * A run of suites as a page that stands alone. First whether all is well, and what is not with its rows and their payloads; then scores with what they are made of,
 * what is due, what is odd, the checks before, newest first; every rule at the end.
 */
export function checkpointPage(checkpoint: StoredCheckpoint, history: readonly CheckpointLine[]): string {
  const { id, scores, validations, freshness, anomalies, runAt, snapshot } = checkpoint;
  const tables = Object.keys(scores)
    .filter((name) => name !== overallTable)
    .sort();
  const of = snapshot === null ? 'what was about to be published' : `snapshot ${snapshot}`;
  const unmet = validations.filter(({ unexpected }) => unexpected > 0);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Quality of the lake, checkpoint ${id}</title><style>${style}</style></head>
<body>
<h1>Quality of the lake</h1>
<p class="${checkpoint.heldBack ? 'held' : 'kept'}">${text(verdict(checkpoint))}</p>
<p>Checkpoint ${id} of ${toIso(runAt)}, of ${of}, by ${text(checkpoint.runId)}: ${grouped(checkpoint.rowsJudged)} rows, ${validations.length} expectations in ${checkpoint.executionTime.toFixed(1)} s; of those that had rows to judge, ${scoreText(checkpoint.overallSuccessRate)} % were met by every one.</p>
<h2>What is not met</h2>
${unmet.length === 0 ? '<p>Nothing: everything that is expected is met.</p>' : unmet.map(unmetPart).join('\n')}
<h2>Targets</h2>
${tableOf(
  ['target', 'came to', ''],
  targetsOf(checkpoint).map(({ target, value, reached }) =>
    row(
      [text(target), String(Number(value.toFixed(2))), reached ? 'reached' : 'missed'],
      'td',
      reached ? '' : 'unmet',
    ),
  ),
)}
<h2>Scores</h2>
<p class="small">A score is ${text(scoreFormula)}.</p>
${tableOf(
  ['table', 'score', 'made of', 'expectations', 'not met'],
  [overallTable, ...tables].map((name) => scoreRow(name, scores[name] ?? 0, validations)),
)}
${freshness === null ? '' : freshnessPart(freshness)}
${anomalies === null ? '' : anomaliesPart(anomalies)}
${historyPart(history)}
<h2>Every expectation</h2>
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

const meaning = { blocks: 'its contract promises it', reports: 'only reported' } as const;

const sharesOf = ({ evaluated, unexpected }: StoredValidation): string =>
  `${grouped(evaluated - unexpected)} of ${grouped(evaluated)} (${scoreText((100 * (evaluated - unexpected)) / evaluated)} %)`;

function unmetPart(validation: StoredValidation): string {
  const { table: name, says, weight, evaluated, unexpected, examples } = validation;
  return `<h3>${text(name)}: ${text(says)}</h3>
<p>${grouped(unexpected)} of ${grouped(evaluated)} not so; ${meaning[weight]}.</p>
${examplesTable(examples)}`;
}

/** Rows by their columns; a payload is a row of bronze by its id. */
function examplesTable(examples: StoredValidation['examples']): string {
  if (examples.length === 0) return '';
  const names = [...new Set(examples.flatMap((example) => Object.keys(example)))];
  const rows = examples.map((example) => row(names.map((name) => text(valueText(example[name])))));
  const headings = names.map((name) => text(payloadNames[name] ?? name));
  return tableOf(headings, rows).replace('<table>', '<table class="rows">');
}

const payloadNames: Readonly<Record<string, string>> = { raw_id: 'payload', raw_ids: 'payloads' };

const valueText = (value: ShownValue | undefined): string =>
  value === undefined || value === null ? '–' : typeof value === 'object' ? value.join(', ') : String(value);

function scoreRow(name: string, score: number, validations: readonly StoredValidation[]): string {
  const own = name === overallTable ? validations : validations.filter((one) => one.table === name);
  const parts = partsOfScore(own);
  const { blocks, reports } = parts;
  const uncapped = scoreOfParts(parts);
  const made = `100 × (${weights.blocks} × ${scoreText(blocks.met)} + ${scoreText(reports.met)}) / (${weights.blocks} × ${blocks.of} + ${reports.of})`;
  const capped = score < uncapped - 1e-9 ? `${made} = ${scoreText(uncapped)}, less for what is due` : made;
  const broken = own.some(({ weight, unexpected }) => weight === 'blocks' && unexpected > 0);
  const unmet = own.filter(({ unexpected }) => unexpected > 0).length;
  return row(
    [text(name), scoreText(score), capped, String(own.length), String(unmet)],
    'td',
    broken ? 'broken' : unmet > 0 ? 'unmet' : '',
  );
}

const tablePart = (name: string, validations: readonly StoredValidation[]): string =>
  `<details><summary>${text(name)}: ${validations.length} expectations</summary>
${tableOf(['expectation', 'columns', 'rows that meet it', ''], validations.map(validationRow))}</details>`;

function validationRow(validation: StoredValidation): string {
  const { says, columns, evaluated, unexpected, weight } = validation;
  return row(
    [
      text(says),
      text(columns.join(', ')),
      evaluated === 0 ? 'no row to judge' : sharesOf(validation),
      weight === 'reports' ? 'only reported' : '',
    ],
    'td',
    unexpected === 0 ? '' : weight === 'blocks' ? 'broken' : 'unmet',
  );
}

function freshnessPart(freshness: Freshness): string {
  const { due, missingMatches, fixturesLastUpdate, oddsLastUpdate } = freshness;
  const counts = due.map((one) => [text(dueWords[one.kind]), grouped(one.due), grouped(one.missing)]);
  const missing = missingMatches.map((one) => [
    ...[String(one.matchId), text(one.league), text(`${one.homeTeam} – ${one.awayTeam}`)],
    ...[text(one.kickoff), text(dueWords[one.lacks])],
  ]);
  return `<h2>How fresh it is</h2>
<p>Fixtures were last told ${ageText(fixturesLastUpdate)}, odds ${ageText(oddsLastUpdate)}. ${waitingLines(freshness).map(text).join(' ')}</p>
${table(['due of a match', 'matches', 'missing'], counts)}
${missing.length === 0 ? '' : table(['match', 'league', 'teams', 'kick-off', 'lacks'], missing)}`;
}

function anomaliesPart(anomalies: BasicAnomalies): string {
  const { suspiciousOdds, unusualScores } = anomalies;
  const quotes = suspiciousOdds.shown.map((one) => [
    ...[String(one.id), String(one.matchId), text(one.bookmaker), text(one.market)],
    text(
      Object.entries(one.prices)
        .map(([leg, price]) => `${leg} ${price}`)
        .join(', '),
    ),
    ...[text(one.collectedAt), String(one.rawId)],
  ]);
  const scores = unusualScores.shown.map((one) => [
    ...[String(one.matchId), text(one.league), text(`${one.homeTeam} – ${one.awayTeam}`)],
    ...[`${one.homeScore}-${one.awayScore}`, text(one.kickoff)],
  ]);
  return `<h2>What is odd</h2>
<p>${anomalyLines(anomalies).map(text).join(' ')}</p>
${quotes.length === 0 ? '' : table(['quote', 'match', 'bookmaker', 'market', 'prices', 'had at', 'payload'], quotes)}
${scores.length === 0 ? '' : table(['match', 'league', 'teams', 'score', 'kick-off'], scores)}`;
}

function historyPart(history: readonly CheckpointLine[]): string {
  if (history.length === 0) return '';
  const overall = (line: CheckpointLine): number => line.scores[overallTable] ?? 0;
  return `<h2>History</h2>
${historyLine(history.map(overall).toReversed())}
${tableOf(
  ['checkpoint', 'at', 'overall', 'lowest table', 'rows', 'seconds', 'contracts'],
  history.map((line) =>
    row(
      [
        ...[String(line.id), toIso(line.runAt), scoreText(overall(line)), text(lowestOf(line))],
        ...[grouped(line.rowsJudged), line.executionTime.toFixed(1), line.heldBack ? 'broken' : 'kept'],
      ],
      'td',
      line.heldBack ? 'broken' : '',
    ),
  ),
)}`;
}

/** `silver.odds 98.20` */
function lowestOf({ scores }: CheckpointLine): string {
  const [lowest] = Object.entries(scores)
    .filter(([name]) => name !== overallTable)
    .toSorted(([, a], [, b]) => a - b);
  return lowest === undefined ? '' : `${lowest[0]} ${scoreText(lowest[1])}`;
}
