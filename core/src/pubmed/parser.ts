import { Cursor, rangeOf } from './cursor.ts';
import { Level } from './level.ts';
import { fix } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import { keepsSecond, operatorAt } from './operators.ts';
import { ProblemList } from './problems.ts';
import { scan } from './scanner.ts';
import { TermParser } from './termParser.ts';
import { reportUnclosed } from './unclosed.ts';
import type { Unclosed } from './unclosed.ts';
import type {
  ChainOperator,
  GroupNode,
  Operator,
  ParsedQuery,
  QueryNode,
  Tag,
  TermNode,
  Token,
} from './tree.ts';

/** Parentheses nested deeper than this are ignored, so that no input exhausts the stack. */
export const MAXIMUM_NESTING = 200;

/**
 * Parses a query of PubMed's language (User Guide, "Searching PubMed"). Never throws; time and memory grow linearly with
 * the text. What is wrong is in `problems`, and the tree holds what PubMed would most likely make of the rest.
 * @param offset where `text` starts in its document; all ranges count from the start of the document
 */
export function parseQuery(text: string, offset = 0): ParsedQuery {
  const scanned = scan(text, offset);
  const problems = new ProblemList();
  const root = new Parser(new Cursor(text, offset, scanned, problems)).parse();
  return { text, offset, tokens: scanned.tokens, root, problems: problems.sorted() };
}

/** Longer text in parentheses is no part of a name. */
const LONGEST_NAME_PART = 20;

/** The untagged words that `open` is glued to. */
function nameBefore(level: Level, open: Token): TermNode | undefined {
  const last = level.operands.at(-1);
  const isName = last?.kind === 'term' && !last.quoted && last.tag === undefined;
  return isName && level.pending === undefined && last.range.end === open.start ? last : undefined;
}

class Parser {
  readonly #cursor: Cursor;
  readonly #terms: TermParser;
  #ignoredOpen = 0;
  readonly #unclosed: Unclosed[] = [];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#terms = new TermParser(cursor);
  }

  parse(): QueryNode | undefined {
    const root = this.#level(0, undefined);
    if (this.#unclosed.length > 0) reportUnclosed(this.#cursor, this.#unclosed);
    return root;
  }

  /** `benzo(a)pyrene[mh]`, `Fe(II)[tiab]`: parentheses that belong to a name, which PubMed takes for grouping. */
  #isName(before: TermNode, inner: QueryNode | undefined, close: Token): boolean {
    const next = this.#cursor.current;
    const isGlued =
      next !== undefined && next.start === close.end && (next.kind === 'word' || next.kind === 'tag');
    if (!isGlued || inner?.kind !== 'term' || inner.quoted || inner.tag !== undefined) return false;
    if (inner.range.end - inner.range.start > LONGEST_NAME_PART || /\s/.test(inner.text)) return false;
    let end = close.end;
    for (let ahead = 0; this.#cursor.peek(ahead)?.kind === 'word'; ahead++)
      end = this.#cursor.peek(ahead)?.end ?? end;
    const range = { start: before.range.start, end };
    const text = this.#cursor.slice(range);
    this.#cursor.problems.add(
      'parentheses-in-name',
      'warning',
      range,
      `PubMed takes these parentheses for grouping, so the parts of "${text.slice(0, 60)}" are searched apart and combined with AND. Put the name in quotes.`,
      /["\n\r]|\s\/\//.test(text)
        ? []
        : [fix('Put the name in quotes', true, [range.start, range.end, `"${text}"`])],
    );
    return true;
  }

  #level(depth: number, open: Token | undefined): QueryNode | undefined {
    const level = new Level();
    for (let token = this.#cursor.current; token !== undefined; token = this.#cursor.current) {
      if (token.kind === 'close') {
        if (this.#ignoredOpen > 0) this.#ignoredOpen--;
        else if (open !== undefined) break;
        else this.#strayClose(token);
        this.#cursor.at++;
      } else if (token.kind === 'operator') this.#operator(level, token);
      else if (token.kind === 'open' && depth >= MAXIMUM_NESTING) this.#tooDeep(token);
      else this.#push(level, token, depth);
    }
    this.#trailing(level);
    return level.node();
  }

  #push(level: Level, token: Token, depth: number): void {
    const name = token.kind === 'open' ? nameBefore(level, token) : undefined;
    const node = this.#operand(depth, name);
    if (node === 'empty') level.pending = undefined;
    else if (node !== undefined) level.push(node);
  }

  #tooDeep(token: Token): void {
    if (this.#ignoredOpen === 0)
      this.#cursor.problems.add(
        'nesting-too-deep',
        'error',
        rangeOf(token),
        `Parentheses nested more than ${MAXIMUM_NESTING} deep are ignored. Split the query into numbered lines.`,
      );
    this.#ignoredOpen++;
    this.#cursor.at++;
  }

  #strayClose(token: Token): void {
    this.#cursor.problems.add(
      'stray-parenthesis',
      'error',
      rangeOf(token),
      'This ")" has no "(" before it. Remove it, or add the missing "(".',
      [fix('Remove ")"', true, [token.start, token.end, ''])],
    );
  }

  #operator(level: Level, token: Token): void {
    this.#cursor.at++;
    const operator = operatorAt(this.#cursor.text, token.start - this.#cursor.offset);
    const first = level.pending;
    if (first !== undefined) {
      this.#doubledOperator(first, operator, token);
      level.pendingEnd = token.end;
      if (!keepsSecond(first.operator, operator)) return;
    } else if (level.operands.length === 0) {
      this.#leadingOperator(operator, token);
      return;
    }
    level.pending = { operator, range: rangeOf(token), implicit: false };
    level.pendingEnd = token.end;
  }

  #leadingOperator(operator: Operator, token: Token): void {
    const rule = operator === 'NOT' ? 'not-without-operand' : 'leading-operator';
    const message =
      operator === 'NOT'
        ? 'NOT needs something to exclude from on its left: PubMed has no query that only excludes.'
        : `Nothing stands to the left of ${operator}. Remove it, or add what it should combine.`;
    this.#cursor.problems.add(rule, 'error', rangeOf(token), message, [this.#removal(token)]);
  }

  #doubledOperator(first: ChainOperator, operator: Operator, token: Token): void {
    const { start, end } = first.range;
    const isSecond = keepsSecond(first.operator, operator);
    const kept = (second: boolean) =>
      fix(
        `Keep only ${second ? operator : first.operator}`,
        second === isSecond,
        second ? [start, token.start, ''] : [end, token.end, ''],
      );
    const fixes = operator === first.operator ? [kept(false)] : [kept(isSecond), kept(!isSecond)];
    this.#cursor.problems.add(
      'doubled-operator',
      'error',
      { start, end: token.end },
      `${first.operator} and ${operator} stand side by side; PubMed takes one operator between two terms.${operator === 'NOT' ? ' NOT alone means AND NOT.' : ''}`,
      fixes,
    );
  }

  /** Removes a token with the white space behind it, or before it at the end of the text. */
  #removal(token: Range): ReturnType<typeof fix> {
    let end = token.end;
    while (/[ \t]/.test(this.#cursor.text.charAt(end - this.#cursor.offset))) end++;
    return fix(`Remove ${this.#cursor.slice(token)}`, true, [token.start, end, '']);
  }

  #trailing(level: Level): void {
    if (level.pending === undefined) return;
    const { operator, range } = level.pending;
    const rule = operator === 'NOT' ? 'not-without-operand' : 'trailing-operator';
    const message = `Nothing stands to the right of ${operator}. Remove it, or add what it should combine.`;
    const fixes = [this.#removal({ start: range.start, end: level.pendingEnd })];
    this.#cursor.problems.add(rule, 'error', range, message, fixes);
  }

  /** One operand; `empty` for empty parentheses, undefined where the tokens held nothing to search for. */
  #operand(depth: number, name: TermNode | undefined): QueryNode | 'empty' | undefined {
    const token = this.#cursor.current;
    if (token === undefined) return undefined;
    switch (token.kind) {
      case 'open':
        return this.#group(depth, token, name);
      case 'reference':
        this.#cursor.at++;
        return {
          kind: 'reference',
          range: rangeOf(token),
          label: this.#cursor
            .slice(token)
            .slice(1)
            .replace(/^0+(?=\d)/, ''),
        };
      case 'phrase':
        return this.#terms.phrase(token);
      case 'word':
        return this.#terms.words();
      case 'tag':
        this.#terms.strayTag(token);
        return undefined;
      default: {
        const end = this.#terms.skipColons(token);
        const message = 'This colon begins no range. Ranges are written 2010:2015[dp].';
        this.#cursor.problems.add('stray-colon', 'error', rangeOf(token), message, [
          fix('Remove ":"', true, [token.start, end, ' ']),
        ]);
        return undefined;
      }
    }
  }

  #group(depth: number, open: Token, name: TermNode | undefined): GroupNode | 'empty' {
    this.#cursor.at++;
    const inner = this.#level(depth + 1, open);
    const close = this.#cursor.current;
    let end = this.#cursor.peek(-1)?.end ?? open.end;
    if (close?.kind === 'close') {
      this.#cursor.at++;
      end = close.end;
    } else {
      this.#unclosed.push({ open, end });
    }
    const isName = name !== undefined && close?.kind === 'close' && this.#isName(name, inner, close);
    const tag = this.#terms.tag();
    const range = { start: open.start, end: tag?.range.end ?? end };
    if (inner === undefined) {
      this.#cursor.problems.add(
        'empty-parentheses',
        'error',
        range,
        'These parentheses hold nothing to search for; PubMed ignores them. Remove them or fill them.',
        [fix('Remove the parentheses', true, [range.start, range.end, ''])],
      );
      return 'empty';
    }
    if (tag !== undefined && !isName) this.#tagOnGroup(inner, tag);
    return { kind: 'group', range, inner, tag };
  }

  #tagOnGroup(inner: QueryNode, tag: Tag): void {
    const text = this.#cursor.slice(tag.range);
    const ends = untaggedEnds(inner);
    const fixes =
      ends.length > 0 && ends.length <= MAXIMUM_TAGGED
        ? [
            fix(`Put ${text} behind each term`, true, ...ends.map((at) => [at, at, text] as const), [
              tag.range.start,
              tag.range.end,
              '',
            ]),
          ]
        : [fix(`Remove ${text}`, true, [tag.range.start, tag.range.end, ''])];
    this.#cursor.problems.add(
      'tag-on-group',
      'error',
      tag.range,
      `PubMed does not apply a tag to parentheses: ${text} has no effect on the terms inside. Put it behind each term.`,
      fixes,
    );
  }
}

/** More terms than this get no tag by a fix. */
const MAXIMUM_TAGGED = 1000;

/** Where a tag would go behind each term that has none; stops soon after the maximum. */
function untaggedEnds(node: QueryNode): readonly number[] {
  const ends: number[] = [];
  const open = [node];
  for (let part = open.pop(); part !== undefined && ends.length <= MAXIMUM_TAGGED; part = open.pop()) {
    if (part.kind === 'group' && part.inner !== undefined) open.push(part.inner);
    else if (part.kind === 'chain') open.push(...part.operands.slice(0, MAXIMUM_TAGGED + 1).reverse());
    else if ((part.kind === 'term' || part.kind === 'range') && part.tag === undefined)
      ends.push(part.range.end);
  }
  return ends;
}
