import { captured, isNumbered, relabel } from './labels.ts';
import type { Place, Refactoring } from './refactoring.ts';

/** Numbers the lines 1, 2, 3 … in the order of the text, and every reference with them. Comments are not touched. */
export const renumber = {
  id: 'renumberLines',
  kind: 'source.renumber.querent',
  promise: 'strategy',
  hint: 'The lines are numbered 1, 2, 3 … already.',
  find({ document }: Place) {
    if (document.lines.length === 0) return { problem: 'There is no line to number yet.' };
    const labels = new Map(
      document.lines.map(({ label }, index): [string, string] => [label, String(index + 1)]),
    );
    const refused = captured(document, labels.values());
    if (refused) return refused;
    const edits = relabel(document, labels);
    if (edits.length === 0) return [];
    const title = isNumbered(document)
      ? `Renumber the lines 1 to ${document.lines.length}`
      : 'Number the lines';
    return [{ title, edits, labels }];
  },
} satisfies Refactoring;
