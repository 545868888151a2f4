import type { StrategyDocument } from '../strategy/index.ts';
import type { Range, TextEdit } from '../text/index.ts';
import { lineNameAt, lineNames, renumbered } from './lineNames.ts';

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
  if (document.line(digits))
    return { problem: `There is a line #${digits} already. Choose a number that is free.` };
  return lineNames(document, label).map(({ range, isDeclaration }) => ({
    range,
    newText: isDeclaration ? renumbered(document.text.slice(range.start, range.end), digits) : `#${digits}`,
  }));
}
