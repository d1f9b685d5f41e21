import type { Meters } from '../adapters/metrics/meters.js';

type DataType = 'match' | 'odds';

/** Makes the series known of what this process may clean. */
export function knownCleaning(meters: Pick<Meters, 'add'>): void {
  for (const data_type of ['match', 'odds'] as const) {
    meters.add('football_data_cleaning_total', { data_type }, 0);
    meters.add('football_data_cleaning_errors_total', { data_type }, 0);
  }
}

/** Counts the payloads that a batch decided about, and those of them that it held (MET-43). A batch that failed has decided nothing. */
export async function countingCleaning<T extends { readonly claimed: number; readonly held: number }>(
  meters: Pick<Meters, 'add'> | undefined,
  data_type: DataType,
  clean: () => Promise<T>,
): Promise<T> {
  const batch = await clean();
  meters?.add('football_data_cleaning_total', { data_type }, batch.claimed);
  meters?.add('football_data_cleaning_errors_total', { data_type }, batch.held);
  return batch;
}
