/** Something that refers to others of its kind by label, without circles: a query, an expression. */
export interface Referring<Self> {
  readonly references: ReadonlyMap<string, Self>;
}

/** `start` and all that it refers to, each once, what is referred to first. Iterates: documents may be long. */
export function inOrderOfUse<T extends Referring<T>>(start: T): ReadonlySet<T> {
  const done = new Set<T>();
  const entered = new Set<T>();
  const work = [start];
  for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
    if (entered.has(top)) {
      done.add(top);
      work.pop();
      continue;
    }
    entered.add(top);
    for (const reference of top.references.values()) if (!entered.has(reference)) work.push(reference);
  }
  return done;
}
