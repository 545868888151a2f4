import { findHeading } from '../mapping/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import { splitHeading } from '../pubmed/index.ts';
import { searchClause } from './clauseSearch.ts';
import { keyPattern, nameKey } from './characters.ts';
import type { Evaluation, Part } from './evaluation.ts';
import { isIndexed, searchAction, searchHeading, searchSubheading } from './meshSearch.ts';
import { emptyTerm, valueText } from './valueSearch.ts';
import type { FieldSearch } from './valueSearch.ts';
import { translated, warnNoThesaurus } from './wordSearch.ts';

function isEmpty(text: string): boolean {
  return nameKey(text.replaceAll('*', ' ')) === '';
}

/** `[mh]`, `[majr]`: the headings that PubMed's mapping makes of the words; a heading that only the records know as it is written. */
const heading: FieldSearch = (run, node, field) => {
  const { thesaurus } = run.options;
  const text = valueText(run, node);
  if (isEmpty(text)) return emptyTerm(run, node);
  if (thesaurus === undefined) warnNoThesaurus(run);
  run.noteCoverage('mh', 'MeSH headings [mh]');
  const { clause, query, notes } = run.mapped(node);
  if (clause === undefined) return emptyTerm(run, node);
  if (text.includes('*')) return { docs: searchClause(run, clause), text: query };
  const written = splitHeading(text).heading;
  const isHeading = thesaurus !== undefined && findHeading(thesaurus, written) !== undefined;
  if (!isHeading && isIndexed(run.index, written)) {
    const docs = searchHeading(run.index, text, {
      thesaurus: undefined,
      major: field === 'majr',
      explode: node.tag?.noExplode !== true,
      headingsAsText: false,
      check: run.checkAborted,
    });
    return { docs, text: query };
  }
  const missing = notes.find(({ kind }) => kind === 'not-found');
  if (missing !== undefined || thesaurus === undefined)
    run.warn(
      'heading-not-found',
      missing?.message ?? `"${written}" is a heading of no record here; it finds nothing.`,
    );
  return { docs: searchClause(run, clause), text: query };
};

/** `neoplasms/drug therapy`: with a subheading the tag is optional. */
export function isUntaggedHeading(run: Evaluation, node: TermNode): boolean {
  const { thesaurus } = run.options;
  if (thesaurus === undefined || node.quoted || !node.text.includes('/') || node.text.includes('*'))
    return false;
  const { heading: name, subheading } = splitHeading(node.text);
  return subheading !== undefined && findHeading(thesaurus, name) !== undefined;
}

/** Fields of the MeSH vocabulary. */
export const headingFields: Readonly<Record<string, FieldSearch>> = {
  mh: heading,
  majr: heading,
  sh: (run, node) => {
    const text = valueText(run, node);
    if (isEmpty(text)) return emptyTerm(run, node);
    run.noteCoverage('mh', 'MeSH headings [mh]');
    const { query } = run.mapped(node);
    const docs = searchSubheading(run.index, text, node.tag?.noExplode !== true);
    if (docs !== undefined) return { docs, text: query };
    run.warn('heading-not-found', `"${node.text}" is no MeSH subheading; it finds nothing.`);
    return run.nothing(query);
  },
  pa: (run, node) => {
    const { thesaurus } = run.options;
    const text = valueText(run, node);
    if (isEmpty(text)) return emptyTerm(run, node);
    if (thesaurus === undefined) {
      warnNoThesaurus(run);
      return run.drop(
        'unsupported-locally',
        `"${node.text}"[pa] needs MeSH, which knows the substances with this action, and was left out.`,
        node.text,
      );
    }
    run.noteCoverage('mh', 'MeSH headings [mh]');
    const action = text.includes('*') ? undefined : findHeading(thesaurus, text)?.descriptor;
    if (action !== undefined)
      return { docs: searchAction(run.index, action, thesaurus), text: run.mapped(node).query };
    run.warn(
      'heading-not-found',
      `"${node.text}" is no MeSH heading; as a pharmacological action it finds nothing.`,
    );
    return run.nothing(run.mapped(node).query);
  },
  nm: (run, node) => {
    const text = valueText(run, node);
    if (isEmpty(text)) return emptyTerm(run, node);
    run.noteCoverage('nm', 'substances [nm]');
    const { thesaurus } = run.options;
    const found =
      thesaurus === undefined || text.includes('*') ? undefined : findHeading(thesaurus, text)?.descriptor;
    const docs = run.index.docsWithValue(`nm:${keyPattern(text, nameKey)}`);
    const name = found?.name ?? text;
    return {
      docs: found === undefined ? docs : docs.or(run.index.docsWithValue(`nm:${nameKey(found.name)}`)),
      text: translated(name, 'nm'),
    };
  },
};

/** A heading with a subheading without a tag. */
export function searchUntaggedHeading(run: Evaluation, node: TermNode): Part {
  return heading(run, node, 'mh');
}
