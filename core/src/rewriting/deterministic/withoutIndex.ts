import type { Descriptor, Thesaurus } from '../../mesh/index.ts';
import type { Draft, ProposalForm, RewriteRequest } from '../proposal.ts';
import { mentionsIn } from './conceptMatching.ts';
import { topicKeys } from './ranking.ts';
import { topicOf, wordsOf } from './topic.ts';
import { textTerm } from './vocabulary.ts';
import { plurals } from './wordForms.ts';

/** Name of this way of drafting, as proposals show it. */
export const blocksName = 'concept blocks';

const mostTerms = 12;

interface Block {
  readonly name: string;
  readonly terms: readonly string[];
  /** Larger is more specific. */
  readonly depth: number;
}

/**
 * Drafts where no index can be looked into, such as for PubMed itself: blocks of the concepts that the topic names, the most specific
 * first. One block misses least, two are the usual shape, three find little. Without MeSH the words of the title are the concepts.
 */
export function draftFromTopic(request: RewriteRequest, thesaurus: Thesaurus | undefined): readonly Draft[] {
  const blocks = blocksOf(request, thesaurus);
  const sizes: Readonly<Record<ProposalForm, number>> = { recall: 1, readable: 2, precise: 3 };
  const drafts: Draft[] = [];
  for (const form of request.forms ?? (['recall', 'readable', 'precise'] as const)) {
    const used = blocks.slice(0, sizes[form]);
    if (used.length === 0 || (used.length < sizes[form] && drafts.length > 0)) continue;
    const single = used.length === 1;
    const parts = used.map(({ terms }) => {
      const all = terms.join(' OR ');
      return single || terms.length === 1 ? all : `(${all})`;
    });
    drafts.push({
      query: parts.join(' AND '),
      origin: 'method',
      form,
      source: blocksName,
      reasoning: `${single ? 'One block' : `${used.length} blocks joined by AND`}, made from the words of the topic${thesaurus === undefined ? '' : ' and MeSH'} without looking into records: ${used.map(({ name }) => name).join('; ')}.`,
    });
  }
  return drafts;
}

function blocksOf(request: RewriteRequest, thesaurus: Thesaurus | undefined): readonly Block[] {
  const { title, details } = topicOf(request);
  const mentions = thesaurus === undefined ? [] : mentionsIn(title, thesaurus);
  const named = mentions.map(({ descriptor, text }) => block(descriptor, text));
  if (named.length > 0) return [...named].sort((a, b) => b.depth - a.depth);
  const keys = topicKeys(title);
  return (keys.length > 0 ? keys : topicKeys(details))
    .filter((key) => key.length > 2)
    .slice(0, 6)
    .map((key) => ({ name: key, terms: forms(key).map(textTerm), depth: key.length }))
    .sort((a, b) => b.depth - a.depth);
}

function block(descriptor: Descriptor, written: string): Block {
  const { name, entryTerms, treeNumbers } = descriptor;
  const texts = [written, name, ...entryTerms]
    .filter((text) => !text.includes(',') && text.replace(/\W/gu, '').length >= 4)
    .map((text) =>
      wordsOf(text)
        .map(({ word }) => word)
        .join(' '),
    );
  const terms = [...new Set(texts.filter((text) => text !== ''))].slice(0, mostTerms).map(textTerm);
  const depth = Math.max(0, ...treeNumbers.map((number) => number.split('.').length));
  return { name, terms: [`"${name}"[mh]`, ...terms], depth };
}

function forms(key: string): readonly string[] {
  return /^[a-z]+$/u.test(key) ? [...new Set([key, ...plurals(key)])] : [key];
}
