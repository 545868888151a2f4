import { languages } from '../../pubmed/index.ts';
import { code, plain } from '../wording.ts';
import { wholeTermEdit } from './edits.ts';
import { fitting } from './item.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** Languages: in a term of `[la]` the name alone, elsewhere with its tag. */
export function completeLanguages(place: TermPlace, text: string, start: number): Draft[] {
  const found = fitting(languages, text, (language) => [language.name, language.code], !place.isTagged);
  return found.map((language) => {
    const name = language.name.toLowerCase();
    const isWord = /^\p{L}+$/u.test(name);
    return {
      label: name,
      description: language.code,
      kind: 'language',
      documentation: `Articles in ${plain(language.name)}; ${code(`${language.code}[la]`)} finds the same.`,
      ...(place.isTagged
        ? {
            newText: place.isQuoted || isWord ? name : `"${name}"`,
            insert: { start: place.start, end: place.offset },
            replace: { start: place.start, end: place.end },
            filterText: place.typed,
          }
        : {
            suffix: ' [la]',
            ...wholeTermEdit(place, start),
            newText: isWord ? `${name}[la]` : `"${name}"[la]`,
          }),
    };
  });
}
