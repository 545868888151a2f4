const SEARCH = 'https://pubmed.ncbi.nlm.nih.gov/';
/** Longest address that every system opens: Electron passes on 2,081 characters on Windows, and the editor may run there. */
const LONGEST_ADDRESS = 2_000;

/** PubMed's search box. */
export const pubmedAddress = SEARCH;

/** The address that shows the records of `query` in PubMed; undefined when it would be too long to be opened everywhere. */
export function searchAddress(query: string): string | undefined {
  // Halves of surrogate pairs cannot be written in an address.
  const wellFormed = query.replace(/\p{Surrogate}/gu, '\ufffd');
  const address = `${SEARCH}?term=${encodeURIComponent(wellFormed)}`;
  return address.length <= LONGEST_ADDRESS ? address : undefined;
}
