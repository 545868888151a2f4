import type { Range } from '../text/index.ts';
import { textLines } from './textLines.ts';

/** Where the front matter of a text stands. */
export interface FrontMatterBlock {
  /** With both `---` lines. */
  readonly range: Range;
  /** What stands between them. */
  readonly yaml: Range;
  /** The `---` that opens it. */
  readonly opening: Range;
  /** Whether a line with `---` or `...` closes it; where it ends is guessed otherwise. */
  readonly closed: boolean;
}

/** A line that can belong to YAML as we use it: where an unclosed block ends is guessed with it. */
const YAML_LINE = /^(?:\s*$|\s+\S|[A-Za-z_][\w-]*\s*:(?:\s|$)|- |-$|#(?!\d)|[\]}])/;

/** The front matter at the start of `text`, blank lines aside; undefined when there is none. */
export function findBlock(text: string): FrontMatterBlock | undefined {
  // `\r(?!\n)`: were `\r\n` also two line ends, n blank lines could be read in 2^n ways.
  const opening = /^\uFEFF?(?:[ \t]*(?:\r\n|\r(?!\n)|\n))*(---[ \t]*)(?:\r\n|\r|\n|$)/.exec(text);
  if (!opening) return undefined;
  const marker = opening[1] ?? '';
  const start = opening[0].indexOf('---');
  const yamlStart = opening[0].length;
  const openingRange = { start, end: start + marker.length };
  const closing = /^(?:---|\.\.\.)[ \t]*$/gm;
  closing.lastIndex = yamlStart;
  // `m` treats a lone CR as a line end as well; the position has to be at a line start, which yamlStart is.
  const close = yamlStart > start + marker.length ? closing.exec(text) : null;
  if (close) {
    const end = close.index + close[0].length;
    const yaml = { start: yamlStart, end: close.index };
    return { range: { start, end }, yaml, opening: openingRange, closed: true };
  }
  let end = openingRange.end;
  for (const line of textLines(text, yamlStart)) {
    if (!YAML_LINE.test(text.slice(line.start, Math.min(line.end, line.start + 200)))) break;
    if (line.end > line.start) end = nextLineStart(text, line.end);
  }
  end = Math.max(end, Math.min(yamlStart, text.length));
  return {
    range: { start, end },
    yaml: { start: Math.min(yamlStart, end), end },
    opening: openingRange,
    closed: false,
  };
}

function nextLineStart(text: string, end: number): number {
  if (text.startsWith('\r\n', end)) return end + 2;
  return Math.min(end + 1, text.length);
}
