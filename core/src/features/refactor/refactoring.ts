import type { Thesaurus } from '../../mesh/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { lineAt } from '../locate.ts';

/** Where a refactoring is asked for. */
export interface Place {
  readonly document: StrategyDocument;
  /** A cursor where start and end are equal. */
  readonly selection: Range;
  /** The line that the selection starts on, when it ends there too. */
  readonly line: StrategyLine | undefined;
  /** MeSH, where it is known. */
  readonly thesaurus: Thesaurus | undefined;
}

/** The place of `selection`, which must lie in the text. */
export function placeAt(document: StrategyDocument, selection: Range, thesaurus?: Thesaurus): Place {
  const line = lineAt(document, selection.start);
  const isWithin = line !== undefined && lineAt(document, selection.end) === line;
  return { document, selection, line: isWithin ? line : undefined, thesaurus };
}

/** A change that could be made. */
export interface Draft {
  /** Verb first, fit for a menu. */
  readonly title: string;
  /** Never empty. */
  readonly edits: readonly TextEdit[];
  /** Old label to new label of every line that stays; absent when no line changes its label. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Offered on command only: one of many, or too special for every menu. */
  readonly onCommand?: boolean;
  /** Where the cursor belongs afterwards, as an offset into the new text. */
  readonly cursor?: number;
}

/** Why nothing can be done here, and what to do instead; a sentence for people. */
export interface Refusal {
  readonly problem: string;
}

/**
 * What stays the same, checked before anything is offered to be applied; comments stay and errors do not get more in any case:
 * - `writing`: every line means exactly what it meant, term by term;
 * - `strategy`: every line that stays finds what it found, though it may be written with other lines;
 * - `lines`: lines and labels stay, what a line finds may change, since that is what the person asks for.
 */
export type Promised = 'writing' | 'strategy' | 'lines';

/** LSP's kinds, as far as refactorings use them. Those of `source` concern the whole document. */
export type RefactoringKind =
  | 'refactor.extract'
  | 'refactor.inline'
  | 'refactor.rewrite'
  | 'source.renumber.querent'
  | 'source.straightQuotes.querent';

/** One refactoring; a file each. */
export interface Refactoring {
  /** Stable; part of command ids and messages. */
  readonly id: string;
  readonly kind: RefactoringKind;
  readonly promise: Promised;
  /** Not offered in menus at all, only as a command. */
  readonly onCommand?: boolean;
  /** What to tell where nothing is found: where to put the cursor. */
  readonly hint: string;
  /** Everything that could be done at `place`, the likeliest first. */
  find(place: Place): readonly Draft[] | Refusal;
}

export function isRefusal(found: readonly Draft[] | Refusal): found is Refusal {
  return 'problem' in found;
}
