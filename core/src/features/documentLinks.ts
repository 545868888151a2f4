import type { Thesaurus } from '../mesh/index.ts';
import type { QueryNode, TermNode } from '../pubmed/index.ts';
import { findField, nodesOf, splitHeading } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';

/** A place that leads elsewhere. */
export interface DocumentLink {
  readonly range: Range;
  readonly target:
    | { readonly kind: 'url'; readonly url: string }
    /** As written in the front matter; who knows the disk finds the file. */
    | { readonly kind: 'file'; readonly path: string };
  /** What following it does, without "Ctrl+click". */
  readonly tooltip: string;
}

/**
 * Links of the document: headings to their record in MeSH, PMIDs to PubMed, trial ids to ClinicalTrials.gov, the files that the
 * front matter names. A heading that MeSH does not have leads nowhere; without `thesaurus` headings lead to NLM's search for them.
 */
export function documentLinks(document: StrategyDocument, thesaurus?: Thesaurus): DocumentLink[] {
  const links = frontMatterLinks(document);
  for (const { query } of document.lines) {
    const pmids = barePmids(query.root);
    for (const node of nodesOf(query.root))
      if (node.kind === 'term') links.push(...termLinks(node, pmids, thesaurus));
  }
  for (const { range, text } of document.comments) links.push(...commentLinks(text, range.start));
  return links.sort((a, b) => a.range.start - b.range.start);
}

function frontMatterLinks({ text, frontMatter }: StrategyDocument): DocumentLink[] {
  if (frontMatter === undefined) return [];
  const { database, seeds } = frontMatter.valueRanges;
  const links: DocumentLink[] = [];
  const named = frontMatter.database?.trim() ?? '';
  if (database && named !== '' && !/^(?:pubmed|ctgov)$/i.test(named))
    links.push(fileLink(text, database, named, 'Open the database file'));
  if (seeds && frontMatter.seedsFile !== undefined)
    links.push(fileLink(text, seeds, frontMatter.seedsFile, 'Open the file of seeds'));
  if (seeds && frontMatter.seeds !== undefined) {
    const known = new Set(frontMatter.seeds);
    for (const { 0: written, index } of text.slice(seeds.start, seeds.end).matchAll(/\b(?:NCT)?\d+\b/gi)) {
      const id = written.toUpperCase().replace(/^0+/, '');
      const start = seeds.start + index;
      if (known.has(id)) links.push(idLink({ start, end: start + written.length }, id));
    }
  }
  return links;
}

/** A link on the path itself, not on the quotes around it. */
function fileLink(text: string, value: Range, path: string, tooltip: string): DocumentLink {
  const at = text.slice(value.start, value.end).indexOf(path);
  const range = at < 0 ? value : { start: value.start + at, end: value.start + at + path.length };
  return { range, target: { kind: 'file', path }, tooltip };
}

function termLinks(
  term: TermNode,
  pmids: ReadonlySet<QueryNode>,
  thesaurus: Thesaurus | undefined,
): DocumentLink[] {
  const field = term.tag?.field;
  if (/^NCT\d{8}$/i.test(term.text)) return [idLink(term.textRange, term.text.toUpperCase())];
  const isPmid = field === 'pmid' && /^\d{1,8}$/.test(term.text);
  if (isPmid || pmids.has(term)) return [idLink(term.textRange, term.text)];
  if (field !== undefined && field !== 'sh' && field !== 'pa' && findField(field)?.mesh === true)
    return headingLink(term, thesaurus);
  return [];
}

/** Terms of digits that stand alone or side by side: there PubMed reads them as PMIDs. */
function barePmids(root: QueryNode | undefined): ReadonlySet<QueryNode> {
  const found = new Set<QueryNode>();
  const add = (node: QueryNode): void => {
    const isBare = node.kind === 'term' && node.tag === undefined && !node.quoted;
    if (isBare && /^\d{5,8}$/.test(node.text)) found.add(node);
  };
  if (root) add(root);
  for (const node of nodesOf(root)) {
    if (node.kind !== 'chain') continue;
    if (node.operators.every(({ operator, implicit }) => operator === 'OR' && implicit))
      for (const operand of node.operands) add(operand);
  }
  return found;
}

function headingLink(term: TermNode, thesaurus: Thesaurus | undefined): DocumentLink[] {
  const { heading } = splitHeading(term.text);
  const range = term.textRange;
  if (thesaurus === undefined) {
    const url = `https://www.ncbi.nlm.nih.gov/mesh/?term=${encodeURIComponent(`"${wellFormed(heading)}"[MeSH Terms]`)}`;
    return [{ range, target: { kind: 'url', url }, tooltip: 'Look the heading up in MeSH' }];
  }
  const descriptor = thesaurus.byTerm(heading);
  if (descriptor === undefined || !/^D\d{1,12}$/.test(descriptor.ui)) return [];
  const url = `https://meshb.nlm.nih.gov/record/ui?ui=${descriptor.ui}`;
  return [{ range, target: { kind: 'url', url }, tooltip: `Open ${descriptor.name} in the MeSH browser` }];
}

/** Halves of surrogate pairs cannot be written in an address. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '');
}

/** Ids in comments, where they say that they are ids. */
function commentLinks(text: string, offset: number): DocumentLink[] {
  const links: DocumentLink[] = [];
  for (const match of text.matchAll(/\bNCT\d{8}\b|\bPMID:?\s{0,2}(\d{1,8})\b/gi)) {
    const id = match[1] ?? match[0];
    const end = offset + match.index + match[0].length;
    links.push(idLink({ start: end - id.length, end }, id.toUpperCase()));
  }
  return links;
}

function idLink(range: Range, id: string): DocumentLink {
  return id.startsWith('NCT')
    ? {
        range,
        target: { kind: 'url', url: `https://clinicaltrials.gov/study/${id}` },
        tooltip: `Open ${id} at ClinicalTrials.gov`,
      }
    : {
        range,
        target: { kind: 'url', url: `https://pubmed.ncbi.nlm.nih.gov/${id}/` },
        tooltip: `Open PMID ${id} in PubMed`,
      };
}
