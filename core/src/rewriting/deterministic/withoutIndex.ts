import type { Descriptor, Thesaurus } from '../../mesh/index.ts';
import type { Draft, ProposalForm, RewriteRequest } from '../proposal.ts';
import { mentionsIn } from './conceptMatching.ts';
import { topicKeys } from './ranking.ts';
import { topicOf, wordsOf } from './topic.ts';
import { textTerm } from './vocabulary.ts';
import { plurals } from './wordForms.ts';

/** Name of this way of drafting, as proposals show it. */
const blocksName = 'concept blocks';

const mostTerms = 12;

interface Block {
  readonly name: string;
  readonly terms: readonly string[];
  /** Larger is more specific. */
  readonly depth: number;
}

/** Words of titles that say what is done about a problem in general; one of them is no concept block. */
export const generalWords: ReadonlySet<string> = new Set(
  (
    'prevention preventing prevent preventive treatment treating therapy management diagnosis diagnostic detection effectiveness efficacy ' +
    'safety use impact role benefit risk intervention program care clinical older people adult community chronic acute'
  ).split(' '),
);

/**
 * Drafts where no index can be looked into, such as for PubMed itself: blocks of the concepts that the topic names, joined by AND.
 * Two blocks are the usual shape and the widest that can be screened; a third narrows. With MeSH the most specific headings come
 * first; without, the words of the title are the concepts, in its order.
 */
export function draftFromTopic(request: RewriteRequest, thesaurus: Thesaurus | undefined): readonly Draft[] {
  const blocks = blocksOf(request, thesaurus);
  const sizes: Readonly<Record<ProposalForm, number>> = { recall: 2, readable: 2, precise: 3 };
  const drafts: Draft[] = [];
  for (const form of request.forms ?? (['recall', 'readable', 'precise'] as const)) {
    const used = blocks.slice(0, sizes[form]);
    const query = used.map((one) => printed(one, used.length === 1)).join(' AND ');
    if (query === '' || drafts.some((draft) => draft.query === query)) continue;
    const shape = used.length === 1 ? 'One block' : `${used.length} blocks joined by AND`;
    const origin = thesaurus === undefined ? 'the words of the topic' : 'the words of the topic and MeSH';
    drafts.push({
      query,
      origin: 'method',
      form,
      source: blocksName,
      reasoning: `${shape}, made from ${origin} without looking into records: ${used.map(({ name }) => name).join('; ')}.`,
    });
  }
  return drafts;
}

function printed({ terms }: Block, isAlone: boolean): string {
  const all = terms.join(' OR ');
  return isAlone || terms.length === 1 ? all : `(${all})`;
}

function blocksOf(request: RewriteRequest, thesaurus: Thesaurus | undefined): readonly Block[] {
  const { title, details } = topicOf(request);
  const mentions = thesaurus === undefined ? [] : mentionsIn(title, thesaurus);
  const named = mentions.map(({ descriptor, text }) => block(descriptor, text));
  if (named.length > 0) return [...named].sort((a, b) => b.depth - a.depth);
  const keys = topicKeys(title).length > 0 ? topicKeys(title) : topicKeys(details);
  const telling = keys.filter((key) => key.length > 2 && !generalWords.has(key));
  return (telling.length > 0 ? telling : keys)
    .slice(0, 6)
    .map((key) => ({ name: key, terms: forms(key).map((text) => textTerm(text)), depth: 0 }));
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
  const terms = [...new Set(texts.filter((text) => text !== ''))]
    .slice(0, mostTerms)
    .map((text) => textTerm(text));
  const depth = Math.max(0, ...treeNumbers.map((number) => number.split('.').length));
  return { name, terms: [`"${name}"[mh]`, ...terms], depth };
}

function forms(key: string): readonly string[] {
  return /^[a-z]+$/u.test(key) ? [...new Set([key, ...plurals(key)])] : [key];
}
