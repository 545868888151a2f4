import { impliedGroups } from '../pubmed/index.ts';
import type { ChainNode, QueryNode } from '../pubmed/index.ts';
import { translateTerm } from './translateTerm.ts';
import type { MappingFacts } from './translation.ts';

/**
 * What PubMed makes of a whole query, in the form of its search details: every term translated, parentheses where the order from left
 * to right implies them, none around the whole. Line references stay `#3`. Terms of which nothing is left are dropped.
 */
export function translateQuery(root: QueryNode, facts: MappingFacts = {}): string {
  return translate(root, facts).text;
}

interface Part {
  readonly text: string;
  /** Needs parentheses inside a longer query. */
  readonly compound: boolean;
}

function translate(node: QueryNode, facts: MappingFacts): Part {
  switch (node.kind) {
    case 'term':
    case 'range': {
      const { query, clause } = translateTerm(node, facts);
      return { text: query, compound: clause !== undefined && clause.kind !== 'lookUp' };
    }
    case 'reference':
      return { text: `#${node.label}`, compound: false };
    case 'group':
      return node.inner === undefined ? { text: '', compound: false } : translate(node.inner, facts);
    case 'chain':
      return chain(node, facts);
  }
}

function chain(node: ChainNode, facts: MappingFacts): Part {
  const groups = new Set(impliedGroups(node));
  let text = '';
  let count = 0;
  node.operands.forEach((operand, index) => {
    const part = translate(operand, facts);
    // What closes here opened at the beginning, since everything is read from left to right.
    if (groups.has(index) && count > 1) {
      text = `(${text})`;
      count = 1;
    }
    if (part.text === '') return;
    const written = part.compound ? `(${part.text})` : part.text;
    const operator = node.operators[index - 1]?.operator;
    text = text === '' || operator === undefined ? written : `${text} ${operator} ${written}`;
    count++;
  });
  return { text, compound: count > 1 };
}
