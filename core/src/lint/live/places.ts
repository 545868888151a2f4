import { looseName } from '../../mapping/index.ts';
import type { Subject } from '../../mapping/index.ts';
import { nodesOf } from '../../pubmed/index.ts';
import type { TermNode } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import { textOf } from '../family.ts';

/** Where a piece of a query that PubMed speaks of stands in the document. */
export interface Place {
  readonly line: StrategyLine;
  readonly term: TermNode;
  /** The whole term, or the words of it that are meant. */
  readonly range: Range;
  /** Some words of the term, not all of it. */
  readonly isPiece: boolean;
}

/** Looks up in a document what PubMed speaks of. PubMed is sent a line with all that it refers to, and speaks of its whole text. */
export class Places {
  readonly #document: StrategyDocument;
  readonly #reached = new Map<string, readonly StrategyLine[]>();
  readonly #terms = new Map<StrategyLine, readonly Term[]>();

  constructor(document: StrategyDocument) {
    this.#document = document;
  }

  /** A line, and those that it refers to, directly or through others; each once, itself first. */
  reachedFrom(label: string): readonly StrategyLine[] {
    let lines = this.#reached.get(label);
    if (lines === undefined) this.#reached.set(label, (lines = [...this.#walk(label)]));
    return lines;
  }

  /** The terms of a line, without those that it refers to. */
  termsOf(line: StrategyLine): readonly Term[] {
    let terms = this.#terms.get(line);
    if (terms === undefined) {
      terms = nodesOf(line.query.root).flatMap((node) =>
        node.kind === 'term'
          ? {
              node,
              words: looseName(node.text),
              field: node.tag === undefined ? 'all' : node.tag.field,
            }
          : [],
      );
      this.#terms.set(line, terms);
    }
    return terms;
  }

  /**
   * The terms that PubMed means by `subject` in its answer to a line: those that say the same in the same field; else those that say the
   * same; else those of which it is a piece, since unquoted words are taken apart. Empty where none is like it.
   */
  find(label: string, subject: Subject): readonly Place[] {
    const lines = this.reachedFrom(label);
    if (subject.words === '') return [];
    for (const match of MATCHES) {
      const places = lines.flatMap((line) =>
        this.termsOf(line).flatMap((term) => {
          const range = match(term, subject, line);
          return range === undefined
            ? []
            : { line, term: term.node, range, isPiece: range !== term.node.range };
        }),
      );
      if (places.length > 0) return places;
    }
    return [];
  }

  *#walk(label: string): Generator<StrategyLine> {
    const seen = new Set<StrategyLine>();
    const work = [this.#document.line(label)];
    while (work.length > 0) {
      const line = work.pop();
      if (line === undefined || seen.has(line)) continue;
      seen.add(line);
      yield line;
      for (const node of nodesOf(line.query.root))
        if (node.kind === 'reference') work.push(this.#document.line(node.label));
    }
  }
}

/** A term with what it is compared by. */
export interface Term {
  readonly node: TermNode;
  readonly words: string;
  /** `all` without a tag; undefined for a tag that PubMed does not have. */
  readonly field: string | undefined;
}

type Match = (term: Term, subject: Subject, line: StrategyLine) => Range | undefined;

const MATCHES: readonly Match[] = [
  ({ node, words, field }, subject) =>
    words === subject.words && field === (subject.field ?? 'all') && !(subject.tag && !subject.field)
      ? node.range
      : undefined,
  ({ node, words, field }, subject) =>
    words === subject.words && isLike(field, subject) ? node.range : undefined,
  ({ node, words, field }, subject, line) =>
    !node.quoted && isLike(field, subject) && ` ${words} `.includes(` ${subject.words} `)
      ? pieceOf(line, node, subject.words)
      : undefined,
];

/** Whether a term of `field` may be what is meant: the subject names no field, or the same, or one of both is none of PubMed's. */
function isLike(field: string | undefined, subject: Subject): boolean {
  return subject.field === undefined || field === undefined || field === subject.field;
}

/** Where `words` stand within the text of a term. */
function pieceOf({ query }: StrategyLine, { textRange }: TermNode, words: string): Range | undefined {
  const wanted = words.split(' ');
  const there = [...textOf(query, textRange).matchAll(/[\p{L}\p{N}]+/gu)];
  for (let at = 0; at + wanted.length <= there.length; at++) {
    if (!wanted.every((word, i) => there[at + i]?.[0].toLowerCase() === word)) continue;
    const first = there[at];
    const last = there[at + wanted.length - 1];
    if (first === undefined || last === undefined) return undefined;
    return { start: textRange.start + first.index, end: textRange.start + last.index + last[0].length };
  }
  return undefined;
}
