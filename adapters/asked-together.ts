/**
 * A question about things by their ids, for who asks hundreds of times a second: what is asked while one is under way goes as one with the next, which begins after it was asked, so that each answer is
 * as new as one of its own. An answer may hold things that others asked about; one that fails fails for all who asked.
 */
export function askedTogether<Answer>(
  ask: (ids: readonly number[]) => Promise<Answer>,
): (ids: readonly number[]) => Promise<Answer> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: { readonly ids: Set<number>; readonly answer: Promise<Answer> } | undefined;
  return (ids) => {
    if (next === undefined) {
      const gathered = new Set<number>();
      const answer = underWay.then(() => {
        next = undefined;
        return ask([...gathered]);
      });
      next = { ids: gathered, answer };
      underWay = answer.catch(() => undefined);
    }
    for (const id of ids) next.ids.add(id);
    return next.answer;
  };
}
