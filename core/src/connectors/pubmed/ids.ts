/** Ids that PubMed can hold, each once. Others, such as NCT numbers, are in no answer anyway. */
export function pmids(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].filter((id) => /^[1-9]\d{0,8}$/.test(id));
}

/** A query for records by their ids. */
export function uidText(ids: readonly string[]): string {
  return `(${ids.map((id) => `${id}[uid]`).join(' OR ')})`;
}

/** `ids` in pieces of `size`. */
export function batches(ids: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
