import type { LineReference, StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { referencesOf } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { touches } from '../text/index.ts';
import { lineAt } from './locate.ts';

/** A place where a line is named: its own number, or a reference to it. */
export interface LineName {
  readonly label: string;
  readonly range: Range;
  /** The number at the start of the line itself. */
  readonly isDeclaration: boolean;
  /** What to write at `range` when the line gets the number `digits`. */
  readonly renamed: (digits: string) => string;
}

/** The line number or reference at `offset`. */
export function lineNameAt(document: StrategyDocument, offset: number): LineName | undefined {
  const line = lineAt(document, offset);
  if (!line) return undefined;
  if (line.numbered && touches(line.labelRange, offset)) return declaration(document, line);
  const reference = referencesOf(line).find((one) => touches(one, offset));
  return reference && named(reference);
}

/** Every place that names line `label`, in order of the text. */
export function lineNames(document: StrategyDocument, label: string): LineName[] {
  return document.lines.flatMap((line) => [
    ...(line.label === label && line.numbered ? [declaration(document, line)] : []),
    ...referencesOf(line)
      .filter((reference) => reference.label === label)
      .map(named),
  ]);
}

/** What stands for a line when it is pointed at: its number, else its query. */
export function nameRange(line: StrategyLine): Range {
  return line.numbered ? line.labelRange : line.queryRange;
}

/** A written label, `#3`, `3.` or `3)`, with other digits; a label of more than four digits is only read with a `#`. */
export function renumbered(written: string, digits: string): string {
  return digits.length > 4 ? `#${digits}` : written.replace(/\d+/, digits);
}

function declaration(document: StrategyDocument, { label, labelRange }: StrategyLine): LineName {
  const written = document.text.slice(labelRange.start, labelRange.end);
  return { label, range: labelRange, isDeclaration: true, renamed: (digits) => renumbered(written, digits) };
}

function named({ label, start, end, renamed }: LineReference): LineName {
  return { label, range: { start, end }, isDeclaration: false, renamed };
}
