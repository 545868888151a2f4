import type { MappingFacts, TermTranslation } from '../mapping/index.ts';
import { translateTerm } from '../mapping/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import { detached, TextMemory } from '../text/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import { journalKey } from './recordFields.ts';

/** Characters of remembered terms: some ten thousand. */
const capacity = 4_000_000;

/** What terms mean, by thesaurus; the journals of an index are among what mapping draws on, so this is kept for each index. */
interface Mapping {
  readonly facts: MappingFacts;
  readonly known: TextMemory<TermTranslation>;
}

const withThesaurus = new WeakMap<CitationIndex, WeakMap<Thesaurus, Mapping>>();
const withoutThesaurus = new WeakMap<CitationIndex, Mapping>();

/** What PubMed makes of a term, with the journals of this index; remembered. */
export function mappedTerm(
  index: CitationIndex,
  thesaurus: Thesaurus | undefined,
  node: TermNode,
): TermTranslation {
  const { facts, known } = mappingOf(index, thesaurus);
  const { tag } = node;
  const key = `${node.quoted ? '"' : ''}${tag?.field ?? ''}${tag?.noExplode === true ? '!' : ''}~${tag?.proximity ?? ''}|${node.text}`;
  let found = known.get(key);
  if (found === undefined) known.set(detached(key), (found = translateTerm(node, facts)));
  return found;
}

function mappingOf(index: CitationIndex, thesaurus: Thesaurus | undefined): Mapping {
  if (thesaurus === undefined) {
    let mapping = withoutThesaurus.get(index);
    if (mapping === undefined) withoutThesaurus.set(index, (mapping = newMapping(index, thesaurus)));
    return mapping;
  }
  let byThesaurus = withThesaurus.get(index);
  if (byThesaurus === undefined) withThesaurus.set(index, (byThesaurus = new WeakMap<Thesaurus, Mapping>()));
  let mapping = byThesaurus.get(thesaurus);
  if (mapping === undefined) byThesaurus.set(thesaurus, (mapping = newMapping(index, thesaurus)));
  return mapping;
}

function newMapping(index: CitationIndex, thesaurus: Thesaurus | undefined): Mapping {
  const journals = {
    find: (name: string): string | undefined => {
      const key = journalKey(name);
      return key !== '' && index.hasValue(`ta:${key}`) ? key : undefined;
    },
  };
  return {
    facts: { journals, ...(thesaurus === undefined ? {} : { thesaurus }) },
    known: new TextMemory<TermTranslation>(capacity),
  };
}
