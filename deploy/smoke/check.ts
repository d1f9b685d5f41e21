/** One thing that has to be there after a deployment (DEP-6). */
export interface Check {
  readonly name: string;
  /** What was found. @throws with the reason where it is not as it has to be */
  look(): Promise<string>;
}

const patienceMs = 10_000;

/** What an address answers, as JSON. @throws where it does not answer, or not well */
export async function answerOf(address: string): Promise<unknown> {
  const response = await fetch(address, { signal: AbortSignal.timeout(patienceMs) });
  const body = await response.text();
  if (!response.ok) throw new Error(`${address} answers ${response.status}: ${body.slice(0, 200)}`);
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
