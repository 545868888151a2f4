import {
  expressionNodes,
  expressionOf,
  findArea,
  findOperator,
  printExpression,
  valuesOf,
} from '../../ctgov/index.ts';
import type {
  Area,
  ExpressionNode,
  ExpressionOperator,
  ExpressionToken,
  ResolvedExpression,
} from '../../ctgov/index.ts';
import type { SearchQuery } from '../../search/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { hover } from '../hover.ts';
import type { Hover } from '../hover.ts';
import { describeMeasurement } from '../measurementMarkdown.ts';
import type { MeasurementView } from '../measurementView.ts';
import { code, plain } from '../wording.ts';
import { locateExpression, queryOf } from './expressions.ts';
import type { ExpressionPlace } from './expressions.ts';

/** Where numbers of expressions are looked up. */
export interface TrialsMeasurements {
  line(label: string): MeasurementView;
  /** A part of a line. */
  query(query: SearchQuery): MeasurementView;
}

/**
 * What can be told about the thing at `offset` of a `*.ctgov` document, with its numbers where they are looked up; undefined where there is
 * nothing to tell. Never waits for a search.
 */
export function trialsHover(
  document: StrategyDocument,
  offset: number,
  measurements?: TrialsMeasurements,
): Hover | undefined {
  const { frontMatter } = document;
  if (frontMatter && offset <= frontMatter.range.end)
    return hover(document, offset, measurements === undefined ? {} : { measurements });
  const place = locateExpression(document, offset);
  if (place === undefined) return undefined;
  const told = describePlace(document, place, measurements).filter((part) => part !== '');
  if (told.length === 0) return undefined;
  const { start, end } = place.range;
  return { markdown: told.join('\n\n'), range: { start, end } };
}

/** The expression at `offset` whose numbers a hover shows; undefined when there is none, or it cannot be searched. */
export function trialsQueryAt(document: StrategyDocument, offset: number): ResolvedExpression | undefined {
  const place = locateExpression(document, offset);
  return place && queryOf(document, place);
}

function describePlace(
  document: StrategyDocument,
  place: ExpressionPlace,
  measurements: TrialsMeasurements | undefined,
): string[] {
  if (place.kind === 'line') return describeLine(document, place.line, measurements);
  const { token, path } = place;
  const node = path.at(-1);
  if (token.kind === 'reference' && node?.kind === 'reference') {
    const target = document.line(node.label);
    return target === undefined
      ? [`**Line #${node.label}** does not exist in this document.`]
      : describeLine(document, target, measurements);
  }
  const told = describeToken(document, token, path);
  if (told.every((part) => part === '') || measurements === undefined) return told;
  const query = queryOf(document, place);
  const view = query && measurements.query(query);
  // That there is no database is told once, with the line, and not with every word of it.
  return view === undefined || view.kind === 'none' ? told : [...told, '---', ...describeMeasurement(view)];
}

function describeToken(
  document: StrategyDocument,
  token: ExpressionToken,
  path: readonly ExpressionNode[],
): string[] {
  const node = path.at(-1);
  switch (token.kind) {
    case 'operator':
      return [describeOperator(document.text.slice(token.start, token.end)), ...reading(path)];
    case 'context': {
      if (node?.kind !== 'context') return [];
      const area = findArea(node.parameter);
      const value = findOperator(node.operator)?.values?.find(({ name }) => name === node.parameter);
      return [
        describeOperator(node.operator),
        area === undefined ? '' : describeArea(area),
        value === undefined ? '' : `**${plain(value.name)}**: ${value.description}`,
      ];
    }
    case 'source':
      return node?.kind === 'source' ? [describeOperator(node.operator)] : [];
    case 'word':
    case 'phrase':
      return node?.kind === 'term' ? describeTerm(node.text, node.quoted, path) : [];
    default:
      return node === undefined ? [] : reading(path);
  }
}

function describeLine(
  document: StrategyDocument,
  line: StrategyLine,
  measurements: TrialsMeasurements | undefined,
): string[] {
  const { root } = expressionOf(document, line);
  const text = document.text.slice(line.queryRange.start, line.queryRange.end);
  const isRoot = document.root === line && document.lines.length > 1;
  return [
    `**Line #${line.label}**${isRoot ? ' — the strategy' : ''}`,
    root === undefined ? 'This line holds no expression yet.' : code(text),
    ...(root === undefined ? [] : reading([root])),
    ...(root === undefined || measurements === undefined
      ? []
      : describeMeasurement(measurements.line(line.label))),
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
