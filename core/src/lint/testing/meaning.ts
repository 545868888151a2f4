import { CitationIndex, evaluate } from '../../corpus/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import { nodesOf, printTerm, splitHeading } from '../../pubmed/index.ts';
import type { ResolvedQuery, TermNode } from '../../pubmed/index.ts';
import { isUnresolvable, parseStrategy, resolveLine } from '../../strategy/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import { findHeading } from '../vocabulary.ts';

/** Records that hold many of the terms: as many for each share of terms that one holds. */
const MIXED = 40;
const SHARES = [0.02, 0.1, 0.3, 0.6, 0.9];
const MAXIMUM_TERMS = 300;

/**
 * The first line of the strategy `text` that finds something else in `changed`; undefined when every line finds the same. It is told
 * from records that are made of the terms of both, each term in its field, alone and with others.
 */
export function differenceOf(text: string, changed: string, thesaurus: Thesaurus): string | undefined {
  const [before, after] = [parseStrategy(text), parseStrategy(changed)];
  if (before.lines.length !== after.lines.length) return 'another number of lines';
  let records: CitationIndex | undefined;
  for (const [index, { label }] of before.lines.entries()) {
    const one = resolveLine(before, label);
    const two = resolveLine(after, after.lines[index]?.label ?? '');
    if (isUnresolvable(one) || isUnresolvable(two)) {
      if (isUnresolvable(one) && isUnresolvable(two)) continue;
      return `#${label} can be searched in one of them only`;
    }
    if (one.key === two.key) continue;
    records ??= new Records([before, after], thesaurus).index;
    if (found(records, one, thesaurus) !== found(records, two, thesaurus)) return `#${label}`;
  }
  return undefined;
}

function found(records: CitationIndex, query: ResolvedQuery, thesaurus: Thesaurus): string {
  try {
    return evaluate(records, query, { thesaurus }).docs.toArray().join();
  } catch (error) {
    return String(error);
  }
}

/** Records made of the terms of strategies, always the same ones for the same strategies. */
class Records {
  readonly index: CitationIndex;
  readonly #thesaurus: Thesaurus;

  constructor(documents: readonly StrategyDocument[], thesaurus: Thesaurus) {
    this.#thesaurus = thesaurus;
    const terms = new Map<string, TermNode>();
    for (const { lines } of documents)
      for (const { query } of lines)
        if (query.root !== undefined)
          for (const node of nodesOf(query.root))
            if (node.kind === 'term' && terms.size < MAXIMUM_TERMS) terms.set(printTerm(node), node);
    const all = [...terms.values()];
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) / 0x800000;
    };
    const mixtures = SHARES.flatMap((share) =>
      Array.from({ length: MIXED }, () => all.filter(() => random() < share)),
    );
    this.index = CitationIndex.build(
      [...all.map((term) => [term]), ...mixtures].map((held, index) => this.#record(held, index)),
    );
  }

  #record(terms: readonly TermNode[], index: number): ReturnType<typeof citation> {
    const mesh: string[] = [];
    const types: string[] = [];
    const words: string[] = [];
    for (const { text, tag } of terms) {
      if (tag?.field === 'mh' || tag?.field === 'majr') mesh.push(...this.#headings(text));
      else if (tag?.field === 'pt') types.push(text);
      else words.push(text.replaceAll('*', ''));
    }
    const text = words.join(' and ');
    const date = { date: `${2000 + (index % 25)}-06-15`, year: 2000 + (index % 25) };
    const facts = { id: String(index + 1), mesh, publicationTypes: types, languages: ['eng'], ...date };
    // One in seven has the words where only a search in all fields finds them.
    if (index % 7 === 3) return citation({ ...facts, affiliations: [text] });
    return citation(index % 3 === 0 ? { ...facts, title: text } : { ...facts, abstract: text });
  }

  /** As a record has it. */
  #headings(text: string): readonly string[] {
    const { heading, subheading } = splitHeading(text);
    const descriptor = findHeading(this.#thesaurus, heading);
    if (descriptor === undefined) return [text];
    return [subheading === undefined ? descriptor.name : `*${descriptor.name}/${subheading.name}`];
  }
}
