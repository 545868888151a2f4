import type { Range } from '../text/index.ts';
import { findFieldCode, fieldSuffixAt, unknownField } from './fieldCodes.ts';
import { joinLevel } from './precedence.ts';
import { scanSearch } from './scanner.ts';
import { isBareText, isMarked, isNumber, slipOf } from './slips.ts';
import type {
  FieldSuffix,
  HeadingNode,
  LinesNode,
  OvidFault,
  OvidLink,
  OvidNode,
  OvidToken,
  ParsedSearch,
  Remark,
  TermPiece,
  TextNode,
} from './tree.ts';

/** Parentheses nested deeper than this are taken as not there; no person wrote them. */
const DEEPEST = 100;

/**
 * Parses one search. Never throws; linear in the text. `offset` is where the text starts in its document. `isHeading` knows the
 * headings, so that `Wounds and Injuries/` without quotes is one.
 */
export function parseSearch(
  text: string,
  offset: number,
  isHeading: (name: string) => boolean = () => false,
): ParsedSearch {
  return new Parser(text, offset, isHeading).run();
}

interface Level {
  readonly open: Range | undefined;
  readonly operands: OvidNode[];
  readonly links: OvidLink[];
  /** An operator that still waits for its right operand. */
  pending: OvidLink | undefined;
  /** NOT in front of the first operand, which excludes it from nothing. */
  negation: Range | undefined;
}

function newLevel(open: Range | undefined): Level {
  return { open, operands: [], links: [], pending: undefined, negation: undefined };
}

class Parser {
  readonly #text: string;
  readonly #offset: number;
  readonly #tokens: readonly OvidToken[];
  readonly #remarks: Remark[] = [];
  readonly #faults: OvidFault[] = [];
  readonly #levels: Level[] = [newLevel(undefined)];
  /** A closing parenthesis was taken as opened at the start of the search; once is enough. */
  #opensAtStart = false;
  /** Opening parentheses that were left out because they are too deep. */
  #skipped = 0;
  #pieces: TermPiece[] = [];

  readonly #isHeading: (name: string) => boolean;

  constructor(text: string, offset: number, isHeading: (name: string) => boolean) {
    this.#isHeading = isHeading;
    this.#text = text;
    this.#offset = offset;
    this.#tokens = scanSearch(text, offset);
  }

  run(): ParsedSearch {
    this.#tokens.forEach((token, index) => this.#take(token, index));
    this.#finishText(undefined);
    while (this.#levels.length > 1) {
      const { open } = this.#level;
      if (open !== undefined)
        this.#fault(open, 'unclosed', 'this parenthesis is not closed; the end of the line was taken');
      this.#close(undefined);
    }
    const root = this.#levelNode(this.#level);
    return { root, remarks: this.#remarks, faults: this.#faults, tokens: this.#tokens };
  }

  get #level(): Level {
    return this.#levels.at(-1) ?? newLevel(undefined);
  }

  #textOf({ start, end }: Range): string {
    return this.#text.slice(start - this.#offset, end - this.#offset);
  }

  #fault(range: Range, reason: string, message: string, kind: OvidFault['kind'] = 'approximate'): void {
    this.#faults.push({ range: { start: range.start, end: range.end }, kind, reason, message });
  }

  #take(token: OvidToken, index: number): void {
    const range = { start: token.start, end: token.end };
    switch (token.kind) {
      case 'word':
        this.#word(range, index);
        return;
      case 'phrase':
        this.#pieces.push({ range, text: this.#textOf(range).slice(1, -1), quoted: true });
        return;
      case 'field':
        this.#field(range);
        return;
      case 'heading':
        this.#heading(range);
        return;
      case 'lines':
        this.#finishText(undefined);
        this.#operand(this.#lines(range));
        return;
      case 'open':
        this.#finishText(undefined);
        this.#open(range);
        return;
      case 'close':
        this.#finishText(undefined);
        this.#closeAt(range);
        return;
      case 'operator':
      case 'proximity':
        this.#finishText(undefined);
        this.#operator(token.kind, range);
        return;
      case 'remark':
        this.#remark(range);
        return;
      case 'invalid':
        this.#fault(range, 'stray-sign', `${this.#textOf(range)} has no counterpart and was left out`);
        return;
      default:
    }
  }

  #word(range: Range, index: number): void {
    const text = this.#textOf(range);
    // `CONTRACEPTION/ EXP`: the explosion written behind the heading.
    const last = this.#level.operands.at(-1);
    if (
      /^exp$/i.test(text) &&
      this.#pieces.length === 0 &&
      last?.kind === 'heading' &&
      !this.#level.pending &&
      !this.#isFollowedByWord(index)
    ) {
      this.#level.operands[this.#level.operands.length - 1] = {
        ...last,
        explode: true,
        range: { start: last.range.start, end: range.end },
      };
      return;
    }
    // A star behind a closing quote truncates the phrase.
    const before = this.#pieces.at(-1);
    if (before?.quoted === true && before.range.end === range.start && /^[$*:?#]\d?$/.test(text)) {
      this.#pieces[this.#pieces.length - 1] = {
        ...before,
        text: before.text + text,
        range: { start: before.range.start, end: range.end },
      };
      return;
    }
    if (/^[,;.]+$/.test(text)) {
      this.#fault(range, 'stray-sign', `${text} has no counterpart and was left out`);
      return;
    }
    const unknown = unknownField(text);
    if (unknown === undefined) {
      this.#suspect(range, text, index);
      this.#pieces.push({ range, text, quoted: false });
      return;
    }
    const suffix = { start: range.start + unknown.word.length, end: range.end };
    this.#fault(
      suffix,
      'field-unknown',
      `${this.#textOf(suffix)} names a field that Ovid MEDLINE is not known to have, which was left out`,
    );
    if (unknown.word !== '')
      this.#pieces.push({
        range: { start: range.start, end: suffix.start },
        text: unknown.word,
        quoted: false,
      });
    const codes = unknown.codes.filter((code) => findFieldCode(code) !== undefined);
    if (codes.length > 0) this.#limitTo({ range: suffix, codes });
  }

  /** Tells words that look like a slip; they are read as Ovid reads them. */
  #suspect(word: Range, text: string, index: number): void {
    const { pending } = this.#level;
    // `asthma adj 3 child`, but not `type adj 2`.
    const isSpaced =
      pending?.operator === 'adj' &&
      pending.distance === undefined &&
      this.#pieces.length === 0 &&
      this.#isFollowedByWord(index);
    const range = isSpaced ? pending.range : word;
    const slip = slipOf(text, isSpaced ? this.#textOf(range) : undefined);
    if (slip !== undefined)
      this.#fault(
        { start: slip.withOperator ? range.start : word.start, end: word.end },
        slip.reason,
        slip.message,
      );
  }

  #isFollowedByWord(index: number): boolean {
    const next =
      this.#tokens[index + 1]?.kind === 'space' ? this.#tokens[index + 2] : this.#tokens[index + 1];
    return next?.kind === 'word' || next?.kind === 'phrase';
  }

  #remark(range: Range): void {
    const text = this.#textOf(range);
    if (text.startsWith('/'))
      this.#fault(
        range,
        'frequency',
        'PubMed cannot ask how often a word occurs; this condition was left out',
      );
    else this.#remarks.push({ range, text: text.slice(1, -1).replace(/\s+/g, ' ').trim() });
  }

  #field(range: Range): void {
    const codes = fieldSuffixAt(this.#text, range.start - this.#offset)?.codes ?? [];
    this.#limitTo({ range, codes });
  }

  /** Applies fields to what stands in front of them. */
  #limitTo(fields: FieldSuffix): void {
    const { range, codes } = fields;
    if (this.#pieces.length > 0) {
      this.#finishText(fields);
      return;
    }
    const { operands, pending } = this.#level;
    const last = operands.at(-1);
    if (last === undefined || pending !== undefined) {
      this.#fault(
        range,
        'stray-field',
        `there is nothing in front of ${this.#textOf(range)} that it could limit`,
      );
      return;
    }
    const whole = { start: last.range.start, end: range.end };
    if (last.kind === 'group' && last.fields === undefined)
      operands[operands.length - 1] = { ...last, fields, range: whole };
    else if (last.kind === 'text' && last.fields !== undefined)
      operands[operands.length - 1] = {
        ...last,
        range: whole,
        fields: {
          range: { start: last.fields.range.start, end: range.end },
          codes: [...last.fields.codes, ...codes],
        },
      };
    else
      this.#fault(
        range,
        'stray-field',
        `${this.#textOf(range)} stands behind something that has its fields already`,
      );
  }

  /** The slash of a heading: the words in front of it are the heading. */
  #heading(range: Range): void {
    const pieces = this.#headingPieces(range);
    this.#pieces = [];
    const first = pieces[0];
    if (first === undefined) {
      this.#fault(
        range,
        'stray-sign',
        `${this.#textOf(range)} has no heading in front of it and was left out`,
      );
      return;
    }
    const words = pieces.map(({ text }) => text);
    let explode = false;
    let focus = false;
    if (words.length > 1 && /^(?:exp|explode)$/i.test(words[0] ?? '')) {
      explode = true;
      words.shift();
    } else if (/^exp\*/i.test(words[0] ?? '')) {
      explode = true;
      words[0] = (words[0] ?? '').slice(3);
    }
    if ((words[0] ?? '').startsWith('*')) {
      focus = true;
      words[0] = (words[0] ?? '').replace(/^\*+/, '');
    }
    if (words.length > 1 && /^(?:exp|explode)$/i.test(words[0] ?? '')) {
      explode = true;
      words.shift();
    }
    const text = words.join(' ').replace(/\s+/g, ' ').trim();
    const subheadings = this.#textOf(range)
      .slice(1)
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const node: HeadingNode = {
      kind: 'heading',
      range: { start: first.range.start, end: range.end },
      text,
      explode,
      focus,
      subheadings,
    };
    if (/[\p{L}\p{N}]/u.test(text)) this.#operand(node);
    else this.#fault(node.range, 'empty', 'this is no heading and was left out');
  }

  /** What stands in front of a heading's slash, with what was read as other operands where quotes are missing around the heading. */
  #headingPieces(slash: Range): readonly TermPiece[] {
    const pieces = this.#pieces;
    const { operands, links, pending } = this.#level;
    const last = operands.at(-1);
    const before = operands.at(-2);
    let joined: readonly TermPiece[] = pieces;
    // `Power (Psychology)/`: a slash behind a parenthesis.
    if (pieces.length === 0 && pending === undefined && last?.kind === 'group' && last.fields === undefined) {
      if (!isBareText(before) || links.at(-1)?.implied !== true) return pieces;
      joined = [...before.pieces, { range: last.range, text: this.#textOf(last.range), quoted: false }];
      operands.pop();
      links.pop();
    } else if (pending?.operator === 'and' && pieces.length > 0 && isBareText(last)) {
      const whole = [...last.pieces, { range: pending.range, text: 'and', quoted: false }, ...pieces];
      // `exp Asthma and exp Cough/` is two headings, of which the first lacks its slash.
      if (isMarked(pieces)) return pieces;
      if (!isMarked(last.pieces) && !this.#isHeading(whole.map(({ text }) => text).join(' '))) return pieces;
      joined = whole;
    } else return pieces;
    operands.pop();
    this.#level.pending = links.pop();
    this.#fault(
      { start: joined[0]?.range.start ?? slash.start, end: slash.end },
      'heading-quotes',
      `"${joined.map(({ text }) => text).join(' ')}" was read as one heading, which Ovid expects in quotes`,
    );
    return joined;
  }

  #lines(range: Range): LinesNode {
    const text = this.#textOf(range);
    const numbers = text.replace(/^(?:or|and)\s*\/?\s*|\/(?:or|and)$/gi, '').split(',');
    const spans = numbers.map((span) => {
      const [from = '', to] = span.split(/[-–]/).map((number) => number.replace(/\D/g, ''));
      return { from: Number(from), to: Number(to === undefined || to === '' ? from : to) };
    });
    return { kind: 'lines', range, operator: /and/i.test(text) ? 'and' : 'or', spans };
  }

  #operator(kind: 'operator' | 'proximity', range: Range): void {
    const text = this.#textOf(range).toLowerCase();
    const level = this.#level;
    if (level.operands.length === 0 && level.negation === undefined && text === 'not') {
      level.negation = range;
      return;
    }
    const link: OvidLink = {
      operator: kind === 'proximity' ? 'adj' : (text as 'and' | 'or' | 'not'),
      range,
      distance: kind === 'proximity' && text.length > 3 ? Number(text.slice(3)) : undefined,
      implied: false,
    };
    if (level.operands.length === 0)
      this.#fault(
        range,
        'stray-operator',
        `there is nothing in front of ${this.#textOf(range)}; it was left out`,
      );
    else if (level.pending !== undefined) {
      this.#fault(
        range,
        'stray-operator',
        `${this.#textOf(range)} follows another operator; it was left out`,
      );
      // `and not` means NOT.
      if (level.pending.operator === 'and' && link.operator === 'not') level.pending = link;
    } else level.pending = link;
  }

  #open(range: Range): void {
    if (this.#levels.length > DEEPEST) {
      this.#skipped++;
      if (this.#skipped === 1) this.#fault(range, 'too-deep', 'parentheses nested this deep were left out');
      return;
    }
    this.#levels.push(newLevel(range));
  }

  #closeAt(range: Range): void {
    if (this.#skipped > 0) this.#skipped--;
    else if (this.#levels.length === 1) this.#unopened(range);
    else this.#close(range);
  }

  /** `heart adj3 failure).tw.`: what stands in front of the parenthesis becomes a group, so that fields behind it find it. */
  #unopened(range: Range): void {
    const level = this.#level;
    const first = level.operands[0];
    if (first === undefined || level.pending !== undefined || this.#opensAtStart) {
      this.#fault(range, 'unopened', 'this parenthesis was not opened; it was left out');
      return;
    }
    this.#opensAtStart = true;
    this.#fault(
      range,
      'unopened',
      'this parenthesis was not opened; it was read as if it were opened at the start of the line',
    );
    this.#levels.pop();
    const inner = this.#levelNode(level);
    this.#levels.push(newLevel(undefined));
    if (inner !== undefined)
      this.#operand({
        kind: 'group',
        range: { start: first.range.start, end: range.end },
        inner,
        fields: undefined,
      });
  }

  #close(close: Range | undefined): void {
    const level = this.#levels.pop();
    if (level === undefined) return;
    const inner = this.#levelNode(level);
    const start = level.open?.start ?? this.#offset;
    const range = { start, end: close?.end ?? this.#offset + this.#text.length };
    if (inner === undefined)
      this.#fault(range, 'empty', 'there is nothing in these parentheses; they were left out');
    else this.#operand({ kind: 'group', range, inner, fields: undefined });
  }

  #levelNode(level: Level): OvidNode | undefined {
    if (level.pending !== undefined)
      this.#fault(
        level.pending.range,
        'stray-operator',
        `there is nothing behind ${this.#textOf(level.pending.range)}; it was left out`,
      );
    const { negation, operands, links } = level;
    if (negation === undefined) return joinLevel(operands, links);
    this.#fault(
      { start: negation.start, end: operands[0]?.range.end ?? negation.end },
      'not-alone',
      'NOT needs something in front of it to take away from; it was left out with what stands behind it',
      'refused',
    );
    return joinLevel(operands.slice(1), links.slice(1));
  }

  #finishText(fields: FieldSuffix | undefined): void {
    const pieces = this.#pieces;
    const first = pieces[0];
    const last = pieces.at(-1);
    if (first === undefined || last === undefined) return;
    this.#pieces = [];
    // `2 3`: numbers of lines between which an operator is missing.
    if (fields === undefined && pieces.length > 1 && pieces.every(isNumber)) {
      for (const piece of pieces)
        this.#operand({ kind: 'text', range: piece.range, pieces: [piece], fields: undefined });
      return;
    }
    const node: TextNode = {
      kind: 'text',
      range: { start: first.range.start, end: fields?.range.end ?? last.range.end },
      pieces,
      fields,
    };
    this.#operand(node);
  }

  #operand(node: OvidNode): void {
    const level = this.#level;
    if (level.operands.length > 0) {
      const before = level.operands.at(-1)?.range.end ?? node.range.start;
      level.links.push(
        level.pending ?? {
          operator: 'and',
          range: { start: Math.min(before, node.range.start), end: node.range.start },
          distance: undefined,
          implied: true,
        },
      );
    }
    level.pending = undefined;
    level.operands.push(node);
  }
}
