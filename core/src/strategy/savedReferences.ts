import { printQuery } from '../pubmed/index.ts';
import type { ChainNode, Operator, ParsedQuery, QueryNode, ReferenceNode, Token } from '../pubmed/index.ts';
import type { Problem, Range, TextEdit } from '../text/index.ts';

/** A reference to a line of the document, and how it is written. */
export interface LineReference {
  readonly label: string;
  readonly start: number;
  readonly end: number;
  /** What to write from `start` to `end` when the line gets the number `digits`. */
  readonly renamed: (digits: string) => string;
}

/** Only such text can be a combination of line numbers; a quick test, made for every line with every key. */
const CANDIDATE = /^(?:[\s\d()#&|,/-]|and|or|not|s(?=\d))+$/i;
const LONGEST = 4000;
const NUMBER = /^[S]?(\d{1,4})$/i;
const LIST = String.raw`[1-9]\d{0,3}(?:-[1-9]\d{0,3})?(?:,[1-9]\d{0,3}(?:-[1-9]\d{0,3})?)*`;
const COMBINED = new RegExp(`^(?:(and|or)/(${LIST})|(${LIST})/(and|or))$`, 'i');
/** A list names no more lines than this. */
const MAXIMUM_LINES = 500;

const found = new WeakMap<ParsedQuery, readonly LineReference[]>();

/** The references that `withSavedReferences` found in `query`; undefined when it has none of that kind. */
export function savedReferencesOf(query: ParsedQuery): readonly LineReference[] | undefined {
  return found.get(query);
}

/**
 * Reads `1 OR 2`, `or/1-3`, `1-7/OR` and `S1 AND S2`, as saved strategies of other platforms number their lines, as references to
 * lines. Only where nothing else stands in the query and every number is the label of another line: a search for PMIDs stays
 * what it is.
 * @param isLine whether a label belongs to another line of the document; told whether the number was written with an S
 */
export function withSavedReferences(
  query: ParsedQuery,
  isLine: (label: string, isLettered: boolean) => boolean,
): ParsedQuery {
  const { text } = query;
  // Before anything else is asked of the query, which may have to be moved for it.
  if (text.length > LONGEST || !/\d/.test(text) || !CANDIDATE.test(text)) return query;
  const { root } = query;
  if (root === undefined) return query;
  const reader = new Reader(query, isLine);
  const changed = reader.read(root, false);
  if (changed === undefined || reader.edits.length === 0 || reader.references.length < 2) return query;
  const problem: Problem = {
    rule: 'saved-line-numbers',
    severity: 'information',
    message: `These numbers are read as lines of this document. PubMed itself would look for the records with these PMIDs: write ${printQuery(changed)}.`,
    range: root.range,
    fixes: [{ title: 'Write the line numbers with #', edits: reader.edits, preferred: true }],
  };
  const result = {
    ...query,
    root: changed,
    tokens: query.tokens.flatMap((token) => reader.tokens.get(token.start) ?? [token]),
    problems: [...query.problems, problem],
  };
  found.set(result, reader.references);
  return result;
}

/** Part of a list: one line, or the lines from one to another. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly range: Range;
}

class Reader {
  readonly edits: TextEdit[] = [];
  readonly references: LineReference[] = [];
  /** What takes the place of the token that starts here. */
  readonly tokens = new Map<number, readonly Token[]>();
  readonly #query: ParsedQuery;
  readonly #isLine: (label: string, isLettered: boolean) => boolean;

  constructor(query: ParsedQuery, isLine: (label: string, isLettered: boolean) => boolean) {
    this.#query = query;
    this.#isLine = isLine;
  }

  /** The same tree with references for numbers; undefined when anything else stands in it. */
  read(node: QueryNode, isOperand: boolean): QueryNode | undefined {
    switch (node.kind) {
      case 'reference':
        this.references.push({ ...node.range, label: node.label, renamed: (digits) => `#${digits}` });
        return node;
      case 'group': {
        if (node.inner === undefined || node.tag !== undefined) return undefined;
        const inner = this.read(node.inner, false);
        return inner && { ...node, inner };
      }
      case 'chain': {
        const operands: QueryNode[] = [];
        for (const operand of node.operands) {
          const read = this.read(operand, true);
          if (read === undefined) return undefined;
          operands.push(read);
        }
        return node.operators.some(({ implicit }) => implicit) ? undefined : { ...node, operands };
      }
      case 'term': {
        if (node.quoted || node.tag !== undefined) return undefined;
        const number = NUMBER.exec(node.text);
        return number === null ? this.#list(node.text, node.range, isOperand) : this.#number(node.range);
      }
      default:
        return undefined;
    }
  }

  #slice({ start, end }: Range): string {
    return this.#query.text.slice(start - this.#query.offset, end - this.#query.offset);
  }

  #number(range: Range): ReferenceNode | undefined {
    const written = this.#slice(range);
    const digits = written.replace(/^S/i, '');
    const label = digits.replace(/^0+(?=\d)/, '');
    if (!this.#isLine(label, digits !== written)) return undefined;
    const prefix = written.slice(0, written.length - digits.length);
    this.references.push({ ...range, label, renamed: (to) => (to.length > 4 ? '#' : prefix) + to });
    this.edits.push({ range, newText: `#${label}` });
    this.tokens.set(range.start, [{ kind: 'reference', ...range }]);
    return { kind: 'reference', range, label };
  }

  /** `or/1-3,5` */
  #list(text: string, range: Range, isOperand: boolean): QueryNode | undefined {
    const match = COMBINED.exec(text);
    if (match === null || this.#slice(range) !== text) return undefined;
    const operator: Operator = (match[1] ?? match[4] ?? '').toUpperCase() === 'AND' ? 'AND' : 'OR';
    const list = match[2] ?? match[3] ?? '';
    const start = range.start + (match[1] === undefined ? 0 : match[1].length + 1);
    const parts = partsOf(list, start);
    const total = parts.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    if (total < 2 || total > MAXIMUM_LINES || parts.some(({ from, to }) => to < from)) return undefined;
    const operands = parts.flatMap((part) => this.#part(part));
    if (operands.some(({ label }) => !this.#isLine(label, false))) return undefined;
    this.tokens.set(range.start, tokensOf(text, range.start));
    const chain: ChainNode = {
      kind: 'chain',
      range: { start, end: start + list.length },
      operands,
      operators: operands.slice(1).map((operand, index) => ({
        operator,
        range: { start: operands[index]?.range.end ?? start, end: operand.range.start },
        implicit: false,
      })),
    };
    const written = printQuery(chain);
    this.edits.push({ range, newText: isOperand ? `(${written})` : written });
    return { kind: 'group', range, inner: chain, tag: undefined };
  }

  /** The lines of a part; those between its ends stand where its dash stands. */
  #part({ from, to, range }: Part): ReferenceNode[] {
    const labels = Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
    const first = { start: range.start, end: range.start + String(from).length };
    const last = { start: range.end - String(to).length, end: range.end };
    return labels.map((label, index): ReferenceNode => {
      // Without the line the list must still name the others, so it is written out.
      const renamed = (digits: string): string =>
        labels.map((one) => (one === label ? digits : one)).join(',');
      this.references.push({ ...range, label, renamed });
      const isLast = index === labels.length - 1;
      const at =
        index === 0
          ? first
          : isLast
            ? last
            : { start: index === 1 ? first.end : last.start, end: last.start };
      return { kind: 'reference', range: at, label };
    });
  }
}

function partsOf(list: string, start: number): Part[] {
  let at = start;
  return list.split(',').map((text) => {
    const [from = '', to = from] = text.split('-');
    const range = { start: at, end: at + text.length };
    at = range.end + 1;
    return { from: Number(from), to: Number(to), range };
  });
}

/** `or/`, numbers, dashes and commas as tokens. */
function tokensOf(text: string, offset: number): Token[] {
  return [...text.matchAll(/[a-z]+\/|\/[a-z]+|\d+|[-,]/gi)].map(({ 0: part, index }) => ({
    kind: /\d/.test(part) ? 'reference' : /[a-z]/i.test(part) ? 'operator' : 'word',
    start: offset + index,
    end: offset + index + part.length,
  }));
}
