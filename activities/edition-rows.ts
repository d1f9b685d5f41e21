import type { StagedRow } from '../adapters/postgres/source-editions.js';
import type { EditionName, EditionPlan, PlannedRow } from '../domain/identity/plan-edition.js';
import type { ParsedFile } from '../schemas/records/source-file.js';
import type { DoubtedRows } from './doubt-edition.js';

/** Why rows wait for a person: all of them, or single ones. */
interface Waiting {
  readonly all: string | null;
  readonly rows: DoubtedRows;
}

/** The rows of an edition as bronze stores them. */
export const stagedRows = (
  edition: EditionName,
  plan: EditionPlan,
  rowIs: ParsedFile['rowIs'],
  waiting: Waiting,
): StagedRow[] => plan.rows.map((row) => stagedRow(edition, row, rowIs, waiting));

function stagedRow(
  { uri, editionNo }: EditionName,
  row: PlannedRow,
  rowIs: ParsedFile['rowIs'],
  waiting: Waiting,
): StagedRow {
  const rowNo = row.rowNo;
  switch (row.kind) {
    case 'known':
      return { rowNo, rawId: row.rawId, dedupKey: null, payload: null };
    case 'repeat':
      return { rowNo, rawId: null, dedupKey: row.dedupKey, payload: null };
    case 'stored': {
      const doubt = waiting.all === null ? waiting.rows.get(rowNo) : undefined;
      const error = waiting.all ?? doubt?.says ?? null;
      return {
        rowNo,
        rawId: null,
        dedupKey: row.dedupKey,
        payload: {
          status: error === null ? 'pending' : 'held',
          key: row.key,
          division: row.division,
          matchTime: new Date(row.matchTime),
          content: row.content,
          raw: JSON.stringify(row.raw),
          error,
          finding:
            doubt === undefined
              ? null
              : {
                  type: 'doubted_row',
                  data: JSON.stringify({
                    ...{ file: uri, [rowIs]: rowNo, edition: editionNo },
                    ...{ field: doubt.rule, reason: doubt.says },
                  }),
                },
        },
      };
    }
    case 'held':
      return {
        rowNo,
        rawId: null,
        dedupKey: row.dedupKey,
        payload: {
          status: 'held',
          key: row.key,
          division: null,
          matchTime: null,
          content: row.content,
          raw: JSON.stringify(row.raw),
          error: `${row.field}: ${row.reason}`,
          finding: {
            type: 'unreadable_row',
            data: JSON.stringify({
              file: uri,
              [rowIs]: rowNo,
              edition: editionNo,
              field: row.field,
              reason: row.reason,
              text: row.text,
            }),
          },
        },
      };
  }
}
