import type { Comment, StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { physicalStart } from './locate.ts';
import { shorten } from './wording.ts';

/** An entry of the outline. */
export interface OutlineSymbol {
  readonly kind: 'frontMatter' | 'section' | 'line';
  readonly name: string;
  readonly detail: string;
  /** Encloses the ranges of all children. */
  readonly range: Range;
  /** What is selected when the entry is chosen; inside `range`. */
  readonly selectionRange: Range;
  readonly children: readonly OutlineSymbol[];
}

const DETAIL_LENGTH = 80;

/** The outline: front matter, then lines, those below a comment on a line of its own as a section of that name. */
export function documentSymbols(document: StrategyDocument): OutlineSymbol[] {
  const symbols: OutlineSymbol[] = [];
  const { frontMatter } = document;
  if (frontMatter) {
    symbols.push({
      kind: 'frontMatter',
      name: 'Front matter',
      detail: shorten(frontMatter.title ?? '', DETAIL_LENGTH),
      range: frontMatter.range,
      selectionRange: frontMatter.range,
      children: [],
    });
  }
  let section: { title: Comment; lines: StrategyLine[] } | undefined;
  const finish = (): void => {
    if (section) symbols.push(sectionSymbol(section.title, section.lines));
    section = undefined;
  };
  const titles = sectionTitles(document);
  document.lines.forEach((line, index) => {
    const title = titles[index];
    if (title) {
      finish();
      section = { title, lines: [line] };
    } else if (section) section.lines.push(line);
    else symbols.push(lineSymbol(document, line));
  });
  finish();
  return symbols;

  function sectionSymbol(title: Comment, lines: readonly StrategyLine[]): OutlineSymbol {
    return {
      kind: 'section',
      name: titleText(title),
      detail: '',
      range: { start: title.range.start, end: lines.at(-1)?.range.end ?? title.range.end },
      selectionRange: title.range,
      children: lines.map((line) => lineSymbol(document, line)),
    };
  }
}

/** Titles of lines by their label, for those that have one. */
export function lineTitles(document: StrategyDocument): ReadonlyMap<string, string> {
  const titles = sectionTitles(document);
  return new Map(
    document.lines.flatMap(({ label }, index) => {
      const title = titles[index];
      return title === undefined ? [] : [[label, titleText(title)] as const];
    }),
  );
}

function titleText({ text }: Comment): string {
  return text.replace(/^[/\s]+/, '').trim();
}

/** For each line the comment that titles it: the first of the comment lines directly in front of it. */
function sectionTitles(document: StrategyDocument): (Comment | undefined)[] {
  const { text, comments } = document;
  let next = 0;
  let end = document.frontMatter?.range.end ?? 0;
  return document.lines.map((line) => {
    let title: Comment | undefined;
    for (; next < comments.length; next++) {
      const comment = comments[next];
      if (!comment || comment.range.start >= line.range.start) break;
      const isOwnLine =
        text.slice(physicalStart(text, comment.range.start), comment.range.start).trim() === '';
      const hasText = /[\p{L}\p{N}]/u.test(comment.text);
      if (comment.range.start >= end && isOwnLine && hasText) title ??= comment;
    }
    end = line.range.end;
    return title;
  });
}

function lineSymbol(document: StrategyDocument, line: StrategyLine): OutlineSymbol {
  const { start, end } = line.queryRange;
  return {
    kind: 'line',
    name: `#${line.label}`,
    detail: shorten(document.text.slice(start, Math.min(end, start + 4 * DETAIL_LENGTH)), DETAIL_LENGTH),
    range: line.range,
    selectionRange: line.numbered ? line.labelRange : line.queryRange,
    children: [],
  };
}
