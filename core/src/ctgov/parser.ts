import { fix } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import { Findings } from './findings.ts';
import { readContext, readSource, readTerm } from './readToken.ts';
import { scanExpression } from './scanner.ts';
import type {
  ContextNode,
  ExpressionNode,
  ExpressionToken,
  NotNode,
  ParenthesesNode,
  ParsedExpression,
} from './tree.ts';

/** Parentheses and prefix operators nested deeper than this are ignored, so that no input exhausts the stack. */
const MAXIMUM_NESTING = 200;

/**
 * Parses a search expression of ClinicalTrials.gov. Never throws; time and memory grow linearly with the text. Precedence, from
 * highest ("Constructing Complex Search Queries"): terms and source operators; NOT and context operators; AND; OR.
 * @param offset where `text` starts in its document; all ranges count from the start of the document
 */
export function parseExpression(text: string, offset = 0): ParsedExpression {
  const tokens = scanExpression(text, offset);
  const parser = new Parser(text, offset, tokens);
  const root = parser.parse();
  return { text, offset, tokens, root, problems: parser.findings.sorted() };
}

class Parser {
  readonly findings = new Findings();
  readonly #text: string;
  readonly #offset: number;
  /** Without white space and comments. */
  readonly #tokens: readonly ExpressionToken[];
  #at = 0;
  #depth = 0;
  /** Opening parentheses that were ignored and wait for their end. */
  #ignored = 0;

  constructor(text: string, offset: number, tokens: readonly ExpressionToken[]) {
    this.#text = text;
    this.#offset = offset;
    this.#tokens = tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  }

  parse(): ExpressionNode | undefined {
    const parts: ExpressionNode[] = [];
    while (this.#current !== undefined) {
      const node = this.#or();
      if (node !== undefined) parts.push(node);
      const stray = this.#current;
      if (stray?.kind !== 'close') continue;
      this.#at++;
      if (this.#ignored > 0) this.#ignored--;
      else
        this.findings.add(
          'trials-stray',
          stray,
          'This ")" has no "(" before it. Remove it, or add the missing "(".',
          [fix('Remove ")"', true, [stray.start, stray.end, ''])],
        );
    }
    return combine('and', parts);
  }

  get #current(): ExpressionToken | undefined {
    return this.#tokens[this.#at];
  }

  #slice({ start, end }: Range): string {
    return this.#text.slice(start - this.#offset, end - this.#offset);
  }

  #isOperator(name: string): boolean {
    const token = this.#current;
    return token?.kind === 'operator' && this.#slice(token) === name;
  }

  #or(): ExpressionNode | undefined {
    const operands: ExpressionNode[] = [];
    let pending: ExpressionToken | undefined;
    for (;;) {
      const operand = this.#and();
      if (operand !== undefined) operands.push(operand);
      else if (pending !== undefined) this.#lonely(pending, true);
      const operator = this.#current;
      if (operator === undefined || !this.#isOperator('OR')) return combine('or', operands);
      this.#at++;
      const isLeading = operands.length === 0;
      if (isLeading) this.#lonely(operator, false);
      pending = isLeading ? undefined : operator;
    }
  }

  #and(): ExpressionNode | undefined {
    const operands: ExpressionNode[] = [];
    let pending: ExpressionToken | undefined;
    while (!this.#endsLevel()) {
      const token = this.#current;
      if (token !== undefined && this.#isOperator('AND')) {
        this.#at++;
        const isLonely = operands.length === 0 || pending !== undefined;
        if (isLonely) this.#lonely(token, false);
        else pending = token;
        continue;
      }
      const isNot = this.#isOperator('NOT');
      const before = operands.at(-1);
      const operand = this.#unary();
      if (operand === undefined) continue;
      // "bethesda NOT maryland" is an example of the documentation: no operator is missing there.
      if (before !== undefined && pending === undefined && !isNot) this.#missingOperator(before, operand);
      pending = undefined;
      operands.push(operand);
    }
    if (pending !== undefined) this.#lonely(pending, true);
    return combine('and', operands);
  }

  #endsLevel(): boolean {
    return this.#current === undefined || this.#current.kind === 'close' || this.#isOperator('OR');
  }

  #lonely(operator: ExpressionToken | undefined, hasLeft: boolean): void {
    if (operator === undefined) return;
    const name = this.#slice(operator);
    this.findings.add(
      'trials-operator',
      operator,
      `Nothing stands to the ${hasLeft ? 'right' : 'left'} of ${name}. Remove it, or add what it should combine.`,
      [fix(`Remove ${name}`, true, [operator.start, this.#behindSpace(operator.end), ''])],
    );
  }

  #behindSpace(end: number): number {
    let at = end;
    while (/[ \t]/.test(this.#text.charAt(at - this.#offset))) at++;
    return at;
  }

  #missingOperator(left: ExpressionNode, right: ExpressionNode): void {
    const { start } = right.range;
    this.findings.add(
      'trials-missing-operator',
      { start: left.range.end, end: Math.max(start, left.range.end + 1) },
      'No operator stands here, and ClinicalTrials.gov does not say what that means. Write AND or OR.',
      [fix('Write AND', false, [start, start, 'AND ']), fix('Write OR', false, [start, start, 'OR '])],
    );
  }

  /** Prefix operators and what they apply to; undefined where no expression begins. */
  #unary(): ExpressionNode | undefined {
    const prefixes: ExpressionToken[] = [];
    let isTooDeep = false;
    for (let token = this.#current; token !== undefined; token = this.#current) {
      if (token.kind !== 'context' && !(token.kind === 'operator' && this.#slice(token) === 'NOT')) break;
      this.#at++;
      if (this.#depth + prefixes.length < MAXIMUM_NESTING) prefixes.push(token);
      else {
        if (!isTooDeep) this.#tooDeep(token);
        isTooDeep = true;
      }
    }
    // Prefixes and parentheses count together: who walks the tree goes as deep as both.
    this.#depth += prefixes.length;
    const operand = this.#primary();
    this.#depth -= prefixes.length;
    return prefixes.reduceRight<ExpressionNode | undefined>(
      (inner, token) => this.#prefixed(token, inner),
      operand,
    );
  }

  #prefixed(token: ExpressionToken, operand: ExpressionNode | undefined): ContextNode | NotNode {
    const range = { start: token.start, end: operand?.range.end ?? token.end };
    if (token.kind === 'operator') {
      if (operand === undefined) this.#lonely(token, true);
      return { kind: 'not', range, operatorRange: { start: token.start, end: token.end }, operand };
    }
    return readContext(this.#slice(token), token, range, operand, this.findings);
  }

  #tooDeep(token: ExpressionToken): void {
    this.findings.add(
      'trials-nesting',
      token,
      `More than ${MAXIMUM_NESTING} operators or parentheses within each other; those from here on are ignored. Split the expression into numbered lines.`,
    );
  }

  #primary(): ExpressionNode | undefined {
    for (let token = this.#current; token !== undefined; token = this.#current) {
      switch (token.kind) {
        case 'open':
          if (this.#depth < MAXIMUM_NESTING) return this.#group(token);
          if (this.#ignored === 0) this.#tooDeep(token);
          this.#ignored++;
          this.#at++;
          continue;
        case 'word':
          return this.#words();
        case 'phrase':
          this.#at++;
          return readTerm(this.#slice(token), token, this.findings);
        case 'source':
          this.#at++;
          return readSource(this.#slice(token), token, this.findings);
        case 'reference':
          this.#at++;
          return {
            kind: 'reference',
            range: { start: token.start, end: token.end },
            label: this.#slice(token)
              .slice(1)
              .replace(/^0+(?=\d)/, ''),
          };
        case 'invalid':
          this.#at++;
          this.#invalid(token);
          continue;
        default:
          return undefined;
      }
    }
    return undefined;
  }

  #invalid(token: ExpressionToken): void {
    const text = this.#slice(token);
    const remove = fix(`Remove ${text}`, true, [token.start, token.end, '']);
    if (text.length > 1)
      this.findings.add(
        'trials-foreign-syntax',
        token,
        `${text} is a field tag of another platform; ClinicalTrials.gov names areas in front of the term: AREA[TitleSearch]term.`,
        [remove],
      );
    else if (text === '[' || text === ']')
      this.findings.add('trials-stray', token, `This "${text}" belongs to no operator. Remove it.`, [remove]);
    else this.findings.add('trials-stray', token, 'This character means nothing here. Remove it.', [remove]);
  }

  /** Words side by side are one term, comments between them left out. */
  #words(): ExpressionNode {
    const first = this.#current ?? UNKNOWN;
    const words: string[] = [];
    let { end } = first;
    while (this.#current?.kind === 'word') {
      words.push(this.#slice(this.#current));
      ({ end } = this.#current);
      this.#at++;
    }
    return readTerm(words.join(' '), { start: first.start, end }, this.findings);
  }

  #group(open: ExpressionToken): ParenthesesNode | undefined {
    this.#at++;
    this.#depth++;
    const inner = this.#or();
    this.#depth--;
    const close = this.#current;
    if (close?.kind !== 'close') {
      this.findings.add('trials-unclosed', open, 'This "(" is never closed. Add the missing ")".', [
        fix('Add ")" at the end', true, [this.#end, this.#end, ')']),
      ]);
      return { kind: 'group', range: { start: open.start, end: this.#end }, inner };
    }
    this.#at++;
    const range = { start: open.start, end: close.end };
    if (inner === undefined)
      this.findings.add(
        'trials-empty',
        range,
        'These parentheses hold nothing to search for. Remove them, or fill them.',
      );
    return { kind: 'group', range, inner };
  }

  /** Behind the last token that means something. */
  get #end(): number {
    return this.#tokens.at(-1)?.end ?? this.#offset;
  }
}

const UNKNOWN: ExpressionToken = { kind: 'invalid', start: 0, end: 0 };

function combine(kind: 'and' | 'or', operands: readonly ExpressionNode[]): ExpressionNode | undefined {
  const [first] = operands;
  const last = operands.at(-1);
  if (first === undefined || last === undefined || operands.length === 1) return first;
  return { kind, range: { start: first.range.start, end: last.range.end }, operands };
}
