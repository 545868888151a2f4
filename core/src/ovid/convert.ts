import type { Thesaurus } from '../mesh/index.ts';
import { findField } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import { Conversion, draft } from './context.ts';
import { convertCommand, isCommand } from './convertCommand.ts';
import { convertNode } from './convertNode.ts';
import { pastedLines } from './lines.ts';
import type { PastedLine } from './lines.ts';
import { noteComment, oneLine } from './notes.ts';
import type { ConversionNote, Draft } from './notes.ts';
import { writeOutput } from './output.ts';
import type { Output, PlacedDraft } from './output.ts';
import { parseSearch } from './parser.ts';

/** What became of one search of the pasted strategy. */
export interface ConvertedLine {
  /** Its number in the result, which is that of the pasted strategy unless two searches had the same. */
  readonly label: string;
  /** The search with its number in the pasted text. */
  readonly sourceRange: Range;
  /** The line in the result, from its number on; undefined when nothing of the search was left. */
  readonly resultRange: Range | undefined;
}

/** A strategy of Ovid MEDLINE as a strategy document for PubMed. */
export interface OvidConversion {
  /** A strategy document with numbered lines; what differs stands in comments above the lines. */
  readonly text: string;
  /** Every construct of the pasted text, in the order of the result: exact, approximate with the reason, or refused with the reason. */
  readonly notes: readonly ConversionNote[];
  readonly lines: readonly ConvertedLine[];
}

/** What the conversion may use besides the text. */
export interface OvidOptions {
  /** Headings are looked up in it: names that MeSH changed are replaced, unknown headings are told. */
  readonly thesaurus?: Thesaurus | undefined;
}

/** Fewest changes of numbers: a pasted number is kept up to this. */
const LARGEST_LABEL = 9999;

/**
 * Converts a pasted Ovid MEDLINE strategy. Never throws, for any text; time and size of the result are linear in the text's length.
 * The result parses without errors and its references lead to lines of it.
 */
export function convertOvid(text: string, options: OvidOptions = {}): OvidConversion {
  const conversion = new Conversion(options.thesaurus);
  const writer = new Writer();
  const pasted = pastedLines(text);
  const labels = labelsOf(pasted);
  pasted.forEach((line, index) => {
    const label = labels[index];
    if (label === undefined) writer.comment(oneLine(text.slice(line.textRange.start, line.textRange.end)));
    else writer.search(convertLine(text, line, label, conversion), line, label, text);
  });
  return { text: writer.text(), notes: writer.notes, lines: writer.lines };
}

/** The searches' numbers: as written, else counted; a number that is taken already gets the next that is free. */
function labelsOf(pasted: readonly PastedLine[]): (number | undefined)[] {
  const written = new Set<number>();
  for (const { label } of pasted) if (label !== undefined) written.add(label);
  let free = Math.min(
    LARGEST_LABEL,
    pasted.reduce((most, { label }) => Math.max(most, label ?? 0), 0),
  );
  const taken = new Set<number>();
  let counted = 0;
  return pasted.map(({ kind, label }) => {
    if (kind === 'comment') return undefined;
    counted++;
    let value = label ?? (written.size > 0 ? undefined : counted);
    if (value === undefined || taken.has(value)) {
      do free++;
      while (taken.has(free) || written.has(free));
      value = free;
    }
    taken.add(value);
    return value;
  });
}

interface ConvertedSearch {
  readonly output: Output | undefined;
  readonly remarks: readonly string[];
  /** Notes without a place in the result. */
  readonly dropped: readonly Draft[];
}

function convertLine(text: string, line: PastedLine, label: number, conversion: Conversion): ConvertedSearch {
  conversion.dropped = [];
  const range = line.textRange;
  const source = text.slice(range.start, range.end);
  const dropped: Draft[] = [];
  if (line.label !== undefined && line.label !== label)
    dropped.push(
      draft(
        'approximate',
        'number-taken',
        line.labelRange,
        `the number ${line.label} is taken; this search became #${label}`,
      ),
    );
  if (line.countRange.end > line.countRange.start)
    dropped.push(draft('exact', 'count', line.countRange, 'numbers of records are no part of a search'));
  let output: Output | undefined;
  const remarks: string[] = [];
  const { search, remark } = commandOf(source);
  if (remark !== undefined) {
    remarks.push(remark);
    dropped.push(
      draft('exact', 'remark', { start: range.start + search.length, end: range.end }, 'kept as a comment'),
    );
  }
  if (isCommand(search))
    output = convertCommand(search, { start: range.start, end: range.start + search.length }, conversion);
  else {
    const database = /\s+use\s+[a-z0-9,]{3,20}\s*$/i.exec(source.slice(-60));
    const end = database === null ? source.length : source.length - database[0].length;
    if (database !== null && end > 0)
      dropped.push(
        draft(
          'refused',
          'database-part',
          { start: range.start + end, end: range.end },
          'the choice of a part of a database was left out',
        ),
      );
    const { thesaurus } = conversion;
    const parsed = parseSearch(
      source.slice(0, end > 0 ? end : source.length),
      range.start,
      (name) => thesaurus?.byName(name) !== undefined,
    );
    for (const fault of parsed.faults)
      dropped.push(draft(fault.kind, fault.reason, fault.range, fault.message));
    for (const { range: place, text: content } of parsed.remarks) {
      if (findField(content) !== undefined && !followsOvid(source, place.start - range.start)) {
        dropped.push(
          draft(
            'refused',
            'pubmed-tag',
            place,
            `[${content}] is a tag of PubMed, not of Ovid, and was left out. Is this a PubMed strategy already?`,
          ),
        );
        continue;
      }
      dropped.push(draft('exact', 'remark', place, 'kept as a comment, or repeats what the codes say'));
      if (!isFieldList(content) && !namesSubheadings(content, source, place.start - range.start))
        remarks.push(content);
    }
    output = parsed.root === undefined ? undefined : convertNode(parsed.root, undefined, conversion);
    if (parsed.root === undefined && dropped.every(({ kind }) => kind === 'exact'))
      dropped.push(draft('refused', 'empty', range, 'there is nothing to search for in this line'));
  }
  if (output !== undefined) conversion.add(label);
  return { output, remarks, dropped: [...dropped, ...conversion.dropped] };
}

/** A command and the remark in brackets behind it. */
function commandOf(source: string): { search: string; remark: string | undefined } {
  const match = /\s*\[([^[\]]{0,300})\]\s*$/.exec(source.slice(-320));
  if (match === null || !isCommand(source)) return { search: source, remark: undefined };
  return { search: source.slice(0, source.length - match[0].length), remark: oneLine(match[1] ?? '') };
}

/** Whether a field, a heading's slash or its subheadings stand in front, so that `[text words]` is a remark of the searcher. */
function followsOvid(source: string, at: number): boolean {
  return /(?:\.|\/[a-z, ]{0,40})\s*$/i.test(source.slice(Math.max(0, at - 60), at));
}

function isFieldList(remark: string): boolean {
  return /^[a-z]{2}\s*=/i.test(remark);
}

/** `Heading/dt [Drug Therapy]`: Ovid repeats the codes in words. */
function namesSubheadings(_remark: string, source: string, at: number): boolean {
  return /\/[a-z]{2}(?:\s*,\s*[a-z]{2})*\s*$/i.test(source.slice(Math.max(0, at - 100), at));
}

/** Collects the lines of the result and where the notes stand in it. */
class Writer {
  readonly #parts: string[] = [];
  #at = 0;
  readonly notes: ConversionNote[] = [];
  readonly lines: ConvertedLine[] = [];

  text(): string {
    return this.#parts.join('');
  }

  comment(text: string): Range {
    return this.#line(text === '' ? '//' : `// ${text}`);
  }

  search(
    { output, remarks, dropped }: ConvertedSearch,
    line: PastedLine,
    label: number,
    source: string,
  ): void {
    for (const remark of remarks) this.comment(remark);
    const written = output === undefined ? { text: '', notes: [] } : writeOutput(output);
    const comments = new Map<string, Range>();
    const all: Draft[] = [...written.notes.map(({ draft: each }) => each), ...dropped];
    for (const { kind, message } of all) {
      if (kind === 'exact') continue;
      const comment = noteComment({ kind, message });
      if (!comments.has(comment)) comments.set(comment, this.#line(comment));
    }
    if (output === undefined) {
      const original = oneLine(source.slice(line.textRange.start, line.textRange.end)).slice(0, 1000);
      const range = this.#line(
        noteComment({ kind: 'refused', message: `nothing is left of search ${label}: ${original}` }),
      );
      this.#notes([], dropped, range, label, comments);
      this.lines.push({ label: String(label), sourceRange: line.range, resultRange: undefined });
      if (dropped.every(({ kind }) => kind !== 'refused'))
        this.notes.push({
          kind: 'refused',
          reason: 'empty',
          message: `nothing is left of search ${label}`,
          line: String(label),
          sourceRange: line.textRange,
          resultRange: range,
        });
      return;
    }
    const head = `#${label} `;
    const start = this.#at + head.length;
    const range = this.#line(head + written.text);
    this.#notes(written.notes, dropped, range, label, comments, start);
    this.lines.push({ label: String(label), sourceRange: line.range, resultRange: range });
  }

  #notes(
    placed: readonly PlacedDraft[],
    dropped: readonly Draft[],
    line: Range,
    label: number,
    comments: ReadonlyMap<string, Range>,
    start = 0,
  ): void {
    const add = ({ kind, reason, message, range }: Draft, resultRange: Range): void => {
      this.notes.push({ kind, reason, message, line: String(label), sourceRange: range, resultRange });
    };
    for (const { draft: each, start: from, end } of placed)
      add(each, { start: start + from, end: start + end });
    for (const each of dropped)
      add(
        each,
        each.kind === 'exact'
          ? line
          : (comments.get(noteComment({ kind: each.kind, message: each.message })) ?? line),
      );
  }

  #line(text: string): Range {
    const range = { start: this.#at, end: this.#at + text.length };
    this.#parts.push(text, '\n');
    this.#at += text.length + 1;
    return range;
  }
}
