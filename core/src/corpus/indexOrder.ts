import { compareTexts } from './textTable.ts';

/** The numbers of `texts`, in the order of the texts. */
export function inOrder(texts: readonly string[]): Uint32Array {
  return Uint32Array.from(texts.keys()).sort((a, b) => compareTexts(texts[a] ?? '', texts[b] ?? ''));
}

/**
 * Document numbers by date, then by PMID, both descending; records without a date come last.
 * @param dates see `DateNumber`; 0 where there is none.
 */
export function newestFirst(ids: readonly string[], dates: Uint32Array): Uint32Array {
  const pmids = Float64Array.from(ids, (id) => (/^\d{1,15}$/.test(id) ? Number(id) : -1));
  return Uint32Array.from(ids.keys()).sort(
    (a, b) =>
      (dates[b] ?? 0) - (dates[a] ?? 0) ||
      (pmids[b] ?? 0) - (pmids[a] ?? 0) ||
      ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1),
  );
}
