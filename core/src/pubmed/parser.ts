import type { Range } from '../text/index.ts';
import { parseTag } from './parseTag.ts';
import { fix, ProblemList } from './problems.ts';
import { isQuote, scanQuery } from './scanner.ts';
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
  const tokens = scanQuery(text, offset);
  const problems = new ProblemList();
  const root = new Parser(text, offset, tokens, problems).parse();
  return { text, offset, tokens, root, problems: problems.sorted() };
}

interface PendingOperator {
  readonly operator: Operator;
  readonly token: Token;
  /** Where the last of the operators side by side ends. */
  end: number;
}

/** The operator that a token's text stands for. */
export function operatorOf(text: string): Operator {
  if (text === '&') return 'AND';
  if (text === '|') return 'OR';
  const upper = text.toUpperCase();
  return upper === 'OR' || upper === 'NOT' ? upper : 'AND';
}

/** Collects operands and operators of one level. */
class Level {
  readonly operands: QueryNode[] = [];
  readonly operators: ChainOperator[] = [];
  pending: PendingOperator | undefined;

  push(node: QueryNode): void {
    const last = this.operands.at(-1);
    if (last !== undefined) {
      this.operators.push(
        this.pending === undefined
          ? {
              operator: arePmids(last, node) ? 'OR' : 'AND',
              range: { start: last.range.end, end: node.range.start },
              implicit: true,
            }
          : { operator: this.pending.operator, range: rangeOf(this.pending.token), implicit: false },
      );
    }
    this.operands.push(node);
    this.pending = undefined;
  }

  node(): QueryNode | undefined {
    const [first] = this.operands;
    const last = this.operands.at(-1);
    if (first === undefined || last === undefined || first === last) return first;
    const range = { start: first.range.start, end: last.range.end };
    return { kind: 'chain', range, operands: this.operands, operators: this.operators };
  }
}

class Parser {
  readonly #text: string;
  readonly #offset: number;
  readonly #problems: ProblemList;
  /** Without white space and comments. */
  readonly #tokens: readonly Token[];
  #at = 0;
  #ignoredOpen = 0;

  constructor(text: string, offset: number, tokens: readonly Token[], problems: ProblemList) {
    this.#text = text;
    this.#offset = offset;
    this.#problems = problems;
    this.#tokens = tokens.filter(
      (token) => token.kind !== 'space' && token.kind !== 'comment' && !this.#reported(token),
    );
  }

  parse(): QueryNode | undefined {
    return this.#level(0, undefined);
  }

  #slice(range: Range): string {
    return this.#text.slice(range.start - this.#offset, range.end - this.#offset);
  }

  /** Reports tokens that have no meaning, so that the grammar never sees them. */
  #reported(token: Token): boolean {
    if (token.kind !== 'invalid') return false;
    const text = this.#slice(token);
    const remove = fix('Remove it', true, [token.start, token.end, ' ']);
    if (text === '[')
      this.#problems.add(
        'unclosed-bracket',
        'error',
        rangeOf(token),
        'This "[" begins no field tag: nothing closes it. Close it with "]" or remove it.',
        [remove],
      );
    else if (text === ']')
      this.#problems.add(
        'stray-bracket',
        'error',
        rangeOf(token),
        'This "]" closes no field tag. Remove it, or add the missing "[".',
        [remove],
      );
    else
      this.#problems.add(
        'invalid-character',
        'error',
        rangeOf(token),
        'Control characters or bytes that are no text. PubMed cannot search them; remove them.',
        [remove],
      );
    return true;
  }

  #level(depth: number, open: Token | undefined): QueryNode | undefined {
    const level = new Level();
    for (let token = this.#tokens[this.#at]; token !== undefined; token = this.#tokens[this.#at]) {
      if (token.kind === 'close') {
        if (this.#ignoredOpen > 0) this.#ignoredOpen--;
        else if (open !== undefined) break;
        else this.#strayClose(token);
        this.#at++;
      } else if (token.kind === 'operator') this.#operator(level, token);
      else if (token.kind === 'open' && depth >= MAXIMUM_NESTING) this.#tooDeep(token);
      else {
        const node = this.#operand(depth);
        if (node === 'empty') level.pending = undefined;
        else if (node !== undefined) level.push(node);
      }
    }
    this.#trailing(level);
    return level.node();
  }

  #tooDeep(token: Token): void {
    if (this.#ignoredOpen === 0)
      this.#problems.add(
        'nesting-too-deep',
        'error',
        rangeOf(token),
        `Parentheses nested more than ${MAXIMUM_NESTING} deep are ignored. Split the query into numbered lines.`,
      );
    this.#ignoredOpen++;
    this.#at++;
  }

  #strayClose(token: Token): void {
    this.#problems.add(
      'stray-parenthesis',
      'error',
      rangeOf(token),
      'This ")" has no "(" before it. Remove it, or add the missing "(".',
      [fix('Remove ")"', true, [token.start, token.end, ''])],
    );
  }

  #operator(level: Level, token: Token): void {
    this.#at++;
    const operator = operatorOf(this.#slice(token));
    if (level.operands.length === 0 && level.pending === undefined) {
      const rule = operator === 'NOT' ? 'not-without-operand' : 'leading-operator';
      const message =
        operator === 'NOT'
          ? 'NOT needs something to exclude from on its left: PubMed has no query that only excludes.'
          : `Nothing stands to the left of ${operator}. Remove it, or add what it should combine.`;
      this.#problems.add(rule, 'error', rangeOf(token), message, [this.#removal(token)]);
      return;
    }
    if (level.pending === undefined) {
      level.pending = { operator, token, end: token.end };
      return;
    }
    const first = level.pending;
    const keepsSecond = operator === 'NOT' && first.operator !== 'NOT';
    const kept = (second: boolean) =>
      fix(
        `Keep only ${second ? operator : first.operator}`,
        second === keepsSecond,
        second ? [first.token.start, token.start, ''] : [first.token.end, token.end, ''],
      );
    const fixes = operator === first.operator ? [kept(false)] : [kept(keepsSecond), kept(!keepsSecond)];
    this.#problems.add(
      'doubled-operator',
      'error',
      { start: first.token.start, end: token.end },
      `${first.operator} and ${operator} stand side by side; PubMed takes one operator between two terms.${operator === 'NOT' ? ' NOT alone means AND NOT.' : ''}`,
      fixes,
    );
    if (keepsSecond) level.pending = { operator, token, end: token.end };
    else first.end = token.end;
  }

  /** Removes a token with the white space behind it, or before it at the end of the text. */
  #removal(token: Token): ReturnType<typeof fix> {
    let end = token.end;
    while (/[ \t]/.test(this.#text.charAt(end - this.#offset))) end++;
    return fix(`Remove ${this.#slice(token)}`, true, [token.start, end, '']);
  }

  #trailing(level: Level): void {
    if (level.pending === undefined) return;
    const { operator, token, end } = level.pending;
    const rule = operator === 'NOT' ? 'not-without-operand' : 'trailing-operator';
    const message = `Nothing stands to the right of ${operator}. Remove it, or add what it should combine.`;
    this.#problems.add(rule, 'error', rangeOf(token), message, [this.#removal({ ...token, end })]);
  }

  /** One operand; `empty` for empty parentheses, undefined where the tokens held nothing to search for. */
  #operand(depth: number): QueryNode | 'empty' | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined) return undefined;
    switch (token.kind) {
      case 'open':
        return this.#group(depth, token);
      case 'reference':
        this.#at++;
        return {
          kind: 'reference',
          range: rangeOf(token),
          label: this.#slice(token)
            .slice(1)
            .replace(/^0+(?=\d)/, ''),
        };
      case 'phrase':
        return this.#withRange(this.#phrase(token));
      case 'word':
        return this.#words();
      case 'tag':
        this.#strayTag(token);
        return undefined;
      default: {
        const end = this.#skipColons(token);
        const message = 'This colon begins no range. Ranges are written 2010:2015[dp].';
        this.#problems.add('stray-colon', 'error', rangeOf(token), message, [
          fix('Remove ":"', true, [token.start, end, ' ']),
        ]);
        return undefined;
      }
    }
  }

  /** Passes over a colon without a value behind it, and over what else means nothing there. Gives the end. */
  #skipColons(colon: Token): number {
    let end = colon.end;
    const isNoValue = (next: Token) =>
      next.kind === 'colon' || (next.kind === 'word' && this.#isPunctuation(next));
    for (let next: Token | undefined = colon; next && isNoValue(next); next = this.#tokens[++this.#at])
      end = next.end;
    return end;
  }

  #strayTag(token: Token): void {
    this.#at++;
    parseTag(this.#slice(token), token, undefined, this.#problems);
    this.#problems.add(
      'stray-tag',
      'error',
      rangeOf(token),
      `The field tag ${this.#slice(token)} stands behind nothing that it could apply to. Put it directly behind a term.`,
      [fix('Remove the tag', true, [token.start, token.end, ''])],
    );
  }

  #group(depth: number, open: Token): GroupNode | 'empty' {
    this.#at++;
    const inner = this.#level(depth + 1, open);
    const close = this.#tokens[this.#at];
    let end = this.#tokens[this.#at - 1]?.end ?? open.end;
    if (close?.kind === 'close') {
      this.#at++;
      end = close.end;
    } else {
      this.#problems.add(
        'unclosed-parenthesis',
        'error',
        rangeOf(open),
        'This "(" is never closed. Add the missing ")".',
        [
          fix('Add ")" at the end', true, [end, end, ')']),
          fix('Remove "("', false, [open.start, open.end, '']),
        ],
      );
    }
    const tag = this.#tag();
    const range = { start: open.start, end: tag?.range.end ?? end };
    if (inner === undefined) {
      this.#problems.add(
        'empty-parentheses',
        'error',
        range,
        'These parentheses hold nothing to search for; PubMed ignores them. Remove them or fill them.',
        [fix('Remove the parentheses', true, [range.start, range.end, ''])],
      );
      return 'empty';
    }
    if (tag !== undefined) this.#tagOnGroup(inner, tag);
    return { kind: 'group', range, inner, tag };
  }

  #tagOnGroup(inner: QueryNode, tag: Tag): void {
    const text = this.#slice(tag.range);
    const ends = untaggedEnds(inner);
    const fixes =
      ends.length > 0 && ends.length <= 1000
        ? [
            fix(`Put ${text} behind each term`, true, ...ends.map((at) => [at, at, text] as const), [
              tag.range.start,
              tag.range.end,
              '',
            ]),
          ]
        : [fix(`Remove ${text}`, true, [tag.range.start, tag.range.end, ''])];
    this.#problems.add(
      'tag-on-group',
      'error',
      tag.range,
      `PubMed does not apply a tag to parentheses: ${text} has no effect on the terms inside. Put it behind each term.`,
      fixes,
    );
  }

  /** The tag at this place, if one stands here; further tags behind it are reported. */
  #tag(term?: TermNode): Tag | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'tag') return undefined;
    this.#at++;
    const tag = parseTag(this.#slice(token), token, term, this.#problems);
    for (let next = this.#tokens[this.#at]; next?.kind === 'tag'; next = this.#tokens[this.#at]) {
      this.#at++;
      parseTag(this.#slice(next), next, term, this.#problems);
      this.#problems.add(
        'doubled-tag',
        'error',
        rangeOf(next),
        `A term takes one field tag; ${this.#slice(next)} is not used. Repeat the term with the other tag and combine both with OR.`,
        [fix('Remove the second tag', true, [next.start, next.end, ''])],
      );
    }
    return tag;
  }

  #phrase(token: Token): TermNode | undefined {
    this.#at++;
    const written = this.#slice(token);
    const isClosed = written.length > 1 && isQuote(written.charAt(written.length - 1));
    const inner = { start: token.start + 1, end: token.end - (isClosed ? 1 : 0) };
    const isEmpty = !/\S/.test(this.#slice(inner));
    const remove = fix('Remove the quotes', true, [token.start, token.end, ' ']);
    if (isEmpty && isClosed)
      this.#problems.add(
        'empty-phrase',
        'warning',
        rangeOf(token),
        'These quotes hold nothing; PubMed ignores them.',
        [remove],
      );
    else if (!isClosed) {
      const close = isEmpty ? remove : fix('Add the closing quote', true, [token.end, token.end, '"']);
      this.#problems.add(
        'unclosed-quote',
        'error',
        rangeOf(token),
        'This quote is never closed, so the phrase runs on. Add the closing quote.',
        [close],
      );
    } else if (/[^"]/.test(written.charAt(0) + written.charAt(written.length - 1))) {
      this.#problems.add(
        'curly-quotes',
        'warning',
        rangeOf(token),
        'Curly quotes come from word processors and are not read as phrase marks everywhere. Use straight quotes.',
        [
          fix(
            'Use straight quotes',
            true,
            [token.start, token.start + 1, '"'],
            [token.end - 1, token.end, '"'],
          ),
        ],
      );
    }
    if (isEmpty) return undefined;
    return this.#quotedTerm(token, inner);
  }

  #quotedTerm(token: Token, inner: Range): TermNode {
    let text = this.#slice(inner);
    let textRange = inner;
    let end = token.end;
    const next = this.#tokens[this.#at];
    // "Neoplasms"/therapy[mh]: the subheading belongs to the heading.
    if (next?.kind === 'word' && next.start === token.end && /^\/\p{L}/u.test(this.#slice(next))) {
      this.#at++;
      text += this.#slice(next);
      textRange = { start: inner.start, end: next.end };
      end = next.end;
    }
    this.#skipPunctuation();
    return this.#finished(text.trim().replace(/\s+/g, ' '), textRange, { start: token.start, end }, true);
  }

  #finished(text: string, textRange: Range, range: Range, quoted: boolean): TermNode {
    const bare: TermNode = {
      kind: 'term',
      range,
      text: text.replace(/\s+/g, ' '),
      textRange,
      quoted,
      tag: undefined,
    };
    const tag = this.#tag(bare);
    return tag === undefined ? bare : { ...bare, range: { start: range.start, end: tag.range.end }, tag };
  }

  /** Words that hold no letter, digit or other searchable character: PubMed reads them as spaces. */
  #isPunctuation(token: Token): boolean {
    return !/[\p{L}\p{N}\p{S}\p{M}]/u.test(this.#slice(token).replace(/[$+<=>^`|~]/g, ''));
  }

  #skipPunctuation(): void {
    for (
      let token = this.#tokens[this.#at];
      token?.kind === 'word' && this.#isPunctuation(token);
      token = this.#tokens[this.#at]
    )
      this.#at++;
  }

  /** A run of words is one term, as PubMed sees it, except PMIDs side by side and the beginning of a range. */
  #words(): QueryNode | undefined {
    const run: Token[] = [];
    for (let token = this.#tokens[this.#at]; token?.kind === 'word'; token = this.#tokens[this.#at]) {
      run.push(token);
      this.#at++;
    }
    const next = this.#tokens[this.#at];
    if (next?.kind === 'colon' && run.length > 1) {
      run.pop();
      this.#at--;
      return this.#run(run);
    }
    return this.#withRange(this.#run(run));
  }

  #run(words: readonly Token[]): QueryNode | undefined {
    const searchable = words.filter((token) => !this.#isPunctuation(token));
    const first = searchable[0];
    const last = searchable.at(-1);
    if (first === undefined || last === undefined) {
      const tag = this.#tokens[this.#at];
      if (tag?.kind === 'tag') this.#strayTag(tag);
      return undefined;
    }
    if (searchable.length > 1 && searchable.every((token) => /^\d{5,8}[,;]?$/.test(this.#slice(token))))
      return this.#pmids(searchable);
    const kept = words.slice(words.indexOf(first), words.lastIndexOf(last) + 1);
    const range = { start: first.start, end: last.end };
    const end = this.#unopenedQuote(first, last) ?? last.end;
    return this.#finished(
      kept.map((token) => this.#slice(token)).join(' '),
      range,
      { start: range.start, end },
      false,
    );
  }

  /** `heart attack"[tiab]`: a quote that closes what none opened. Gives its end. */
  #unopenedQuote(first: Token, last: Token): number | undefined {
    const quote = this.#tokens[this.#at];
    if (quote?.kind !== 'phrase' || quote.end - quote.start !== 1 || quote.start !== last.end)
      return undefined;
    this.#at++;
    const isOnePiece = !/[\n\r]|\s\/\//.test(this.#slice({ start: first.start, end: quote.start }));
    const apostrophe = /^['‘’`]./.test(this.#slice(first)) ? 1 : 0;
    const open = fix(
      'Add the opening quote',
      true,
      [first.start, first.start + apostrophe, '"'],
      [quote.start, quote.end, '"'],
    );
    const remove = fix('Remove this quote', !isOnePiece, [quote.start, quote.end, '']);
    this.#problems.add(
      'unopened-quote',
      'error',
      rangeOf(quote),
      'This quote closes a phrase that none opens. Add the opening quote before the first word, or remove this one.',
      isOnePiece ? [open, remove] : [remove],
    );
    return quote.end;
  }

  /** PMIDs side by side are ORed, whatever stands around them, so they become a group of their own (one without parentheses). */
  #pmids(tokens: readonly Token[]): QueryNode | undefined {
    const level = new Level();
    tokens.forEach((token, index) => {
      const text = this.#slice(token).replace(/[,;]$/, '');
      const range = { start: token.start, end: token.start + text.length };
      const isLast = index === tokens.length - 1;
      level.push(
        isLast
          ? this.#finished(text, range, range, false)
          : { kind: 'term', range, text, textRange: range, quoted: false, tag: undefined },
      );
    });
    const inner = level.node();
    return inner === undefined ? undefined : { kind: 'group', range: inner.range, inner, tag: undefined };
  }

  /** Completes `from` to a range when a colon follows. */
  #withRange(from: QueryNode | undefined): QueryNode | undefined {
    const colon = this.#tokens[this.#at];
    if (colon?.kind !== 'colon' || from?.kind !== 'term') return from;
    const to = this.#rangeEnd();
    if (to === undefined) {
      const end = this.#skipColons(colon);
      this.#problems.add(
        'incomplete-range',
        'error',
        rangeOf(colon),
        'A range needs a value on both sides of its colon: 2010:2015[dp].',
        [fix('Remove ":"', true, [colon.start, end, ' '])],
      );
      return from;
    }
    return {
      kind: 'range',
      range: { start: from.range.start, end: to.range.end },
      from: from.text,
      to: to.text,
      tag: to.tag ?? from.tag,
    };
  }

  #rangeEnd(): TermNode | undefined {
    const token = this.#tokens[this.#at + 1];
    if (token?.kind === 'phrase') {
      this.#at++;
      return this.#phrase(token);
    }
    if (token?.kind !== 'word' || this.#isPunctuation(token)) return undefined;
    this.#at += 2;
    return this.#finished(this.#slice(token), rangeOf(token), rangeOf(token), false);
  }
}

function rangeOf(token: Token): Range {
  return { start: token.start, end: token.end };
}

function isPmid(node: QueryNode): boolean {
  if (node.kind !== 'term' || node.quoted) return false;
  return node.tag === undefined
    ? /^\d{5,8}$/.test(node.text)
    : node.tag.field === 'pmid' && /^\d{1,8}$/.test(node.text);
}

function arePmids(left: QueryNode, right: QueryNode): boolean {
  return isPmid(left) && isPmid(right);
}

/** Where a tag would go behind each term that has none. Iterates, because groups nest. */
function untaggedEnds(node: QueryNode): readonly number[] {
  const ends: number[] = [];
  const open: QueryNode[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'chain') open.push(...next.operands);
    else if (next.kind === 'group' && next.inner !== undefined) open.push(next.inner);
    else if (next.kind === 'term' && next.tag === undefined) ends.push(next.range.end);
  }
  return ends.sort((a, b) => a - b);
}
