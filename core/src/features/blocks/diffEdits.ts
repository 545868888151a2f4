import { diffArrays } from 'diff';
import type { TextEdit } from '../../text/index.ts';

/** Texts that differ in more physical lines are not compared line by line: it would take long, and nobody reads such a difference. */
const mostChanges = 2_000;

/** A stretch of text that changes. */
interface Hunk {
  readonly start: number;
  readonly old: string;
  readonly now: string;
}

/** Edits that make `after` of `before`, physical line by physical line, as small as they can be; by place, none overlapping. */
export function diffEdits(before: string, after: string): readonly TextEdit[] {
  return hunksOf(before, after)
    .map(trimmed)
    .filter(({ range, newText }) => range.end > range.start || newText !== '');
}

function hunksOf(before: string, after: string): readonly Hunk[] {
  const changes = diffArrays(physicalLines(before), physicalLines(after), { maxEditLength: mostChanges });
  if (changes === undefined) return [{ start: 0, old: before, now: after }];
  const hunks: Hunk[] = [];
  let offset = 0;
  let hunk: Hunk | undefined;
  for (const { value, added, removed } of changes) {
    const text = value.join('');
    if (added || removed) {
      hunk ??= { start: offset, old: '', now: '' };
      hunk = added ? { ...hunk, now: hunk.now + text } : { ...hunk, old: hunk.old + text };
    } else if (hunk !== undefined) {
      hunks.push(hunk);
      hunk = undefined;
    }
    if (!added) offset += text.length;
  }
  return hunk === undefined ? hunks : [...hunks, hunk];
}

/** Without what is the same at both ends; characters and line breaks of two units are never torn apart. */
function trimmed({ start, old, now }: Hunk): TextEdit {
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head++;
  while (head > 0 && (isTorn(old, head) || isTorn(now, head))) head--;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  while (tail > 0 && (isTorn(old, old.length - tail) || isTorn(now, now.length - tail))) tail--;
  return {
    range: { start: start + head, end: start + old.length - tail },
    newText: now.slice(head, now.length - tail),
  };
}

/** Whether `at` is in the middle of a surrogate pair or of `\r\n`. */
function isTorn(text: string, at: number): boolean {
  const around = text.slice(at - 1, at + 1);
  return around === '\r\n' || /^[\ud800-\udbff][\udc00-\udfff]$/.test(around);
}

/** With their line breaks, so that joined they are the text. */
function physicalLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}
