import type { CitationRecord } from '../../../../corpus/index.ts';
import type { QueryNode } from '../../../../pubmed/index.ts';
import { SearchError } from '../../../../search/index.ts';
import { isUnresolvable, resolveText } from '../../../../strategy/index.ts';
import type { SeedAsker } from '../seedMatrix.ts';

/** A PubMed for tests: what each term finds is a table; dates and ids are terms too. It knows Booleans, and nothing of records. */
export interface SimulatedPubMed extends SeedAsker {
  /** What it was asked, in order. */
  readonly asked: readonly string[];
  /** Which of `ids` a text finds. */
  truth(text: string): ReadonlySet<string>;
}

/**
 * @param terms ids that each term finds, by its text without tag (`falls`), or by that of a range (`1500/01/01`: its first day)
 * @param held ids that it holds
 * @param records to predict with
 * @param unmapped what terms without a tag find when nothing is mapped, which PubMed tries where a search finds nothing
 */
export function simulatedPubMed(
  terms: ReadonlyMap<string, ReadonlySet<string>>,
  held: ReadonlySet<string>,
  records: readonly CitationRecord[],
  unmapped: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): SimulatedPubMed {
  const find = (node: QueryNode, isAgain = false): ReadonlySet<string> => {
    switch (node.kind) {
      case 'group':
        return node.inner === undefined ? new Set() : find(node.inner, isAgain);
      case 'range':
        return terms.get(node.from) ?? new Set();
      case 'term': {
        if (node.tag?.field === 'pmid') return new Set(held.has(node.text) ? [node.text] : []);
        if (node.text === 'rejected') throw new SearchError('rejected', 'PubMed does not like it.');
        const plain = isAgain && node.tag === undefined ? unmapped.get(node.text) : undefined;
        const found = plain ?? terms.get(node.text.replace('*', ''));
        if (found === undefined) throw new Error(`The simulated PubMed has no term ${node.text}.`);
        return found;
      }
      case 'chain': {
        let found: ReadonlySet<string> = new Set();
        node.operands.forEach((operand, i) => {
          const own = find(operand, isAgain);
          const operator = i === 0 ? 'OR' : node.operators[i - 1]?.operator;
          if (operator === 'OR') found = new Set([...found, ...own]);
          else found = new Set([...found].filter((id) => own.has(id) === (operator === 'AND')));
        });
        return found;
      }
      case 'reference':
        throw new Error(`A reference was sent: #${node.label}`);
    }
  };
  const asked: string[] = [];
  const answers = new Map<string, ReadonlySet<string>>();
  const truth = (text: string): ReadonlySet<string> => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const query = resolveText(text);
    if (isUnresolvable(query)) throw new Error(query.problem);
    const first = find(query.root);
    const found = first.size === 0 ? find(query.root, true) : first;
    answers.set(text, found);
    return found;
  };
  return {
    asked,
    truth,
    ask: async (term, most) => {
      asked.push(term);
      return [...truth(term)].slice(0, most);
    },
    records: async () => records,
  };
}
