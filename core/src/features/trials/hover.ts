import {
  expressionNodes,
  expressionOf,
  findArea,
  findOperator,
  partsOf,
  printExpression,
  valuesOf,
} from '../../ctgov/index.ts';
import type { Area, ExpressionNode, ExpressionOperator } from '../../ctgov/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { hover } from '../hover.ts';
import type { Hover } from '../hover.ts';
import { lineAt } from '../locate.ts';
import { code, plain } from '../wording.ts';
import { expressionPath, expressionTokenAt } from './expressions.ts';

/** What can be told about the thing at `offset` of a `*.ctgov` document; undefined where there is nothing to tell. */
export function trialsHover(document: StrategyDocument, offset: number): Hover | undefined {
  const { frontMatter } = document;
  if (frontMatter && offset <= frontMatter.range.end) return hover(document, offset);
  const line = lineAt(document, offset);
  if (line === undefined) return undefined;
  if (line.numbered && offset <= line.labelRange.end)
    return card(line.labelRange, describeLine(document, line));
  const expression = expressionOf(document, line);
  const token = expressionTokenAt(expression, offset);
  if (token === undefined || token.kind === 'comment') return undefined;
  const path = expressionPath(expression.root, offset, partsOf);
  const node = path.at(-1);
  switch (token.kind) {
    case 'operator':
      return card(token, [describeOperator(document.text.slice(token.start, token.end)), ...reading(path)]);
    case 'context': {
      const context = path.findLast(
        (one) => one.kind === 'context' && one.operatorRange.start === token.start,
      );
      if (context?.kind !== 'context') return undefined;
      const area = findArea(context.parameter);
      const value = findOperator(context.operator)?.values?.find(({ name }) => name === context.parameter);
      return card(token, [
        describeOperator(context.operator),
        area === undefined ? '' : describeArea(area),
        value === undefined ? '' : `**${plain(value.name)}**: ${value.description}`,
      ]);
    }
    case 'source':
      return node?.kind === 'source' ? card(token, [describeOperator(node.operator)]) : undefined;
    case 'reference': {
      if (node?.kind !== 'reference') return undefined;
      const target = document.line(node.label);
      return card(
        token,
        target === undefined
          ? [`**Line #${node.label}** does not exist in this document.`]
          : describeLine(document, target),
      );
    }
    case 'word':
    case 'phrase':
      return node?.kind === 'term' ? card(node.range, describeTerm(node.text, node.quoted, path)) : undefined;
    default:
      return node === undefined ? undefined : card(node.range, reading(path));
  }
}

function card({ start, end }: { start: number; end: number }, parts: readonly string[]): Hover | undefined {
  const markdown = parts.filter((part) => part !== '').join('\n\n');
  return markdown === '' ? undefined : { markdown, range: { start, end } };
}

function describeLine(document: StrategyDocument, line: StrategyLine): string[] {
  const { root } = expressionOf(document, line);
  const text = document.text.slice(line.queryRange.start, line.queryRange.end);
  return [
    `**Line #${line.label}**`,
    root === undefined ? 'This line holds no expression yet.' : code(text),
    ...(root === undefined ? [] : reading([root])),
  ];
}

function describeOperator(name: string): string {
  const operator: ExpressionOperator | undefined = findOperator(name);
  return operator === undefined
    ? ''
    : `**${operator.name}** — ${operator.description}  \nExample: ${code(operator.example)}`;
}

/** What an area searches, as Markdown. */
export function describeArea(area: Area): string {
  const parts = [`**${plain(area.name)}** — ${area.description}`];
  if (area.parameter !== undefined) parts.push(`In addresses of the registry’s API: \`${area.parameter}\`.`);
  if (area.type === 'date') parts.push('A date: `AREA[…]RANGE[2015-01-01, MAX]`.');
  else if (area.type === 'age') parts.push('An age with its unit: `AREA[…]RANGE[18 years, MAX]`.');
  else if (area.type === 'number') parts.push('A number: `AREA[…]RANGE[100, MAX]`.');
  const values = valuesOf(area.type);
  if (values.length > 0) parts.push(`Values: ${values.map((value) => code(value)).join(' ')}`);
  return parts.join('  \n');
}

function describeTerm(text: string, quoted: boolean, path: readonly ExpressionNode[]): string[] {
  const area = path.findLast((node) => node.kind === 'context' && node.operator === 'AREA');
  const expansion = path.findLast((node) => node.kind === 'context' && node.operator === 'EXPANSION');
  const where =
    area?.kind === 'context' ? `in **${plain(area.parameter)}**` : 'in **BasicSearch**, the default area';
  const written = expansion?.kind === 'context' ? expansion.parameter : undefined;
  const degree = written ?? 'Relaxation';
  const meaning = findOperator('EXPANSION')?.values?.find(({ name }) => name === degree)?.description ?? '';
  const words = text.trim().split(/\s+/).length;
  const notes = [
    `- Searched ${where}.`,
    quoted && words > 1 ? '- A phrase: these words in this order, or its synonyms.' : '',
    quoted && words > 1 ? '' : `- Expansion **${plain(degree)}**: ${meaning}`,
  ].filter((note) => note !== '');
  return [`**${plain(text)}**`, notes.join('\n')];
}

/** How an expression that mixes AND and OR without parentheses is read. */
function reading(path: readonly ExpressionNode[]): string[] {
  const mixed = path.find((node) => node.kind === 'or' && node.operands.some((part) => part.kind === 'and'));
  if (mixed === undefined || [...expressionNodes(mixed)].length > 200) return [];
  return [
    `AND binds tighter than OR here, so this means: ${code(printExpression(mixed, { explicit: true }), 600)}`,
  ];
}
