import { evaluate } from '../../corpus/index.ts';
import { parseQuery } from '../../pubmed/index.ts';
import type { QueryNode, TermNode } from '../../pubmed/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import type { CitationSource } from './analysis.ts';
import { conceptFeature } from './concepts.ts';
import { mentionsIn } from './conceptMatching.ts';
import { wordsOf } from './topic.ts';
import { Vocabulary } from './vocabulary.ts';
import { wordKey } from './wordForms.ts';

/** Name of this way of drafting, as proposals show it. */
const widenName = 'missing synonyms';

/** Most terms that are added beside one term, and in all. */
const mostBeside = 8;
const mostInAll = 30;

/** Fields in which a term is words of a text. */
const textFields = new Set([undefined, 'tiab', 'ti', 'tw', 'all']);

interface Addition {
  readonly node: TermNode;
  /** Whether the term is an operand of ORs only, so that its synonyms need no parentheses. */
  readonly isInOr: boolean;
  readonly term: string;
}

/**
 * The query that is there, with what its ORs lack: plural and spelling variants, headings and entry terms of the concepts that its
 * terms name. Only what finds more records of the library in its place; the largest gain for the fewest records first, until the
 * budget or, where the query is already beyond it, one half more. Undefined when nothing is missing.
 */
export function widenQuery(
  request: RewriteRequest,
  source: CitationSource,
  budget: number,
): Draft | undefined {
  const text = request.query?.trim() ?? '';
  const before = countOf(text, source);
  if (before === undefined) return undefined;
  const most = Math.max(budget, 1.5 * before);
  const chosen: Addition[] = [];
  let count = before;
  for (const addition of missing(text, source)) {
    if (chosen.length >= mostInAll) break;
    const now = countOf(written(text, [...chosen, addition]), source);
    if (now === undefined || now <= count || now > most) continue;
    chosen.push(addition);
    count = now;
  }
  if (chosen.length === 0) return undefined;
  const listed = chosen.map(({ term }) => term);
  return {
    query: written(text, chosen),
    origin: 'method',
    source: widenName,
    reasoning: `The query that is there, with ${listed.length === 1 ? 'a term' : `${listed.length} terms`} that its ORs lack and that ${listed.length === 1 ? 'finds' : 'find'} more records here: ${listed.join(', ')}.`,
  };
}

function countOf(query: string, { index, thesaurus }: CitationSource): number | undefined {
  const resolved = resolveText(query);
  if (isUnresolvable(resolved)) return undefined;
  try {
    return evaluate(index, resolved, thesaurus === undefined ? {} : { thesaurus }).count;
  } catch {
    return undefined; // Nothing of it can be searched here: there is nothing to compare with.
  }
}

/** Terms that might be added, in the order of the query. */
function missing(text: string, { index, thesaurus }: CitationSource): readonly Addition[] {
  const vocabulary = Vocabulary.of(index);
  const { root } = parseQuery(text);
  const present = new Set<string>();
  const terms: { node: TermNode; isInOr: boolean }[] = [];
  if (root !== undefined) collect(root, true, terms);
  for (const { node } of terms) present.add(keyOf(node));
  const additions: Addition[] = [];
  for (const { node, isInOr } of terms) {
    if (!textFields.has(node.tag?.field) || node.tag?.proximity !== undefined || node.text.includes('*'))
      continue;
    const tag = node.tag?.field === 'ti' ? 'ti' : 'tiab';
    const keys = wordsOf(node.text).map(({ word }) => wordKey(word));
    const candidates = vocabulary.phrase(keys).terms.map((term) => term.replace('[tiab]', `[${tag}]`));
    const [mention, ...others] = thesaurus === undefined ? [] : mentionsIn(node.text, thesaurus);
    if (thesaurus !== undefined && mention?.words === keys.length && others.length === 0)
      candidates.push(...conceptFeature(mention.descriptor, vocabulary, thesaurus, 'topic').terms);
    let beside = 0;
    for (const term of candidates) {
      const key = term.toLowerCase().replaceAll('"', '');
      if (present.has(key) || beside >= mostBeside) continue;
      present.add(key);
      beside++;
      additions.push({ node, isInOr, term });
    }
  }
  return additions;
}

/** Terms of the query that are not behind a NOT, and whether only ORs stand beside them. */
function collect(node: QueryNode, isInOr: boolean, into: { node: TermNode; isInOr: boolean }[]): void {
  if (node.kind === 'term') into.push({ node, isInOr });
  else if (node.kind === 'group' && node.inner !== undefined && node.tag === undefined)
    collect(node.inner, true, into);
  else if (node.kind === 'chain') {
    const onlyOr = node.operators.every(({ operator }) => operator === 'OR');
    node.operands.forEach((operand, i) => {
      if (node.operators[i - 1]?.operator !== 'NOT') collect(operand, onlyOr, into);
    });
  }
}

function keyOf({ text, tag }: TermNode): string {
  return `${text.toLowerCase().replace(/\s+/gu, ' ').trim()}[${tag?.field ?? 'all'}]`;
}

function written(text: string, additions: readonly Addition[]): string {
  const byNode = new Map<TermNode, string[]>();
  for (const { node, term } of additions) byNode.set(node, [...(byNode.get(node) ?? []), term]);
  const edits: TextEdit[] = [...byNode].map(([node, terms]) => {
    const { start, end } = node.range;
    const all = [text.slice(start, end).trim(), ...terms].join(' OR ');
    const isInOr = additions.some((addition) => addition.node === node && addition.isInOr);
    return { range: { start, end }, newText: isInOr ? all : `(${all})` };
  });
  return applyEdits(text, edits);
}
