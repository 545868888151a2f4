import { referencesOf } from '../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Range, TextEdit } from '../text/index.ts';
import { lineNameAt, lineNames } from './lineNames.ts';

/** Why something cannot be renamed, for people. */
export interface RenameProblem {
  readonly problem: string;
}

/** What would be renamed at `offset`: its range, and the text to start editing from. */
export function prepareRename(
  document: StrategyDocument,
  offset: number,
): { readonly range: Range; readonly placeholder: string } | RenameProblem {
  const name = lineNameAt(document, offset);
  if (!name) return { problem: 'Only line numbers and references to them can be renamed.' };
  const line = document.line(name.label);
  if (!line) return { problem: `There is no line #${name.label} to rename.` };
  if (!line.numbered)
    return { problem: `Line ${name.label} has no written number. Number the lines first, #1, #2 and so on.` };
  return { range: name.range, placeholder: `#${name.label}` };
}

/**
 * Edits that renumber the line named at `offset` and every reference to it. `newName` is `5` or `#5`; a line numbered `2.`
 * becomes `5.`. A number that another line has is refused: references would change their meaning.
 */
export function rename(
  document: StrategyDocument,
  offset: number,
  newName: string,
): TextEdit[] | RenameProblem {
  const prepared = prepareRename(document, offset);
  if ('problem' in prepared) return prepared;
  const label = lineNameAt(document, offset)?.label ?? '';
  const digits = /^\s*#?(\d{1,6})[.)]?\s*$/.exec(newName)?.[1]?.replace(/^0+(?=\d)/, '');
  if (digits === undefined)
    return { problem: `"${newName}" is no line number. Write digits, for example #5.` };
  if (digits === label) return [];
  if (digits === '0') return { problem: "#0 is PubMed's Clipboard. Choose a number from 1 on." };
  if (document.line(digits))
    return { problem: `There is a line #${digits} already. Choose a number that is free.` };
  if (isCounted(document)) return withNumberSigns(document, label, digits);
  return lineNames(document, label).map(({ range, renamed }) => ({ range, newText: renamed(digits) }));
}

/** Whether the lines are numbered `1 asthma` or `S1 asthma`, which are line numbers only as long as they count 1, 2, 3. */
function isCounted(document: StrategyDocument): boolean {
  const numbered = document.lines.find((line) => line.numbered);
  if (numbered === undefined) return false;
  const { start, end } = numbered.labelRange;
  return !/^#|[.)]$/.test(document.text.slice(start, end)) || /^S/i.test(document.text.charAt(start));
}

/** Edits that number every line with `#`, line `label` with `digits`. */
function withNumberSigns(document: StrategyDocument, label: string, digits: string): TextEdit[] {
  const numberOf = (one: string): string => (one === label ? digits : one);
  return document.lines.flatMap((line) => [
    ...(line.numbered ? [{ range: line.labelRange, newText: `#${numberOf(line.label)}` }] : []),
    ...signedReferences(line, numberOf),
  ]);
}

function signedReferences(line: StrategyLine, numberOf: (label: string) => string): TextEdit[] {
  const saved =
    line.query.problems.find(({ rule }) => rule === 'saved-line-numbers')?.fixes?.[0]?.edits ?? [];
  const signed = saved.map(({ range, newText }) => ({
    range,
    newText: newText.replace(/#(\d+)/g, (_, label: string) => `#${numberOf(label)}`),
  }));
  const others = referencesOf(line).filter(
    ({ start }) => !saved.some(({ range }) => range.start <= start && start < range.end),
  );
  return [
    ...signed,
    ...others.map(({ label, start, end }) => ({ range: { start, end }, newText: `#${numberOf(label)}` })),
  ];
}
