import type { RangeNode, TermNode } from '../pubmed/index.ts';
import { printRange, printTerm } from '../pubmed/index.ts';
import { isDateField, searchDate, searchDateRange } from './dateSearch.ts';
import { DocSet } from './docSet.ts';
import type { Evaluation, Part } from './evaluation.ts';
import { isRareWordField, isWordField } from './fields.ts';
import { searchFilter, searchPresence } from './filterSearch.ts';
import { headingFields, isUntaggedHeading, searchUntaggedHeading } from './headingSearch.ts';
import type { LeafSearch } from './treeSearch.ts';
import { searchUntagged } from './untaggedSearch.ts';
import { valueFields } from './valueSearch.ts';
import { searchTaggedWords } from './wordSearch.ts';

export { limitTo } from './dateSearch.ts';

/** Evaluates one term by its tag. */
export function searchTerm(run: Evaluation, node: TermNode): Part {
  run.checkAborted();
  const special = searchPresence(run, node);
  if (special !== undefined) return special;
  const { tag } = node;
  if (tag === undefined)
    return isUntaggedHeading(run, node) ? searchUntaggedHeading(run, node) : searchUntagged(run, node);
  const { field } = tag;
  if (field === undefined) {
    run.warn(
      'field-not-found',
      `PubMed has no field [${tag.text}], so "${node.text}" was searched in all fields.`,
    );
    return searchUntagged(run, node);
  }
  if (field === 'all') return searchUntagged(run, node);
  if (isWordField(field) || isRareWordField(field)) return searchTaggedWords(run, node, field);
  if (isDateField(field)) return searchDate(run, node, field);
  if (field === 'filter') return searchFilter(run, node, leaf);
  const search = headingFields[field] ?? valueFields[field];
  return search === undefined ? unsupported(run, printTerm(node)) : search(run, node, field);
}

/** Filters stand for published searches, which have no references. */
const leaf: LeafSearch = (run, node) =>
  node.kind === 'term'
    ? searchTerm(run, node)
    : node.kind === 'range'
      ? searchRange(run, node)
      : run.nothing(`#${node.label}`);

function unsupported(run: Evaluation, text: string): Part {
  return run.drop(
    'unsupported-locally',
    `${text} cannot be answered from local records and was left out.`,
    text,
  );
}

/** Evaluates `from : to`. Ranges work for dates and PMIDs. */
export function searchRange(run: Evaluation, node: RangeNode): Part {
  run.checkAborted();
  const field = node.tag?.field;
  const text = printRange(node);
  if (isDateField(field)) return searchDateRange(run, node, field);
  if (field === 'pmid' && /^\d+$/.test(node.from) && /^\d+$/.test(node.to)) {
    if (Number(node.from) > Number(node.to)) {
      run.warn(
        'reversed-range',
        `${text} ends before it begins, so it finds nothing. Exchange its two numbers.`,
      );
      return run.nothing(text);
    }
    const docs = new DocSet(run.index.documentCount);
    for (let doc = 0; doc < docs.size; doc++) {
      const id = run.index.idOf(doc);
      if (/^\d+$/.test(id) && Number(id) >= Number(node.from) && Number(id) <= Number(node.to)) docs.add(doc);
    }
    return { docs, text };
  }
  if (field !== undefined) return unsupported(run, text);
  return run.drop(
    'ignored',
    `The range ${text} needs a date field, for example [dp]. It was left out.`,
    text,
  );
}
