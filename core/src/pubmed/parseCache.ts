import { TextMemory, detached } from '../text/index.ts';
import type { Fix, Problem, Range } from '../text/index.ts';
import { parseQuery } from './parser.ts';
import type { ParsedQuery, QueryNode, Tag } from './tree.ts';

interface Remembered {
  /** As it was parsed. All others are moved from it, or else each would hold on to the one before it. */
  readonly original: ParsedQuery;
  /** Where it stood last. */
  latest: ParsedQuery;
}

/** Characters of query text: some thousand lines, each of which takes a few kilobytes as a tree. */
const remembered = new TextMemory<Remembered>(1_000_000);

/**
 * Like `parseQuery`, and remembers: an editor parses hundreds of lines with every key, of which one has changed and the others
 * have moved. A remembered tree is moved, which costs a fraction of parsing; trees are immutable, so they are shared.
 */
export function parseQueryAgain(text: string, offset: number): ParsedQuery {
  const known = remembered.get(text);
  if (known?.latest.offset === offset) return known.latest;
  if (known !== undefined) return (known.latest = moveQuery(known.original, offset - known.original.offset));
  const parsed = parseQuery(detached(text), offset);
  remembered.set(parsed.text, { original: parsed, latest: parsed });
  return parsed;
}

/** The same query `by` units further on in its document. Its parts are moved when they are asked for: most never are. */
export function moveQuery(query: ParsedQuery, by: number): ParsedQuery {
  let tokens: ParsedQuery['tokens'] | undefined;
  let root: ParsedQuery['root'];
  let problems: ParsedQuery['problems'] | undefined;
  return {
    text: query.text,
    offset: query.offset + by,
    get tokens() {
      return (tokens ??= query.tokens.map((token) => ({
        ...token,
        start: token.start + by,
        end: token.end + by,
      })));
    },
    get root() {
      return (root ??= query.root && moveNode(query.root, by));
    },
    get problems() {
      return (problems ??= query.problems.map((problem) => moveProblem(problem, by)));
    },
  };
}

function moveNode(node: QueryNode, by: number): QueryNode {
  switch (node.kind) {
    case 'term':
      return {
        ...node,
        range: move(node.range, by),
        textRange: move(node.textRange, by),
        tag: node.tag && moveTag(node.tag, by),
      };
    case 'range':
      return { ...node, range: move(node.range, by), tag: node.tag && moveTag(node.tag, by) };
    case 'reference':
      return { ...node, range: move(node.range, by) };
    case 'group':
      return {
        ...node,
        range: move(node.range, by),
        inner: node.inner && moveNode(node.inner, by),
        tag: node.tag && moveTag(node.tag, by),
      };
    case 'chain':
      return {
        ...node,
        range: move(node.range, by),
        operands: node.operands.map((operand) => moveNode(operand, by)),
        operators: node.operators.map((operator) => ({ ...operator, range: move(operator.range, by) })),
      };
  }
}

function moveTag(tag: Tag, by: number): Tag {
  return { ...tag, range: move(tag.range, by) };
}

/** The same problem, with its fixes, `by` units further on. Fixes are moved when somebody asks for them, which few do. */
export function moveProblem(problem: Problem, by: number): Problem {
  const { rule, severity, message, fixes } = problem;
  const range = move(problem.range, by);
  if (fixes === undefined) return { rule, severity, message, range };
  return {
    rule,
    severity,
    message,
    range,
    get fixes() {
      return fixes.map((fix) => moveFix(fix, by));
    },
  };
}

function moveFix(fix: Fix, by: number): Fix {
  return { ...fix, edits: fix.edits.map((edit) => ({ ...edit, range: move(edit.range, by) })) };
}

function move({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}
