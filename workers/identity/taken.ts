/**
 * What another object answered, as a value of one's own. An object that lives long has to dispose of the answers that it gets: until then they hold the other one.
 */
export async function taken<T extends object>(answer: T | Promise<T>): Promise<T> {
  const given = await answer;
  const own = structuredClone(given);
  (given as Partial<Disposable>)[Symbol.dispose]?.();
  return own;
}
