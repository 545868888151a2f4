/** Databases that can be asked for, in NCBI's order. */
export type Database = 'pubmed' | 'mesh';

/** Names of Entrez databases that NCBI knows and that are not here: they are told apart from names that are nonsense. */
const ELSEWHERE = new Set(
  (
    'protein nuccore ipg nucleotide structure genome annotinfo assembly bioproject biosample blastdbinfo books cdd clinvar gap gapplus ' +
    'grasp dbvar gene gds geoprofiles medgen nlmcatalog omim orgtrack pmc proteinclusters pcassay protfam pccompound pcsubstance seqannot ' +
    'snp sra taxonomy biocollections gtr'
  ).split(' '),
);

/** The database of a request, or NCBI's words for one that is not there. */
export function databaseOf(
  name: string | undefined,
  hasMesh: boolean,
): Database | { readonly error: string } {
  const wanted = (name ?? 'pubmed').toLowerCase();
  if (wanted === 'pubmed') return 'pubmed';
  if (wanted === 'mesh' && hasMesh) return 'mesh';
  return {
    error:
      ELSEWHERE.has(wanted) || wanted === 'mesh'
        ? `Database is not supported: ${wanted}`
        : `Invalid db name specified: ${name ?? ''}`,
  };
}
