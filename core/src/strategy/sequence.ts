import { OPERATOR_AHEAD } from './operators.ts';
import type { Label } from './labels.ts';
import type { TextLine } from './textLines.ts';

/**
 * Ways of numbering lines that other platforms use and that could also be words of a query: `1 asthma`, `1: asthma`, `S1 asthma`.
 * They are line numbers only where they count 1, 2, 3 ... through the whole document from its first line on.
 */
const FORMS = [/^S(\d{1,4})[.:)]?(?=\s)/i, /^(\d{1,4}):(?=\s)/, /^(\d{1,4})(?=\s)/];

/** The line numbers of a document that counts its lines in one of these ways; undefined when it does not. */
export function sequenceLabels(
  text: string,
  lines: readonly TextLine[],
): readonly (Label | undefined)[] | undefined {
  const first = lines.findIndex(({ content }) => content.end > content.start);
  if (first < 0) return undefined;
  for (const pattern of FORMS) {
    const labels = lines.map(({ content }) => labelAt(text, content.start, content.end, pattern));
    const found = labels.filter((label) => label !== undefined);
    const counts = found.every(({ label }, index) => Number(label) === index + 1);
    if (found.length > 1 && counts && labels[first] !== undefined) return labels;
  }
  return undefined;
}

function labelAt(text: string, start: number, end: number, pattern: RegExp): Label | undefined {
  const match = pattern.exec(text.slice(start, Math.min(end, start + 16)));
  if (match === null) return undefined;
  const after = start + match[0].length;
  if (OPERATOR_AHEAD.test(text.slice(after, Math.min(end, after + 40)))) return undefined;
  return { label: (match[1] ?? '').replace(/^0+(?=\d)/, ''), range: { start, end: after } };
}
