import type { StrategyDocument } from '../strategy/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { Problem, Range, TextEdit } from '../text/index.ts';
import { ovidActions } from './convertOvid.ts';
import { fixAll } from './fixAll.ts';
import { lineAt } from './locate.ts';
import type { Measurements } from './measurementView.ts';
import { listRefactorings, placeAt } from './refactor/index.ts';
import type { RefactoringKind } from './refactor/index.ts';
import { lostSeedActions, rewriteActions } from './rewriteActions.ts';
import type { RewriteCommands } from './rewriteActions.ts';
import { spellingActions } from './spellingActions.ts';
import { suppressions } from './suppress.ts';

/** Something the editor offers to do. One of `edits`, `compute`, `spelling` and `command` is set. */
export interface Action {
  readonly title: string;
  readonly kind: 'quickfix' | 'source.fixAll.querent' | 'refactor.explain' | RefactoringKind;
  readonly edits?: readonly TextEdit[];
  /** Makes the edits when they are asked for, since it costs more than knowing that there are some; undefined when unsafe. */
  readonly compute?: () => readonly TextEdit[] | undefined;
  /** Replaces these words by the spelling that the database suggests, which is asked when the action is chosen. */
  readonly spelling?: Range;
  /** Called with the label of a line, or with an offset of the document. */
  readonly command?: { readonly id: string; readonly arguments: readonly [label: string | number] };
  /** The problem that the action solves. */
  readonly problem?: Problem;
  readonly preferred?: boolean;
}

/** The editor's commands; each is called with the label of a line. */
export interface ActionCommands extends RewriteCommands {
  /** Opens the records of a line, missed seeds first. */
  readonly showRecords?: string;
  /** Opens which block loses each seed that a line misses. */
  readonly diagnoseMissedSeeds?: string;
  /** Opens what the lines found over time. */
  readonly showCountHistory?: string;
}

/** What else the actions depend on. */
export interface ActionContext {
  /** MeSH, where it is known: for headings and their text words. */
  readonly thesaurus?: Thesaurus | undefined;
  /** The kinds asked for, and what is below them; all that menus show when undefined. */
  readonly only?: readonly string[] | undefined;
  /** Numbers of lines as far as they are known. */
  readonly measurements?: Measurements | undefined;
  /** Whether the document's database can be asked for spellings. */
  readonly canSpell?: boolean | undefined;
}

/**
 * What can be done about `range`: fixes of the problems there, "fix all" for the whole document, refactorings, proposals for the
 * line. Changes of the whole document are offered where their kind is asked for.
 * @param problems those of the whole document, as `collectProblems` gives them
 */
export function codeActions(
  document: StrategyDocument,
  range: Range,
  problems: readonly Problem[],
  commands: ActionCommands,
  { thesaurus, only, measurements, canSpell }: ActionContext = {},
): Action[] {
  const wanted = (kind: Action['kind']): boolean =>
    only === undefined
      ? !kind.startsWith('source.') || kind === 'source.fixAll.querent'
      : only.some((one) => one === '' || kind === one || kind.startsWith(`${one}.`));
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
  if (canSpell === true)
    for (const { title, problem, words } of spellingActions(document, range, problems))
      actions.push({ title, kind: 'quickfix', spelling: words, problem });
  actions.push(...seedActions(document, range, problems, commands));
  actions.push(...jumpActions(document, range, problems, commands));
  actions.push(...ovidActions(document, range, problems, thesaurus));
  // A menu shows "fix all" where it does more than the fix above it; who asks for it by name has it for one problem too.
  const all = fixAll(document, problems, only === undefined ? 2 : 1);
  // Beside the fix of one problem it is a fix, too: menus of fixes leave out the actions of the whole source.
  if (all) actions.push(only === undefined ? inMenu(all, actions.length > 0) : all);
  for (const { problem, title, edits } of suppressions(document, range, problems))
    actions.push({ title, kind: 'quickfix', edits, problem });
  for (const { title, kind, edits } of listRefactorings(placeAt(document, range, thesaurus), wanted))
    actions.push({ title, kind, compute: () => edits()?.edits });
  actions.push(...rewriteActions(document, range, commands, measurements));
  return actions.filter(({ kind }) => wanted(kind));
}

/** Seeds that a block loses are looked at before anything can be done about them. */
function seedActions(
  document: StrategyDocument,
  range: Range,
  problems: readonly Problem[],
  commands: ActionCommands,
): Action[] {
  return problems.flatMap((problem) => {
    if (problem.rule !== 'block-loses-seeds') return [];
    if (problem.range.start > range.end || problem.range.end < range.start) return [];
    const line = lineAt(document, problem.range.start);
    return line === undefined ? [] : lostSeedActions(line, problem, commands);
  });
}

/** A count that jumped is held against those before it. */
function jumpActions(
  document: StrategyDocument,
  range: Range,
  problems: readonly Problem[],
  { showCountHistory }: ActionCommands,
): Action[] {
  if (showCountHistory === undefined) return [];
  return problems.flatMap((problem) => {
    if (problem.rule !== 'count-jumped') return [];
    if (problem.range.start > range.end || problem.range.end < range.start) return [];
    const line = lineAt(document, problem.range.start);
    if (line === undefined) return [];
    const command = { id: showCountHistory, arguments: [line.label] as const };
    return { title: 'Show what the lines found over time', kind: 'quickfix', command, problem } as const;
  });
}

/** "Fix all" for a menu, which is asked for with every move of the cursor: the edits of a whole document wait until they are chosen. */
function inMenu({ edits = [], kind, title }: Action, isBesideFixes: boolean): Action {
  return { title, kind: isBesideFixes ? 'quickfix' : kind, compute: () => edits };
}
