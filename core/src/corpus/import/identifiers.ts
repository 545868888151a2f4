import { normaliseDoi } from './normalise.ts';

/** `PMID: 123`, `PubMed ID 123`, `MEDLINE:123`, and addresses of PubMed. */
const WRITTEN =
  /(?:\bPMID\b|\bPubMed(?: PMID| ID)\b|\b(?:PubMed|MEDLINE)(?=\s*:))[\s:=#]*0*([1-9]\d{0,8})(?![\d.]*\d)/i;
const ADDRESS =
  /ncbi\.nlm\.nih\.gov\/(?:(?:m\/)?pubmed\/|entrez\/query\.fcgi\?\S*list_uids=|pubmed\/\?term=)?0*([1-9]\d{0,8})(?!\d)/i;

/** The PMID that a text names as such, or undefined: a bare number is none here. */
export function pmidWithin(text: string): string | undefined {
  return (WRITTEN.exec(text) ?? (/pubmed/i.test(text) ? ADDRESS.exec(text) : null))?.[1];
}

/** The PMID that a text is where only PMIDs are to be expected: digits, also with the `.0` that statistics programs add. */
export function pmidOf(text: string): string | undefined {
  const match = /^\s*(?:pmid:?\s*)?0*([1-9]\d{0,8})(?:\.0+)?\s*$/i.exec(text);
  return match?.[1] ?? pmidWithin(text);
}

/** The NCT number that a text is, of a trial in ClinicalTrials.gov; undefined for every other text. */
export function nctNumberOf(text: string): string | undefined {
  return /^\s*(NCT\d{8})\s*$/i.exec(text)?.[1]?.toUpperCase();
}

/** The first DOI within texts such as addresses and notes. */
export function doiWithin(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    // One that stands alone may hold what ends it within a text: `10.1002/(sici)1097(1998)17<1661::x>3.0.co;2-2`.
    const whole = normaliseDoi(text);
    if (whole !== undefined) return whole;
    const match = /\b10\.\d{4,9}\/[^\s"<>]{1,500}/.exec(text);
    const doi = match === null ? undefined : normaliseDoi(match[0].replace(/[.,;)\]]+$/, ''));
    if (doi !== undefined) return doi;
  }
  return undefined;
}

/** ISSNs within a text that may hold several, with remarks: `0140-6736 (Print); 1474547X`. */
export function issnsWithin(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\dX-])(\d{4})-?(\d{3}[\dX])(?![\dX-])/gi)].map(
    ([, first, second]) => `${first}-${second?.toUpperCase()}`,
  );
}

/** ISBNs within a text, without hyphens: 13 digits, or 10 of which the last may be an X. */
export function isbnsWithin(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\dX-])(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dX](?![\dX-])/gi)].map(
    ([isbn]) => isbn.replace(/[- ]/g, '').toUpperCase(),
  );
}

/** PubMed Central ids within texts. */
export function pmcidsWithin(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => /^(?:PMCID:?\s*)?(PMC\d+)\b/i.exec(text.trim())?.[1]?.toUpperCase() ?? []);
}

/** An ORCID without its address and with its hyphens; other ids as they are. */
export function authorId(text: string): string {
  const bare = text.trim().replace(/^ORCID:?\s*/i, '');
  const match = /(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])\/?$/i.exec(bare);
  return match === null ? bare : match.slice(1, 5).join('-').toUpperCase();
}
