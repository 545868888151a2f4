import { lineBreakOf } from '../../text/index.ts';
import { physicalEnd } from '../locate.ts';
import { renumbered } from '../lineNames.ts';
import { isNumbered, makeRoom, relabel } from './labels.ts';
import { insert, slice } from './parts.ts';
import type { Place, Refactoring } from './refactoring.ts';

/** A new numbered line below this one; later lines, and references to them, move up. */
export const insertLine = {
  id: 'insertLine',
  kind: 'refactor.rewrite',
  promise: 'strategy',
  onCommand: true,
  hint: 'Put the cursor on the line below which the new one belongs.',
  find({ document, selection, line }: Place) {
    if (!isNumbered(document))
      return { problem: 'The lines have no numbers. Number them first ("Querent: Renumber Lines").' };
    const above = line ?? document.lines.findLast(({ range }) => range.end <= selection.start);
    if (!above) return [];
    const written = slice(document, above.labelRange);
    if (/^S?\d+$/i.test(written))
      return {
        problem:
          'These numbers were copied from a search history and are read only where a query follows. Number the lines with # first; the quick fix at the first line does it.',
      };
    const label = String(Number(above.label) + 1);
    const labels = makeRoom(document, label);
    if ('problem' in labels) return labels;
    const at = physicalEnd(document.text, above.range.end);
    const newText = `${lineBreakOf(document.text)}${renumbered(written, label)} `;
    // The new line stands behind all that changes above it, so that what moves it is known.
    const edits = relabel(document, labels);
    const moved = edits
      .filter(({ range }) => range.start < at)
      .reduce((sum, { range, newText: text }) => sum + text.length - (range.end - range.start), 0);
    return [
      {
        title: `Insert line #${label}`,
        edits: [insert(at, newText), ...edits],
        labels,
        cursor: at + moved + newText.length,
      },
    ];
  },
} satisfies Refactoring;
