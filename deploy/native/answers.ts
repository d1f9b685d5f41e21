const patienceMs = 5_000;

/** Whether an address answers well. */
export const answersWell = (address: string): Promise<boolean> =>
  fetch(address, { signal: AbortSignal.timeout(patienceMs) }).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
