import type { StrategyDocument } from '../strategy/index.ts';
import type { Problem, Range, TextEdit } from '../text/index.ts';
import { lineAt } from './locate.ts';

/** Something the editor offers to do. Either `edits` or `command` is set. */
export interface Action {
  readonly title: string;
  readonly kind: 'quickfix' | 'source.fixAll' | 'refactor.rewrite';
  readonly edits?: readonly TextEdit[];
  readonly command?: { readonly id: string; readonly arguments: readonly [label: string] };
  /** The problem that the action solves. */
  readonly problem?: Problem;
  readonly preferred?: boolean;
}

/** The editor's command that opens the proposals. */
export interface ActionCommands {
  readonly rewrite: string;
}

/**
 * What can be done about `range`: fixes of the problems there, "fix all" for the whole document, proposals for the line,
 * parentheses around a selection.
 * @param problems those of the whole document, as `collectProblems` gives them
 */
export function codeActions(
  document: StrategyDocument,
  range: Range,
  problems: readonly Problem[],
  commands: ActionCommands,
): Action[] {
  const actions: Action[] = [];
  for (const problem of problems) {
    if (problem.range.start > range.end || problem.range.end < range.start) continue;
    for (const fix of problem.fixes ?? []) {
      actions.push({
        title: fix.title,
        kind: 'quickfix',
        edits: fix.edits,
        problem,
        ...(fix.preferred === true ? { preferred: true } : {}),
      });
    }
  }
  const all = fixAll(document, problems);
  if (all) actions.push(all);
  const line = lineAt(document, range.start);
  const wrap = wrapSelection(document, range);
  if (wrap) actions.push(wrap);
  if (line && line.queryRange.end > line.queryRange.start) {
    const name = document.lines.length > 1 ? `line #${line.label}` : 'this query';
    actions.push({
      title: `Rewrite ${name}…`,
      kind: 'refactor.rewrite',
      command: { id: commands.rewrite, arguments: [line.label] },
    });
  }
  return actions;
}

/** All mechanical fixes at once: the preferred fix of each problem, as far as they do not overlap; undefined below two. */
export function fixAll(document: StrategyDocument, problems: readonly Problem[]): Action | undefined {
  const chosen = new DisjointEdits(document.text.length);
  let fixed = 0;
  for (const { fixes } of problems) {
    const fix = fixes?.find((one) => one.preferred === true && one.edits.length > 0);
    if (fix && chosen.add(fix.edits)) fixed++;
  }
  if (fixed < 2) return undefined;
  return {
    title: `Fix all ${fixed} problems that can be fixed automatically`,
    kind: 'source.fixAll',
    edits: chosen.edits,
  };
}

/** Edits sorted by place, none of which overlap. */
class DisjointEdits {
  readonly #length: number;
  readonly #edits: TextEdit[] = [];

  /** `length` of the text that the edits speak of. */
  constructor(length: number) {
    this.#length = length;
  }

  get edits(): readonly TextEdit[] {
    return this.#edits;
  }

  /** Adds all of `edits`, or none of them and answers false. */
  add(edits: readonly TextEdit[]): boolean {
    if (edits.some((edit) => !this.#isFree(edit))) return false;
    for (const edit of edits) this.#edits.splice(this.#indexOf(edit.range.start), 0, edit);
    return true;
  }

  /** Edits that start at one place count as overlapping, insertions too: their order would be chance. */
  #isFree({ range }: TextEdit): boolean {
    if (range.start < 0 || range.end < range.start || range.end > this.#length) return false;
    const index = this.#indexOf(range.start);
    const before = this.#edits[index - 1];
    const after = this.#edits[index];
    return (
      (!before || before.range.end <= range.start) &&
      (!after || (after.range.start >= range.end && after.range.start !== range.start))
    );
  }

  /** Index of the first edit that starts at or behind `start`. */
  #indexOf(start: number): number {
    let low = 0;
    let high = this.#edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edits[middle]?.range.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function wrapSelection(document: StrategyDocument, { start, end }: Range): Action | undefined {
  const line = lineAt(document, start);
  if (!line || end <= start || start < line.queryRange.start || end > line.queryRange.end) return undefined;
  const selected = document.text.slice(start, end);
  // Only a part that is whole: cutting through a phrase, a comment or half a pair would break the query.
  const cuts = line.query.tokens.some((token) => {
    const isCut = (at: number): boolean => at > token.start && at < token.end;
    return isCut(start) || isCut(end) || (token.kind === 'comment' && token.start < end && token.end > start);
  });
  if (cuts || selected.trim() === '' || !isBalanced(selected)) return undefined;
  return {
    title: 'Put the selection in parentheses',
    kind: 'refactor.rewrite',
    edits: [
      { range: { start, end: start }, newText: '(' },
      { range: { start: end, end }, newText: ')' },
    ],
  };
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}
