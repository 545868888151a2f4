import { readNoteComment } from '../ovid/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { fix } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** Notes that the conversion of an Ovid strategy left as comments, until somebody accepts them by removing them. */
export const ovidNoteRules = {
  rules: [
    {
      id: 'ovid-approximation',
      level: 'information',
      category: 'dialect',
      press: PRESS.syntax,
      reason: 'The converted line searches about, but not exactly, what the Ovid line searched.',
    },
    {
      id: 'ovid-refused',
      level: 'warning',
      category: 'dialect',
      press: PRESS.syntax,
      reason: 'A part of the Ovid strategy has no counterpart in PubMed and was left out.',
    },
  ],
  checkStrategy(document: StrategyDocument, report: Report): void {
    for (const { range, text } of document.comments) {
      const note = readNoteComment(text);
      if (note === undefined) continue;
      const { start, end, newText } = removal(document.text, range);
      report(
        note.kind === 'refused' ? 'ovid-refused' : 'ovid-approximation',
        range,
        `${note.kind === 'refused' ? 'Left out' : 'Approximate'}: ${sentence(note.message)} Check the line, then remove this note of the conversion from Ovid.`,
        // Not preferred: "fix all" must not accept what nobody has read.
        [fix('Accept: remove this note', false, [start, end, newText])],
      );
    }
  },
} satisfies RuleFamily;

/** What stands in a comment without a full stop, as people write notes. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The comment with its line, where it has one to itself. */
function removal(text: string, { start, end }: Range): { start: number; end: number; newText: string } {
  let from = start;
  while (from > 0 && /[ \t]/.test(text.charAt(from - 1))) from--;
  const isWholeLine = from === 0 || /[\r\n]/.test(text.charAt(from - 1));
  if (!isWholeLine) return { start: from, end, newText: '' };
  let to = end;
  if (text.charAt(to) === '\r') to++;
  if (text.charAt(to) === '\n') to++;
  return { start: from, end: to, newText: '' };
}
