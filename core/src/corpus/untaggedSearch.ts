import type { TermNode } from '../pubmed/index.ts';
import { searchClause } from './clauseSearch.ts';
import type { Evaluation, Part } from './evaluation.ts';
import { numberOf } from './meshSearch.ts';
import { readWords, translated, warnNoThesaurus } from './wordSearch.ts';

/**
 * A term without a tag, or with `[all]`: what automatic term mapping makes of it (core/mapping), which is what the hover shows. Quoted or
 * truncated terms are searched in all fields; a quoted phrase that no record has is searched without its quotes, as PubMed does.
 */
export function searchUntagged(run: Evaluation, node: TermNode): Part {
  const words = readWords(run, node);
  if (words === undefined) return { docs: undefined, text: node.text };
  if (node.tag?.proximity !== undefined)
    run.warn(
      'ignored',
      `The proximity :~${node.tag.proximity} of "${node.text}" was ignored: it works in [ti], [tiab] and [ad] only.`,
    );
  if (words.truncated || node.quoted) {
    const docs = run.index.docsWithWords('all', words.slots, run.checkAborted);
    if (words.truncated || words.pieces.length < 2 || run.phrasesAreKnown || !docs.isEmpty())
      return { docs, text: translated(words.slots.join(' '), 'all') };
    run.warn(
      'phrase-not-found',
      `No record has the phrase "${node.text}", so it was searched without the quotes.`,
    );
  }
  if (run.options.thesaurus === undefined) warnNoThesaurus(run);
  const { clause, query, notes } = run.mapped(asWords(node));
  if (clause === undefined)
    return run.drop(
      'ignored',
      `"${node.text}" was left out. ${notes[0]?.message ?? 'Nothing of it is left to search for.'}`,
      node.text,
    );
  const key = `u|${numberOf(run.options.thesaurus)}|${run.options.headingsAsText === true}|${node.text}`;
  const docs = run.index.cached(key, () => searchClause(run, clause));
  return { docs, text: clause.kind === 'lookUp' ? query : `(${query})` };
}

/** Without quotes and tag. */
function asWords(node: TermNode): TermNode {
  return node.quoted || node.tag !== undefined ? { ...node, quoted: false, tag: undefined } : node;
}
