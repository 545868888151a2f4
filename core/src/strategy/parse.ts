import type { Problem, Range } from '../text/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import { parseQueryAgain } from '../pubmed/index.ts';
import type { Comment, FrontMatter, StrategyDocument, StrategyLine } from './document.ts';
import { parseFrontMatter } from './frontMatter.ts';
import { checkReferences, labelOf } from './references.ts';
import { withSavedReferences } from './savedReferences.ts';
import type { LineSpan } from './split.ts';
import { splitLines } from './split.ts';
import { commentsOf, textLines } from './textLines.ts';

/**
 * Reads a strategy document. Never throws, for any text; linear in its length. Queries are parsed when first asked for,
 * references are checked when `problems`, `root` or `cyclic` are.
 */
export function parseStrategy(text: string): StrategyDocument {
  const { frontMatter, problems, end } = parseFrontMatter(text);
  const physical = textLines(text, end);
  const split = splitLines(text, physical);
  const empty =
    split.spans.length === 0 && frontMatter !== undefined ? [withoutQuery(frontMatter.range)] : [];
  return new ParsedStrategy(text, frontMatter, split.spans, commentsOf(text, physical), [
    ...problems,
    ...split.problems,
    ...empty,
  ]);
}

function withoutQuery(frontMatter: Range): Problem {
  return {
    rule: 'no-query',
    severity: 'information',
    message:
      'This document describes a search but holds no query yet. Write the first line below the front matter.',
    range: { start: frontMatter.start, end: Math.min(frontMatter.end, frontMatter.start + 3) },
  };
}

class ParsedLine implements StrategyLine {
  readonly label: string;
  readonly numbered: boolean;
  readonly range: Range;
  readonly labelRange: Range;
  readonly queryRange: Range;
  readonly #document: string;
  readonly #isEscaped: boolean;
  readonly #lineOf: (label: string) => StrategyLine | undefined;
  #query: ParsedQuery | undefined;

  constructor(document: string, span: LineSpan, lineOf: (label: string) => StrategyLine | undefined) {
    this.#document = document;
    this.#isEscaped = span.isEscaped === true;
    this.#lineOf = lineOf;
    this.label = span.label;
    this.numbered = span.numbered;
    this.range = span.range;
    this.labelRange = span.labelRange;
    this.queryRange = span.queryRange;
  }

  get query(): ParsedQuery {
    const { start, end } = this.queryRange;
    if (this.#query !== undefined) return this.#query;
    const parsed = parseQueryAgain(this.#document.slice(start, end), start);
    return (this.#query = withSavedReferences(
      this.#isEscaped ? { ...parsed, problems: [] } : parsed,
      (label, isLettered) => {
        const line = this.#lineOf(label);
        return line !== undefined && line !== this && (line.numbered || !isLettered);
      },
    ));
  }
}

class ParsedStrategy implements StrategyDocument {
  readonly text: string;
  readonly frontMatter: FrontMatter | undefined;
  readonly lines: readonly StrategyLine[];
  readonly comments: readonly Comment[];
  readonly #structure: readonly Problem[];
  readonly #byLabel: ReadonlyMap<string, StrategyLine>;
  #checked: ReturnType<typeof checkReferences> | undefined;

  constructor(
    text: string,
    frontMatter: FrontMatter | undefined,
    spans: readonly LineSpan[],
    comments: readonly Comment[],
    structure: readonly Problem[],
  ) {
    this.text = text;
    this.frontMatter = frontMatter;
    this.lines = spans.map((span) => new ParsedLine(text, span, (label) => this.#byLabel.get(label)));
    this.comments = comments;
    this.#structure = structure;
    this.#byLabel = new Map(this.lines.map((line) => [line.label, line]));
  }

  line(label: string): StrategyLine | undefined {
    return this.#byLabel.get(labelOf(label));
  }

  get problems(): readonly Problem[] {
    // One cause, one problem: in a history without numbers every reference is missing.
    if (this.#structure.some(({ rule }) => rule === 'unnumbered-history')) return this.#structure;
    return [...this.#structure, ...this.#references.problems];
  }

  get root(): StrategyLine | undefined {
    return this.#references.root;
  }

  get cyclic(): ReadonlySet<string> {
    return this.#references.cyclic;
  }

  get #references(): ReturnType<typeof checkReferences> {
    return (this.#checked ??= checkReferences(this.lines));
  }
}
