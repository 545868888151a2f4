/** `values` by what `key` says of them; groups in the order of their first member. */
export function groupBy<T, Key>(
  values: readonly T[],
  key: (value: T) => Key,
): ReadonlyMap<Key, readonly T[]> {
  const groups = new Map<Key, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) groups.set(key(value), [value]);
    else group.push(value);
  }
  return groups;
}
