import { hash128 } from '../text/index.ts';
import type { ChainNode, Operator, QueryNode, RangeNode, ReferenceNode, Tag, TermNode } from './tree.ts';

/**
 * Canonical text of a query: straight quotes, operators in capitals and written out, short tags, single spaces, and no
 * parentheses that change nothing. Parsing the result gives a query with the same meaning and the same canonical text.
 * @param reference how to write a line reference, `#3` unless told otherwise
 */
export function printQuery(
  node: QueryNode,
  reference: (node: ReferenceNode) => string = ({ label }) => `#${label}`,
): string {
  return write(node, { reference, text: (text) => text });
}

/** How the parts of a query are written that are not the same everywhere. */
interface Style {
  readonly reference: (node: ReferenceNode) => string;
  /** Takes what the person wrote: terms, ranges and tags, but not operators. */
  readonly text: (text: string) => string;
}

function write(node: QueryNode, style: Style): string {
  const parts: string[] = [];
  print(simplify(node), parts, style);
  return parts.join('');
}

/** Canonical text of a tag, with its brackets. */
export function printTag(tag: Tag): string {
  const field = tag.field ?? tag.text.split(':')[0]?.trim().toLowerCase().replace(/\s+/g, ' ') ?? '';
  const colon = tag.text.indexOf(':');
  const modifier = tag.noExplode
    ? ':noexp'
    : tag.proximity !== undefined
      ? `:~${tag.proximity}`
      : colon < 0
        ? ''
        : tag.text.slice(colon).toLowerCase().replace(/\s+/g, '');
  return `[${field}${modifier}]`;
}

/** Canonical text of a term: quotes as given, white space single, tag short. */
export function printTerm(node: TermNode): string {
  const text = node.text.replace(/\s+/g, ' ').trim();
  return `${node.quoted ? `"${text}"` : text}${node.tag === undefined ? '' : printTag(node.tag)}`;
}

/** Canonical text of a range. */
export function printRange(node: RangeNode): string {
  const tag = node.tag === undefined ? '' : printTag(node.tag);
  if (isDateText(node.from) && isDateText(node.to)) return `${node.from}:${node.to}${tag}`;
  return `"${node.from}"${tag} : "${node.to}"${tag}`;
}

function isDateText(text: string): boolean {
  return /^\d[\d/]{0,11}$/.test(text);
}

/** Takes off parentheses around a whole part, which never change anything. */
function simplify(node: QueryNode): QueryNode {
  let inner = node;
  while (inner.kind === 'group' && inner.tag === undefined && inner.inner !== undefined) inner = inner.inner;
  return inner;
}

/** The operator of a chain that has only ANDs or only ORs, which may be regrouped at will; undefined otherwise. */
function uniformOperator(chain: ChainNode): Operator | undefined {
  const [first] = chain.operators;
  if (first === undefined || first.operator === 'NOT') return undefined;
  return chain.operators.every(({ operator }) => operator === first.operator) ? first.operator : undefined;
}

function print(node: QueryNode, parts: string[], style: Style): void {
  switch (node.kind) {
    case 'term':
      parts.push(style.text(printTerm(node)));
      return;
    case 'range':
      parts.push(style.text(printRange(node)));
      return;
    case 'reference':
      parts.push(style.reference(node));
      return;
    case 'group':
      parts.push('(');
      if (node.inner !== undefined) print(simplify(node.inner), parts, style);
      parts.push(')', node.tag === undefined ? '' : style.text(printTag(node.tag)));
      return;
    case 'chain':
      printChain(node, parts, style);
  }
}

function printChain(chain: ChainNode, parts: string[], style: Style): void {
  const uniform = uniformOperator(chain);
  chain.operands.forEach((operand, index) => {
    const operator = chain.operators[index - 1];
    if (operator !== undefined) parts.push(` ${operator.operator} `);
    const inner = simplify(operand);
    const isFree = inner.kind !== 'chain' || (uniform !== undefined && uniformOperator(inner) === uniform);
    if (!isFree) parts.push('(');
    print(inner, parts, style);
    if (!isFree) parts.push(')');
  });
}

/**
 * Canonical identity of a query: equal for queries that differ only in white space, case, quote style, spelling of tags
 * and operators, needless parentheses and comments. A 128-bit hash in hexadecimal, not meant to withstand attackers.
 * @param references the resolved queries of the line references; a reference that is missing counts by its label
 */
export function queryKey(node: QueryNode, references: ReadonlyMap<string, { readonly key: string }>): string {
  return hash128(
    write(node, {
      reference: ({ label }) => `#{${references.get(label)?.key ?? label}}`,
      // Operators stay in capitals: `sensitivity and specificity[mh]` is one heading, with AND it is two terms.
      text: (text) => text.toLowerCase(),
    }),
  );
}
