import { LineIndex } from '../text/index.ts';
import type { Comment } from '../strategy/index.ts';
import type { Problem } from '../text/index.ts';

const DIRECTIVE = /^\/\/\s*querent-disable-(line|next-line)\b[:\s]*([\w\s,-]*)/;

/**
 * Says which problems comments switch off: `// querent-disable-line RULE, RULE` on its own line of text,
 * `// querent-disable-next-line RULE` on the line below. Without a rule all are meant.
 * @param text the text that the ranges of comments and problems count in
 */
export function suppressionOf(text: string, comments: readonly Comment[]): (problem: Problem) => boolean {
  const byLine = new Map<number, Set<string>>();
  const index = new LineIndex(text);
  for (const comment of comments) {
    const match = DIRECTIVE.exec(comment.text);
    if (match === null) continue;
    const line = index.positionAt(comment.range.start).line + (match[1] === 'next-line' ? 1 : 0);
    const names = (match[2] ?? '').split(/[\s,]+/).filter((name) => name !== '');
    const known = byLine.get(line) ?? new Set<string>();
    for (const name of names.length === 0 ? ['*'] : names) known.add(name);
    byLine.set(line, known);
  }
  if (byLine.size === 0) return () => false;
  return (problem) => {
    const names = byLine.get(index.positionAt(problem.range.start).line);
    return names !== undefined && (names.has('*') || names.has(problem.rule));
  };
}
