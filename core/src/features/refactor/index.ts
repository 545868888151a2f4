import { applyEdits } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { changeField, removeTag, toggleExplode, toggleMajor } from './changeTags.ts';
import { keepsPromise } from './check.ts';
import { extract } from './extract.ts';
import { addHeading, addTextWords } from './headings.ts';
import { inlineEverywhere, inlineReference } from './inline.ts';
import { insertLine } from './insertLine.ts';
import { joinLines, splitTerms } from './layout.ts';
import { distributeTag, removeParentheses, wrapSelection, writeGrouping } from './parentheses.ts';
import { quotePhrase, straightQuotes, unquotePhrase } from './quotes.ts';
import { isRefusal } from './refactoring.ts';
import type { Draft, Place, Refactoring, RefactoringKind, Refusal } from './refactoring.ts';
import { renumber } from './renumber.ts';
import { sortTerms } from './sortTerms.ts';

export { placeAt } from './refactoring.ts';
export type { Place, RefactoringKind } from './refactoring.ts';

/** Every refactoring, in the order of menus; a new one is a file and a line here. */
const all = [
  wrapSelection,
  extract,
  inlineReference,
  inlineEverywhere,
  addHeading,
  addTextWords,
  toggleExplode,
  toggleMajor,
  changeField,
  removeTag,
  quotePhrase,
  unquotePhrase,
  sortTerms,
  removeParentheses,
  writeGrouping,
  distributeTag,
  splitTerms,
  joinLines,
  insertLine,
  renumber,
  straightQuotes,
] as const satisfies readonly Refactoring[];

/** Ids of the refactorings; part of the names of the editor's commands. */
export const refactoringIds: readonly string[] = all.map(({ id }) => id);

/** Something that can be done at a place. */
export interface Offer {
  readonly title: string;
  readonly kind: RefactoringKind;
  /** What it does: checked to keep what it promises; undefined when it would not, which happens in broken queries only. */
  readonly edits: () => Applied | undefined;
}

/** Edits of an offer. */
export interface Applied {
  readonly edits: readonly TextEdit[];
  /** Where the cursor belongs afterwards, as an offset into the new text. */
  readonly cursor?: number;
}

/** A query longer than this, in characters, is not looked at with every move of the cursor. */
const MAXIMUM_LISTED = 100_000;

/** What menus offer at `place`, of the kinds that are wanted; finding it costs little, the edits are made when asked for. */
export function listRefactorings(place: Place, wanted: (kind: RefactoringKind) => boolean): Offer[] {
  if ((place.line?.query.text.length ?? 0) > MAXIMUM_LISTED) return [];
  return all.flatMap((refactoring: Refactoring) => {
    if (refactoring.onCommand === true || !wanted(refactoring.kind)) return [];
    const found = refactoring.find(place);
    return isRefusal(found)
      ? []
      : found
          .filter(({ onCommand }) => onCommand !== true)
          .map((draft) => offerOf(place, refactoring, draft));
  });
}

/** All that refactoring `id` can do at `place`, or why it can do nothing: a sentence that says where it could. */
export function findRefactorings(
  place: Place,
  id: string,
): readonly (Applied & { title: string })[] | Refusal {
  const refactoring: Refactoring | undefined = all.find((one) => one.id === id);
  if (!refactoring) return { problem: `There is no refactoring "${id}".` };
  const found = refactoring.find(place);
  if (isRefusal(found)) return found;
  const kept = found.flatMap((draft) => {
    const applied = offerOf(place, refactoring, draft).edits();
    return applied === undefined ? [] : [{ title: draft.title, ...applied }];
  });
  if (kept.length > 0) return kept;
  return {
    problem:
      found.length > 0
        ? 'The change was not made, since it would alter or break the strategy here. Errors in the query are the usual reason; the Problems panel lists them.'
        : refactoring.hint,
  };
}

function offerOf({ document }: Place, { kind, promise }: Refactoring, draft: Draft): Offer {
  return {
    title: draft.title,
    kind,
    edits: () => {
      const { cursor } = draft;
      const edits = inOrder(draft.edits);
      // References that are written as a range (`or/1-3`) cannot be changed one by one.
      if (edits.some(({ range }, index) => range.start < (edits[index - 1]?.range.end ?? 0)))
        return undefined;
      if (applyEdits(document.text, edits) === document.text) return undefined;
      if (!keepsPromise(document, { ...draft, edits }, promise)) return undefined;
      return cursor === undefined ? { edits } : { edits, cursor };
    },
  };
}

/** By place; what is inserted and replaced at one place as one edit, since the order of two would be chance. */
export function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const result: TextEdit[] = [];
  for (const edit of sorted) {
    const before = result.at(-1);
    if (before && before.range.start === edit.range.start && before.range.end === before.range.start)
      result[result.length - 1] = { range: edit.range, newText: before.newText + edit.newText };
    else result.push(edit);
  }
  return result;
}
