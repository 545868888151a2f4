import { publicationTypes } from '../../pubmed/index.ts';
import { plain } from '../wording.ts';
import { valueEdit, wholeTermEdit } from './edits.ts';
import { fitting } from './item.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** A search for a retired type finds nothing. */
const offered = publicationTypes.filter(({ retired }) => retired === undefined);

/** Publication types: in a term of `[pt]` the name alone, elsewhere with its tag. */
export function completePublicationTypes(place: TermPlace, text: string, start: number): Draft[] {
  return fitting(offered, text, ({ name }) => [name], !place.isTagged).map(({ name }) => ({
    label: name,
    kind: 'publicationType',
    documentation: `Publication type **${plain(name)}**: NLM's indexers say what an article is. New records may not have it yet.`,
    ...(place.isTagged
      ? {
          newText: place.isQuoted ? name : `"${name}"`,
          ...valueEdit(place),
        }
      : { suffix: ' [pt]', ...wholeTermEdit(place, start), newText: `"${name}"[pt]` }),
  }));
}
