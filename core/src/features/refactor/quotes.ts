import type { TextEdit } from '../../text/index.ts';
import { replace, selectedTerms, slice } from './parts.ts';
import type { Place, Refactoring } from './refactoring.ts';

/** Words as a phrase in quotes. */
export const quotePhrase = {
  id: 'quotePhrase',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor on words without quotes.',
  find(place: Place) {
    const edits = selectedTerms(place).flatMap(({ term }): TextEdit[] =>
      term.kind === 'term' && !term.quoted && !/["“”„‟″＂\r\n]/.test(slice(place.document, term.range))
        ? [replace(term.textRange, `"${slice(place.document, term.textRange).trim()}"`)]
        : [],
    );
    return edits.length === 0
      ? []
      : [
          {
            title:
              edits.length === 1
                ? 'Put quotes around the phrase'
                : `Put quotes around ${edits.length} phrases`,
            edits,
          },
        ];
  },
} satisfies Refactoring;

/** A phrase as words: PubMed searches it by its own rules then. */
export const unquotePhrase = {
  id: 'unquotePhrase',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor on a phrase in quotes that means one term without them too.',
  find(place: Place) {
    const edits = selectedTerms(place).flatMap(({ term, line }): TextEdit[] => {
      if (term.kind !== 'term' || !term.quoted || term.tag?.proximity !== undefined) return [];
      const token = line.query.tokens.find((one) => one.kind === 'phrase' && one.start === term.range.start);
      if (token === undefined || token.end !== term.textRange.end + 1) return [];
      const words = slice(place.document, term.textRange);
      if (/(?:^|\s)(?:and|or|not)(?:\s|$)|[()[\]:#&|/]/i.test(words) || words.trim() === '') return [];
      return [replace({ start: token.start, end: token.end }, words.trim())];
    });
    return edits.length === 0
      ? []
      : [
          {
            title: edits.length === 1 ? 'Remove the quotes' : `Remove the quotes of ${edits.length} phrases`,
            edits,
          },
        ];
  },
} satisfies Refactoring;

/** Straight quotes for curly ones in all queries of the document. */
export const straightQuotes = {
  id: 'straightQuotes',
  kind: 'source.straightQuotes.querent',
  promise: 'writing',
  hint: 'All quotes of this document are straight already.',
  find({ document }: Place) {
    const edits: TextEdit[] = [];
    for (const { query } of document.lines)
      for (const { kind, start, end } of query.tokens) {
        if (kind !== 'phrase') continue;
        for (const at of end - start > 1 ? [start, end - 1] : [start])
          if (/[“”„‟″＂]/.test(document.text.charAt(at)))
            edits.push(replace({ start: at, end: at + 1 }, '"'));
      }
    return edits.length === 0 ? [] : [{ title: 'Use straight quotes', edits }];
  },
} satisfies Refactoring;
