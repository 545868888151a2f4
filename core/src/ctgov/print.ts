import type { ExpressionNode } from './tree.ts';

/** Looser operators have smaller numbers; a part that is looser than its surroundings needs parentheses. */
const STRENGTH = { or: 1, and: 2, not: 3, context: 3 } as const;

/**
 * The expression written canonically: one space around operators, none behind brackets, straight quotes, comments left out. With
 * `explicit`, parentheses show which operators bind tighter. Parses to the same tree.
 * @param line the text that replaces a reference to another line; by default `#3` is written as it stands
 */
export function printExpression(
  root: ExpressionNode | undefined,
  { explicit = false, line = (label: string): string => `#${label}` } = {},
): string {
  if (root === undefined) return '';
  const print = (node: ExpressionNode, surrounding: number): string => {
    const wrap = (text: string, strength: number): string => (strength < surrounding ? `(${text})` : text);
    switch (node.kind) {
      case 'term':
        // A curly quote within would end the phrase as well.
        return node.quoted ? `"${node.text.replace(/["“”„‟″＂\\]/g, '\\$&')}"` : escaped(node.text);
      case 'source':
        return node.parameters.length === 0
          ? node.operator
          : `${node.operator}[${node.parameters.join(', ')}]`;
      case 'reference':
        return line(node.label);
      case 'group': {
        const inner = node.inner === undefined ? '' : print(node.inner, 0);
        return inner === '' ? '' : `(${inner})`;
      }
      case 'not':
        return wrap(
          `NOT ${node.operand === undefined ? '' : print(node.operand, STRENGTH.not)}`.trim(),
          STRENGTH.not,
        );
      case 'context':
        return `${node.operator}[${node.parameter}]${node.operand === undefined ? '' : print(node.operand, STRENGTH.context)}`;
      case 'and':
      case 'or': {
        const strength = STRENGTH[node.kind];
        const within = explicit ? STRENGTH.not : strength;
        const parts = node.operands.map((part) => print(part, within)).filter((part) => part !== '');
        return wrap(parts.join(node.kind === 'and' ? ' AND ' : ' OR '), strength);
      }
    }
  };
  return print(root, 0);
}

/** Words that would be read as operators are escaped, as ClinicalTrials.gov has it, and so are those that would be a comment or a line here. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/["“”„‟″＂\\()[\]]/g, '\\$&')
    .replace(/(?<=^| )(?:(?:AND|OR|NOT|MISSING|ALL)(?= |$)|\/\/|#(?=\d))/g, '\\$&');
}
