import type { Problem } from '../text/index.ts';
import type { TextLine } from './textLines.ts';

const STARTS_WITH_REFERENCE = /^#\d+\s+(?:and|or|not)\b/i;
const WAITS = /(?:\b(?:and|or|not)|[&|(])$/i;

/**
 * Recognises a search history that was pasted without its numbers: one query a line of text, some of them combining earlier
 * ones (`#1 OR #2`). Without numbers it would be read as one long query. Undefined when the text is none.
 * @param lines of a document that has no labels
 */
export function pastedHistory(text: string, lines: readonly TextLine[]): Problem | undefined {
  const queries = lines.map(({ content }) => content).filter(({ start, end }) => end > start);
  const combining = queries.filter((content, index) => {
    const query = text.slice(content.start, content.end);
    const before = queries[index - 1];
    if (!before || !STARTS_WITH_REFERENCE.test(query)) return false;
    if (WAITS.test(text.slice(Math.max(before.start, before.end - 8), before.end))) return false;
    const references = [...query.matchAll(/#(\d+)/g)].map((match) => Number(match[1]));
    return references.every((reference) => reference >= 1 && reference <= index);
  });
  // Where blank lines separate the queries they are lines already.
  const [first] = combining;
  const range = first && lines.find(({ content }) => content === first);
  const above = range && lines[lines.indexOf(range) - 1];
  if (!range || !above || above.content.end === above.content.start) return undefined;
  return {
    rule: 'unnumbered-history',
    severity: 'error',
    message:
      'This looks like a search history with one query a line, but it has no line numbers, so it is read as one query. Number the lines: #1, #2 and so on.',
    range: range.content,
    fixes: [
      {
        title: `Number all ${queries.length} lines`,
        edits: queries.map(({ start }, index) => ({
          range: { start, end: start },
          newText: `#${index + 1} `,
        })),
        preferred: true,
      },
    ],
  };
}
