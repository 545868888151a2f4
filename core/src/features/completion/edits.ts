import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

type Edit = Pick<Draft, 'insert' | 'replace' | 'filterText'>;

/** Where a value goes in a term whose tag is there: the text between the quotes, or in front of the tag. */
export function valueEdit({ start, offset, end, typed }: TermPlace): Edit {
  return { insert: { start, end: offset }, replace: { start, end }, filterText: typed };
}

/** Where a whole term goes that takes the place of what was typed from `start`: the quotes, or the words and the rest of the last one. */
export function wholeTermEdit(place: TermPlace, start: number): Edit {
  const { offset, outer } = place;
  if (place.isQuoted) {
    // The closing quote is usually the editor's own, and the new term has one.
    return { insert: outer, replace: outer, filterText: place.opening + place.typed };
  }
  const word = /^\S*/.exec(place.rest)?.[0].length ?? 0;
  return {
    insert: { start, end: offset },
    replace: { start, end: offset + word },
    filterText: place.typed.slice(start - place.start),
  };
}
