import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { referencesOf } from '../../strategy/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { renumbered } from '../lineNames.ts';
import { insert, replace, slice } from './parts.ts';
import type { Refusal } from './refactoring.ts';

/** Whether any line of the document has a written number. */
export function isNumbered({ lines }: StrategyDocument): boolean {
  return lines.some(({ numbered }) => numbered);
}

/** Where the number of a line is written, also where another line has taken it; undefined where there is none. */
function writtenLabel(document: StrategyDocument, line: StrategyLine): Range | undefined {
  if (line.numbered) return line.labelRange;
  const head = document.text.slice(line.range.start, line.queryRange.start).trimEnd();
  return head === '' ? undefined : { start: line.range.start, end: line.range.start + head.length };
}

/** Edits that give lines the labels of `labels` (old to new) and write them where none stands, and change references alike. */
export function relabel(document: StrategyDocument, labels: ReadonlyMap<string, string>): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const line of document.lines) {
    const label = labels.get(line.label) ?? line.label;
    const written = writtenLabel(document, line);
    if (written === undefined) edits.push(insert(line.range.start, `#${label} `));
    else {
      const old = slice(document, written);
      const newText = renumbered(old, label);
      if (newText !== old && Number(/\d+/.exec(old)?.[0]) !== Number(label))
        edits.push(replace(written, newText));
    }
    edits.push(...redirect(line, labels));
  }
  return edits;
}

/** Edits that change the references of `line`. */
export function redirect(line: StrategyLine, labels: ReadonlyMap<string, string>): TextEdit[] {
  return referencesOf(line).flatMap(({ label, start, end, renamed }) => {
    const now = labels.get(label) ?? label;
    return now === label ? [] : [replace({ start, end }, renamed(now))];
  });
}

/** Labels that are referred to and that no line has. */
function missingLabels(document: StrategyDocument): ReadonlyMap<string, StrategyLine> {
  const missing = new Map<string, StrategyLine>();
  for (const line of document.lines)
    for (const { label } of referencesOf(line))
      if (document.line(label) === undefined && !missing.has(label)) missing.set(label, line);
  return missing;
}

/** Refuses when a reference that leads nowhere would mean a line with one of `labels`. */
export function captured(document: StrategyDocument, labels: Iterable<string>): Refusal | undefined {
  const missing = missingLabels(document);
  for (const label of labels) {
    const line = missing.get(label);
    if (line)
      return {
        problem: `Line #${line.label} refers to #${label}, which does not exist; with new numbers it would mean another line. Correct it first.`,
      };
  }
  return undefined;
}

/**
 * Room for a new line `label`: labels from there on move up by one, as far as they follow one another. Gives the label of
 * every line afterwards, or why there is none.
 */
export function makeRoom(document: StrategyDocument, label: string): ReadonlyMap<string, string> | Refusal {
  if (isNumbered(document) && document.lines.some(({ numbered }) => !numbered))
    return {
      problem: 'A line has no number of its own, or one that another line has too. Renumber the lines first.',
    };
  const labels = new Map(document.lines.map((line): [string, string] => [line.label, line.label]));
  let at = Number(label);
  for (; labels.has(String(at)); at++) labels.set(String(at), String(at + 1));
  return captured(document, [String(at)]) ?? labels;
}
