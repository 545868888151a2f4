import { hash128, inOrderOfUse } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import { parseExpression } from './parser.ts';
import type { ContextNode, ExpressionNode, ExpressionToken, ParsedExpression } from './tree.ts';

/** A line of a document of expressions, as far as resolving looks at it. */
export interface ExpressionLine {
  readonly label: string;
  readonly queryRange: Range;
}

/** A document of expressions: a strategy document is one. */
export interface ExpressionLines {
  readonly text: string;
  line(label: string): ExpressionLine | undefined;
}

/** An expression whose line references are resolved to other expressions: a graph without cycles, never a copied text. */
export interface ResolvedExpression {
  readonly root: ExpressionNode;
  /** The text as it is sent: comments left out, quotes straight; other lines, which are sent in parentheses, in their places. */
  readonly parts: readonly (string | ResolvedExpression)[];
  /** Label to expression, for every reference that occurs in `root`. */
  readonly references: ReadonlyMap<string, ResolvedExpression>;
  /**
   * Equal for expressions that differ only in white space, comments, kinds of quotes or numbers of lines, and for no query of PubMed. A hash
   * of bounded length.
   */
  readonly key: string;
}

/** Why an expression cannot be searched, in a sentence for people. */
export interface UnresolvableExpression {
  readonly problem: string;
}

type Resolution = ResolvedExpression | UnresolvableExpression;

const parsed = new WeakMap<ExpressionLine, ParsedExpression>();
/** Documents are immutable, so nothing ever has to be forgotten. */
const resolutions = new WeakMap<ExpressionLines, Map<string, Resolution>>();

/** A line as an expression, its ranges counted from the start of the document; parsed once. */
export function expressionOf(document: ExpressionLines, line: ExpressionLine): ParsedExpression {
  let expression = parsed.get(line);
  if (expression === undefined) {
    const { start, end } = line.queryRange;
    parsed.set(line, (expression = parseExpression(document.text.slice(start, end), start)));
  }
  return expression;
}

/**
 * The expression of line `label` with its references resolved to shared ones. Memoised per document; linear in the size of the document.
 * Missing and cyclic references, empty lines and syntax that ClinicalTrials.gov does not read give a problem in words.
 */
export function resolveExpression(document: ExpressionLines, label: string): Resolution {
  const known = resolutions.get(document) ?? new Map<string, Resolution>();
  resolutions.set(document, known);
  const start = normal(label);
  /** The lines from `start` to the one that is looked at, each with the references that were not followed yet. */
  const path: { readonly label: string; readonly open: string[] }[] = [];
  const onPath = new Set<string>();
  const cyclic = new Set<string>();
  const enter = (at: string): void => {
    path.push({ label: at, open: referencesIn(document, at) });
    onPath.add(at);
  };
  if (!known.has(start)) enter(start);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.open.pop();
    if (next === undefined) {
      known.set(top.label, resolveLine(document, top.label, known, cyclic));
      onPath.delete(top.label);
      path.pop();
    } else if (onPath.has(next)) {
      const from = path.findIndex((step) => step.label === next);
      for (const step of path.slice(from)) cyclic.add(step.label);
    } else if (!known.has(next)) enter(next);
  }
  return known.get(start) ?? { problem: `There is no line #${start}.` };
}

/**
 * A part of a line as an expression of its own.
 * @param around the operators that it stands behind, outermost first: `asthma` in `AREA[ConditionSearch](asthma OR wheezing)` is searched in
 * that area
 */
export function resolvePart(
  document: ExpressionLines,
  line: ExpressionLine,
  node: ExpressionNode,
  around: readonly ContextNode[] = [],
): Resolution {
  const references = new Map<string, ResolvedExpression>();
  for (const token of tokensOf(document, line, node.range)) {
    if (token.kind !== 'reference') continue;
    const to = labelAt(document, token);
    const target = resolveExpression(document, to);
    if ('problem' in target) return target;
    references.set(to, target);
  }
  const part = assemble({ document, line, range: node.range, name: `Line #${line.label}` }, node, references);
  const operators = around
    .map(({ operatorRange: { start, end } }) => document.text.slice(start, end))
    .join('');
  if ('problem' in part || operators === '') return part;
  const root = around.reduceRight<ExpressionNode>((operand, context) => ({ ...context, operand }), node);
  const parts = node.kind === 'group' ? [operators, ...part.parts] : [`${operators}(`, ...part.parts, ')'];
  return { root, parts, references, key: hash128(`ctgov ${operators}(${part.key})`) };
}

/** An expression on its own, without a document around it: references to lines are a problem. */
export function resolveExpressionText(text: string): Resolution {
  const line = { label: '1', queryRange: { start: 0, end: text.length } };
  const document: ExpressionLines = { text, line: () => undefined };
  const { root } = expressionOf(document, line);
  if (root === undefined) return { problem: 'The expression holds nothing to search for.' };
  const reference = tokensOf(document, line, root.range).find(({ kind }) => kind === 'reference');
  if (reference !== undefined)
    return {
      problem: `The expression refers to line #${labelAt(document, reference)}, but there are no lines here. Write the line out.`,
    };
  return assemble({ document, line, range: line.queryRange, name: 'The expression' }, root, new Map());
}

/** Thrown by {@link writeExpression} when the text would exceed its limit. */
export class ExpressionTooLongError extends Error {
  override readonly name = 'ExpressionTooLongError';
}

/**
 * Writes an expression out as it is sent, lines that it refers to in parentheses.
 * @param maxLength most characters; known to be exceeded before anything is built
 * @throws ExpressionTooLongError
 */
export function writeExpression(expression: ResolvedExpression, maxLength = 1_000_000): string {
  const order = inOrderOfUse(expression);
  const lengths = new Map<ResolvedExpression, number>();
  for (const one of order)
    lengths.set(
      one,
      one.parts.reduce(
        (sum, part) => sum + (typeof part === 'string' ? part.length : (lengths.get(part) ?? 0) + 2),
        0,
      ),
    );
  if ((lengths.get(expression) ?? 0) > maxLength)
    throw new ExpressionTooLongError(
      `With its line references written out the expression is longer than ${maxLength} characters. Use fewer references to long lines.`,
    );
  const texts = new Map<ResolvedExpression, string>();
  for (const one of order)
    texts.set(
      one,
      one.parts.map((part) => (typeof part === 'string' ? part : `(${texts.get(part) ?? ''})`)).join(''),
    );
  return texts.get(expression) ?? '';
}

function resolveLine(
  document: ExpressionLines,
  label: string,
  known: ReadonlyMap<string, Resolution>,
  cyclic: ReadonlySet<string>,
): Resolution {
  const line = document.line(label);
  if (line === undefined) return { problem: `There is no line #${label}.` };
  if (cyclic.has(label))
    return { problem: `Line #${label} refers to itself, directly or through other lines.` };
  const { root } = expressionOf(document, line);
  if (root === undefined) return { problem: `Line #${label} holds nothing to search for.` };
  const references = new Map<string, ResolvedExpression>();
  for (const to of referencesIn(document, label)) {
    if (document.line(to) === undefined)
      return { problem: `Line #${label} refers to line #${to}, which does not exist.` };
    const target = known.get(to) ?? { problem: `Line #${to} refers to itself.` };
    if ('problem' in target) return target;
    references.set(to, target);
  }
  return assemble({ document, line, range: line.queryRange, name: `Line #${label}` }, root, references);
}

/** A piece of a document that is searched. */
interface Place {
  readonly document: ExpressionLines;
  readonly line: ExpressionLine;
  readonly range: Range;
  /** For messages. */
  readonly name: string;
}

function assemble(
  { document, line, range, name }: Place,
  node: ExpressionNode,
  references: ReadonlyMap<string, ResolvedExpression>,
): Resolution {
  // What the parser mended would be searched instead of what is written, and ClinicalTrials.gov refuses what is written.
  const error = expressionOf(document, line).problems.find(
    (problem) =>
      problem.severity === 'error' && problem.range.start < range.end && problem.range.end > range.start,
  );
  if (error !== undefined) return { problem: `${name} has an error: ${error.message}` };
  const parts: (string | ResolvedExpression)[] = [];
  const key: string[] = [];
  let run: string[] = [];
  const endRun = (): void => {
    if (run.length > 0) parts.push(run.join(''));
    run = [];
  };
  const tokens = tokensOf(document, line, range);
  while (isBlank(tokens.at(-1))) tokens.pop();
  let isBehindSpace = true;
  for (const token of tokens) {
    const target = token.kind === 'reference' ? references.get(labelAt(document, token)) : undefined;
    if (target === undefined) {
      // Comments with white space around them are one space.
      if (isBlank(token) && isBehindSpace) continue;
      run.push(written(document, token));
    } else {
      key.push(run.join(''), `#{${target.key}}`);
      endRun();
      parts.push(target);
    }
    isBehindSpace = isBlank(token);
  }
  key.push(run.join(''));
  endRun();
  const [only] = parts;
  const isAlias = parts.length === 1 && typeof only === 'object';
  return { root: node, parts, references, key: isAlias ? only.key : hash128(`ctgov ${key.join('')}`) };
}

function isBlank(token: ExpressionToken | undefined): boolean {
  return token?.kind === 'space' || token?.kind === 'comment';
}

/** The tokens of a part of a line. */
function tokensOf(document: ExpressionLines, line: ExpressionLine, range: Range): ExpressionToken[] {
  return expressionOf(document, line).tokens.filter(
    ({ start, end }) => start >= range.start && end <= range.end,
  );
}

function written({ text }: ExpressionLines, { kind, start, end }: ExpressionToken): string {
  const own = text.slice(start, end);
  if (kind === 'space' || kind === 'comment') return ' ';
  return kind === 'phrase' ? `"${own.slice(1, -1).replace(/\s+/g, ' ')}"` : own;
}

/** Labels that line `label` refers to, each once. */
function referencesIn(document: ExpressionLines, label: string): string[] {
  const line = document.line(label);
  if (line === undefined) return [];
  const { tokens } = expressionOf(document, line);
  return [
    ...new Set(tokens.filter(({ kind }) => kind === 'reference').map((token) => labelAt(document, token))),
  ];
}

function labelAt({ text }: ExpressionLines, { start, end }: ExpressionToken): string {
  return normal(text.slice(start, end));
}

function normal(label: string): string {
  return label.replace(/^#/, '').replace(/^0+(?=\d)/, '');
}
