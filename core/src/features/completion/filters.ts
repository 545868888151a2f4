import { filterNames } from '../../pubmed/index.ts';
import type { FilterName } from '../../pubmed/index.ts';
import { plain } from '../wording.ts';
import { valueEdit, wholeTermEdit } from './edits.ts';
import { fit } from './item.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** PubMed's ready-made filters: in a term of `[sb]` or `[filter]` the name alone, elsewhere with its tag, or none where it has none. */
export function completeFilters(place: TermPlace, text: string, start: number): Draft[] {
  // Only by its beginning: their descriptions share too many words with everything.
  const found = filterNames.filter(({ name }) => text.trim() === '' || fit(name, text) === 0);
  if (place.isTagged) {
    return found
      .filter(({ tags }) => tags.length > 0)
      .map((filter) => ({
        ...item(filter),
        newText: filter.name,
        ...valueEdit(place),
      }));
  }
  return found.flatMap((filter) => {
    const [tag] = filter.tags;
    // In quotes a value without a tag is a word like others.
    if (tag === undefined)
      return place.isQuoted
        ? []
        : [{ ...item(filter), ...wholeTermEdit(place, start), newText: filter.name }];
    const name = /^[\w-]+$/.test(filter.name) ? filter.name : `"${filter.name}"`;
    return [
      { ...item(filter), suffix: ` [${tag}]`, ...wholeTermEdit(place, start), newText: `${name}[${tag}]` },
    ];
  });
}

function item({
  name,
  group,
  description,
}: FilterName): Pick<Draft, 'label' | 'description' | 'kind' | 'documentation'> {
  return {
    label: name,
    description: group,
    kind: 'filter',
    documentation: `**${plain(group)}**: ${plain(description)}`,
  };
}
