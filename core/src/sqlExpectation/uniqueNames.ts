/** Names of columns, each another, as keys have to be: the second `name` is `name_2`. */
export function uniqueNames(columns: readonly string[]): readonly string[] {
  const taken = new Set<string>(columns.map((column) => column.toLowerCase()));
  const seen = new Set<string>();
  return columns.map((column) => {
    let name = column;
    for (let n = 2; seen.has(name.toLowerCase()); n++) {
      const other = `${column}_${n}`;
      if (!taken.has(other.toLowerCase())) name = other;
    }
    seen.add(name.toLowerCase());
    taken.add(name.toLowerCase());
    return name;
  });
}
