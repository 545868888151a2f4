import type { Descriptor, Thesaurus } from '@querent/core/mesh';
import { parseQuery, printTerm } from '@querent/core/pubmed';
import type { QueryNode, TermNode } from '@querent/core/pubmed';
import type { Context } from '../context.ts';
import type { Findings } from '../findings.ts';
import type { HistoryEntry } from '../protocol.ts';
import { TermFault } from '../terms.ts';

/**
 * The number of a descriptor in Entrez: 68 before the six digits of its identifier. Newer identifiers have nine digits and numbers that
 * follow no rule; here they are told apart by a 2 in front, which is ours.
 */
function headingId({ ui }: Pick<Descriptor, 'ui'>): string {
  const digits = ui.replace(/\D/g, '');
  return digits.length <= 6 ? `68${digits.padStart(6, '0')}` : `2${digits.padStart(9, '0')}`;
}

/** The descriptor of a number of {@link headingId}. */
function headingOf(thesaurus: Thesaurus, id: string): Descriptor | undefined {
  const old = /^68(\d{6})$/.exec(id)?.[1];
  const digits = old ?? /^2(\d{9})$/.exec(id)?.[1];
  return digits === undefined ? undefined : thesaurus.byUi(`D${digits}`);
}

/** ESearch in `db=mesh`: words are looked for in headings and entry terms, quoted terms and `[MeSH Terms]` are a whole one of them. */
export function searchHeadings(
  context: Context,
): [
  { count: number; from: number; ids: readonly string[]; translation: string; findings: Findings },
  HistoryEntry,
] {
  const { parameters, citations } = context;
  const { thesaurus } = citations.engine;
  const term = parameters.text('term') ?? '';
  const { root } = parseQuery(term);
  if (root === undefined || thesaurus === undefined)
    throw new TermFault('Empty term and query_key - nothing todo');
  const lost = new Set<string>();
  const found = [...evaluate(root, thesaurus, lost)];
  const from = parameters.number('retstart', 0);
  const ids = found.map(headingId);
  return [
    {
      count: ids.length,
      from,
      ids: ids.slice(from, from + Math.min(parameters.number('retmax', 20), 100_000)),
      translation: term,
      findings: {
        ...{ phrasesNotFound: [...lost], fieldsNotFound: [], phrasesIgnored: [], quotedPhrasesNotFound: [] },
        ...{ outputMessages: ids.length === 0 ? ['No items found.'] : [], translations: [] },
      },
    },
    { kind: 'ids', db: 'mesh', ids },
  ];
}

function evaluate(node: QueryNode, thesaurus: Thesaurus, lost: Set<string>): ReadonlySet<Descriptor> {
  switch (node.kind) {
    case 'term': {
      const found = headingsFor(node, thesaurus);
      if (found.size === 0) lost.add(printTerm(node));
      return found;
    }
    case 'group':
      return node.inner === undefined ? new Set() : evaluate(node.inner, thesaurus, lost);
    case 'chain':
      return node.operands
        .map((operand) => evaluate(operand, thesaurus, lost))
        .reduce((left, right, i) => {
          const { operator } = node.operators[i - 1] ?? { operator: 'AND' };
          if (operator === 'OR') return new Set([...left, ...right]);
          return new Set([...left].filter((one) => right.has(one) === (operator === 'AND')));
        });
    case 'range':
    case 'reference':
      throw new TermFault(`Only words can be searched for in db=mesh.`);
  }
}

function headingsFor(node: TermNode, thesaurus: Thesaurus): ReadonlySet<Descriptor> {
  if (node.tag?.field === 'pmid') {
    const one = headingOf(thesaurus, node.text);
    return new Set(one === undefined ? [] : [one]);
  }
  const exact = thesaurus.byTerm(node.text);
  if (node.quoted || node.tag !== undefined) return new Set(exact === undefined ? [] : [exact]);
  const words = wordsOf(node.text);
  if (words.length === 0) return new Set();
  const others = thesaurus.descriptors.filter((descriptor) =>
    [descriptor.name, ...descriptor.entryTerms].some((text) => {
      const own = new Set(wordsOf(text));
      return words.every((word) => own.has(word));
    }),
  );
  // What is called so comes first, as NCBI ranks it.
  return new Set([...(exact === undefined ? [] : [exact]), ...others]);
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
