import type { ServiceAnswer } from './protocol.ts';
import { element, escapeXml } from './xml.ts';

/**
 * The document types that NCBI's answers name today, as recorded by Biopython in November 2025. Biopython brings these files along, so
 * that it reads the answers without a network.
 */
const DOCTYPES = {
  eInfoResult:
    '<!DOCTYPE eInfoResult PUBLIC "-//NLM//DTD einfo 20190110//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20190110/einfo.dtd">',
  eSearchResult:
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">',
  ePostResult:
    '<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd">',
  eSummaryResult:
    '<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary v1 20041029//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20041029/esummary-v1.dtd">',
  eSummaryResult2:
    '<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary pubmed 20160808//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20160808/esummary_pubmed.dtd">',
  eLinkResult:
    '<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20101123/elink.dtd">',
  eSpellResult:
    '<!DOCTYPE eSpellResult PUBLIC "-//NLM//DTD eSpellResult, 23 November 2004//EN" "https://www.ncbi.nlm.nih.gov/entrez/query/DTD/eSpell.dtd">',
  // NCBI's own slip: the declaration says eEfetchResult, the document eFetchResult.
  eFetchResult:
    '<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">',
  PubmedArticleSet:
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">',
} as const;

type Document = keyof typeof DOCTYPES;

/** An answer in XML. @param content what stands within the root element */
export function xmlAnswer(
  document: Document,
  content: string | readonly string[],
  { status = 200, ...more }: Partial<ServiceAnswer> = {},
): ServiceAnswer {
  const root = document === 'eSummaryResult2' ? 'eSummaryResult' : document;
  return {
    ...more,
    status,
    type: 'text/xml; charset=UTF-8',
    body: `<?xml version="1.0" encoding="UTF-8" ?>\n${DOCTYPES[document]}\n${element(root, content)}\n`,
  };
}

/** An answer in JSON, with NCBI's header. */
export function jsonAnswer(
  type: string,
  content: Readonly<Record<string, unknown>>,
  { status = 200, ...more }: Partial<ServiceAnswer> = {},
): ServiceAnswer {
  return {
    ...more,
    status,
    type: 'application/json; charset=UTF-8',
    body: `${JSON.stringify({ header: { type, version: '0.3' }, ...content })}\n`,
  };
}

/** An answer in plain text. */
export function textAnswer(body: string, more: Partial<ServiceAnswer> = {}): ServiceAnswer {
  return { status: 200, ...more, type: 'text/plain; charset=UTF-8', body };
}

/** `<ERROR>...</ERROR>` */
export function errorElement(message: string): string {
  return element('ERROR', escapeXml(message));
}
