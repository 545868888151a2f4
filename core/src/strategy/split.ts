import type { Problem, Range } from '../text/index.ts';
import type { Label } from './labels.ts';
import { findLabels } from './labels.ts';
import { OPERATOR_AHEAD, OPERATOR_BEHIND } from './operators.ts';
import { pastedHistory } from './pastedHistory.ts';
import { pastedTable } from './pastedTable.ts';
import type { TextLine } from './textLines.ts';
import { trimRange } from './textLines.ts';

/** Where one query of the document stands; see `StrategyLine` for the meaning of the fields. */
export interface LineSpan {
  readonly label: string;
  readonly numbered: boolean;
  readonly range: Range;
  readonly labelRange: Range;
  readonly queryRange: Range;
  /** The query stands in a cell of a table with its quotes doubled; what is wrong with it is the table's problem. */
  readonly isEscaped?: boolean;
}

/** Cuts the body of a document into queries. Linear in the text. */
export function splitLines(
  text: string,
  lines: readonly TextLine[],
): { spans: LineSpan[]; problems: Problem[] } {
  const table = pastedTable(text, lines);
  if (table !== undefined) return table;
  const labels = findLabels(text, lines);
  return labels.some((label) => label !== undefined)
    ? numberedLines(text, lines, labels)
    : { spans: unnumberedLines(text, lines), problems: [pastedHistory(text, lines) ?? []].flat() };
}

/**
 * Queries between blank lines. A blank line does not separate where an operator stands at its edge: people set blocks apart, with
 * `AND` on a line of its own, and PubMed reads line breaks as spaces.
 */
function unnumberedLines(text: string, lines: readonly TextLine[]): LineSpan[] {
  const spans: LineSpan[] = [];
  let current: { start: number; end: number } | undefined;
  let blank = false;
  const finish = (): void => {
    if (!current) return;
    const queryRange = { start: current.start, end: current.end };
    const labelRange = { start: current.start, end: current.start };
    spans.push({
      label: String(spans.length + 1),
      numbered: false,
      range: queryRange,
      labelRange,
      queryRange,
    });
    current = undefined;
  };
  for (const line of lines) {
    const { start, end } = line.content;
    if (end > start) {
      if (blank && current && !joins(text, current, line.content)) finish();
      current = { start: current?.start ?? start, end };
      blank = false;
    }
    // A line that is a comment only does not separate: people comment on parts of a long query.
    else if (!line.comment) blank = true;
  }
  finish();
  return spans;
}

/** Whether an operator at the end of `before` or at the start of `after` makes one query of both. */
function joins(text: string, before: Range, after: Range): boolean {
  const tail = text.slice(Math.max(before.start, before.end - 8), before.end);
  const head = text.slice(after.start, Math.min(after.end, after.start + 8));
  return OPERATOR_BEHIND.test(tail) || OPERATOR_AHEAD.test(head);
}

interface Block {
  readonly label: Label | undefined;
  start: number;
  end: number;
  /** Lines of text that look as if they were meant to be lines of their own. */
  readonly strays: Range[];
}

function numberedLines(
  text: string,
  lines: readonly TextLine[],
  labels: readonly (Label | undefined)[],
): { spans: LineSpan[]; problems: Problem[] } {
  const blocks: Block[] = [];
  let blankBefore = false;
  lines.forEach((line, index) => {
    const { start, end } = line.content;
    if (end === start) {
      if (!line.comment) blankBefore = true;
      return;
    }
    const label = labels[index];
    const current = blocks.at(-1);
    if (label) {
      const query = trimRange(text, { start: label.range.end, end });
      blocks.push({
        label,
        start: query.end > query.start ? query.start : label.range.end,
        end: Math.max(query.end, label.range.end),
        strays: [],
      });
    } else if (!current) blocks.push({ label: undefined, start, end, strays: [] });
    else {
      if (current.end === current.start) current.start = start;
      else if (current.label && blankBefore) current.strays.push({ start, end });
      current.end = end;
    }
    blankBefore = false;
  });
  return withLabels(text, blocks);
}

function withLabels(text: string, blocks: readonly Block[]): { spans: LineSpan[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const spans: LineSpan[] = [];
  const taken = new Set(blocks.map((block) => block.label?.label));
  let free = blocks.reduce((most, block) => Math.max(most, Number(block.label?.label ?? 0)), 0) + 1;
  const seen = new Set<string>();
  for (const block of blocks) {
    const queryRange = { start: block.start, end: block.end };
    const { label } = block;
    const writtenRange = label?.range ?? { start: block.start, end: block.start };
    const range = { start: writtenRange.start, end: Math.max(block.end, writtenRange.end) };
    // Lines without a number of their own, or with one that is taken, get the next free number: nothing is dropped.
    let name = label?.label;
    if (name === undefined || seen.has(name)) {
      while (taken.has(String(free))) free++;
      const next = String(free++);
      problems.push(
        name === undefined ? textInFront(text, queryRange, next) : duplicate(writtenRange, name, next),
      );
      name = next;
    }
    seen.add(name);
    taken.add(name);
    const numbered = label !== undefined && label.label === name;
    const labelRange = numbered ? writtenRange : { start: block.start, end: block.start };
    spans.push({ label: name, numbered, range, labelRange, queryRange });
    if (label && block.end === block.start)
      problems.push({
        rule: 'empty-line',
        severity: 'warning',
        message: `Line #${label.label} holds no query yet. Write one behind the number, or remove the line.`,
        range: writtenRange,
      });
  }
  for (const stray of blocks.flatMap((block) => block.strays.map((range) => ({ block, range })))) {
    const { start } = stray.range;
    problems.push({
      rule: 'line-without-number',
      severity: 'information',
      message: `This text has no number, so it continues line #${stray.block.label?.label ?? ''}. Start it with #${free} if it is a line of its own.`,
      range: stray.range,
      fixes: takesNumber(text, stray.range)
        ? [
            {
              title: `Number this line #${free}`,
              edits: [{ range: { start, end: start }, newText: `#${free} ` }],
            },
          ]
        : [],
    });
  }
  return { spans, problems };
}

/** Whether a number in front of `range` would be read as one: before an operator it would be a reference. */
function takesNumber(text: string, { start, end }: Range): boolean {
  return !OPERATOR_AHEAD.test(text.slice(start, Math.min(end, start + 40)));
}

function textInFront(text: string, range: Range, next: string): Problem {
  const at = { start: range.start, end: range.start };
  return {
    rule: 'text-before-first-line',
    severity: 'warning',
    message: `This text stands in front of the first numbered line, so no line can refer to it. Give it a number, for example #${next}, or make it a comment with //.`,
    range,
    fixes: takesNumber(text, range)
      ? [
          {
            title: `Number this line #${next}`,
            edits: [{ range: at, newText: `#${next} ` }],
            preferred: true,
          },
        ]
      : [],
  };
}

function duplicate(range: Range, label: string, next: string): Problem {
  return {
    rule: 'duplicate-label',
    severity: 'error',
    message: `There are two lines #${label}; #${label} means the first. Give this one another number, for example #${next}.`,
    range,
    fixes: [{ title: `Renumber to #${next}`, edits: [{ range, newText: `#${next}` }], preferred: true }],
  };
}
