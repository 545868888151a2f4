import { findHeading } from '../../mapping/index.ts';
import { isPublicationType, naturalName, naturalOrder } from '../../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../../mesh/index.ts';
import type { QueryNode, TermNode } from '../../pubmed/index.ts';
import { findField, splitHeading } from '../../pubmed/index.ts';
import type { StrategyLine } from '../../strategy/index.ts';
import { countOf, insert, orBlock, pathTo, selectedTerms, slice } from './parts.ts';
import type { Draft, Place, Refactoring } from './refactoring.ts';

/** Fields in which words of an article are searched. */
const TEXT_FIELDS: readonly (string | undefined)[] = [undefined, 'tiab', 'ti', 'tw', 'all', 'ot'];

/** The MeSH heading that a text word names, beside it with OR. */
export const addHeading = {
  id: 'addHeading',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor on a text word that MeSH has a heading for, such as falls[tiab], whose block does not have it yet.',
  find(place: Place) {
    if (place.thesaurus === undefined)
      return {
        problem:
          'MeSH is not known here. Name a file of MeSH descriptors in the setting querent.mesh.path, or a library with MeSH as database.',
      };
    const found = termAt(place);
    if (!found || !TEXT_FIELDS.includes(found.term.tag?.field)) return [];
    const descriptor = descriptorOf(place.thesaurus, found.term.text);
    // A publication type is no heading of `[mh]`: it would find nothing.
    if (!descriptor || isPublicationType(descriptor) || has(found, descriptor.name, true)) return [];
    return [draft(place, found, `Add the heading "${descriptor.name}"[mh]`, [`"${descriptor.name}"[mh]`])];
  },
} satisfies Refactoring;

/** The name of a heading, or also its entry terms, as words of title and abstract, beside it with OR. */
export const addTextWords = {
  id: 'addTextWords',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor on a heading, such as "Accidental Falls"[mh], whose text words are not in its block yet.',
  find(place: Place) {
    const found = termAt(place);
    if (!found || (found.term.tag?.field !== 'mh' && found.term.tag?.field !== 'majr')) return [];
    const { heading } = splitHeading(found.term.text.replace(/^["“]|["”](?=\/|$)/g, ''));
    const descriptor = place.thesaurus?.byTerm(heading);
    const name = descriptor === undefined ? naturalOrder(heading) : naturalName(descriptor);
    const names = has(found, name, false) ? [] : [name];
    const drafts: Draft[] = names.map((one) =>
      draft(place, found, `Add ${textWord(one)} as a text word`, [textWord(one)]),
    );
    const seen = new Set([name.toLowerCase()]);
    const entries = (descriptor?.entryTerms ?? []).filter((term) => {
      const isNew =
        !term.includes(', ') &&
        !/["[\]]/.test(term) &&
        !seen.has(term.toLowerCase()) &&
        !has(found, term, false);
      seen.add(term.toLowerCase());
      return isNew;
    });
    if (entries.length > 0) {
      const title = `Add ${names.length > 0 ? 'the name and ' : ''}${countOf(entries.length, 'entry term')} as text words`;
      drafts.push(draft(place, found, title, [...names, ...entries].map(textWord)));
    }
    return drafts;
  },
} satisfies Refactoring;

interface Found {
  readonly line: StrategyLine;
  readonly term: TermNode;
  /** What the term stands in: the OR block, or the term alone. */
  readonly block: readonly QueryNode[];
  /** Whether more terms can follow with OR as it is. */
  readonly isOpen: boolean;
}

function termAt(place: Place): Found | undefined {
  const [first] = selectedTerms(place);
  if (first?.term.kind !== 'term') return undefined;
  const { line, term } = first;
  const path = pathTo(line, term.range);
  const parent = path[path.indexOf(term) - 1];
  const block = orBlock(parent);
  if (block) return { line, term, block: block.operands, isOpen: true };
  return { line, term, block: [term], isOpen: parent?.kind !== 'chain' };
}

/** Whether the block has `text` as heading, or as text word. */
function has({ block }: Found, text: string, asHeading: boolean): boolean {
  const wanted = text.toLowerCase().replace(/\s+/g, ' ');
  return block.some((node) => {
    if (node.kind !== 'term') return false;
    const isHeading =
      node.tag?.field === 'mh' ||
      (!asHeading && node.tag?.field !== undefined && findField(node.tag.field)?.mesh === true);
    return isHeading === asHeading && node.text.toLowerCase() === wanted;
  });
}

function draft(place: Place, { term, isOpen }: Found, title: string, added: readonly string[]): Draft {
  const more = added.map((one) => ` OR ${one}`).join('');
  if (isOpen) return { title, edits: [insert(term.range.end, more)] };
  return {
    title,
    edits: [{ range: term.range, newText: `(${slice(place.document, term.range)}${more})` }],
  };
}

/** The heading that a text word names as PubMed would map it, in another number or spelling too; a star at its end aside. */
function descriptorOf(thesaurus: Thesaurus, text: string): Descriptor | undefined {
  const word = text.replace(/\*+$/, '').trim();
  return word.length < 3 || word.includes('*') ? undefined : findHeading(thesaurus, word)?.descriptor;
}

/** Quoted, unless it is one plain word. */
function textWord(text: string): string {
  return /^[\p{L}\p{N}-]+$/u.test(text) && !/^(?:and|or|not)$/i.test(text)
    ? `${text}[tiab]`
    : `"${text}"[tiab]`;
}
