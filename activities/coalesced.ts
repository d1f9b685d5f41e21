/**
 * Makes of work on many things a function of one: what is asked for while a batch is under way waits, and goes together as the next one. A batch
 * that fails fails everyone in it. `work` answers in the order of what it was given.
 */
export function coalesced<Asked, Answer>(
  work: (batch: readonly Asked[]) => Promise<readonly Answer[]>,
): (asked: Asked) => Promise<Answer> {
  interface Waiting {
    readonly asked: Asked;
    readonly answer: (value: Answer) => void;
    readonly fail: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isUnderWay = false;

  const workOff = async (): Promise<void> => {
    isUnderWay = true;
    // What is asked for in the same turn goes with the first.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const answers = (await work(batch.map(({ asked }) => asked))).values();
        for (const { answer, fail } of batch) {
          const next = answers.next();
          if (next.done === true) fail(new Error('A batch answered fewer than it was asked'));
          else answer(next.value);
        }
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    isUnderWay = false;
  };

  return (asked) =>
    new Promise((answer, fail) => {
      waiting.push({ asked, answer, fail });
      if (!isUnderWay) void workOff();
    });
}
