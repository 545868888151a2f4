import { isPublicationType, naturalOrder } from '../../mesh/index.ts';
import type { Descriptor, TermCompletion, Thesaurus } from '../../mesh/index.ts';
import { valueEdit, wholeTermEdit } from './edits.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** Headings in a list, and how many of the first also come as words of title and abstract. */
const MOST_HEADINGS = 24;
const MOST_TEXT_WORDS = 6;
/** Words of a longer text that are taken for the beginning of a term. */
const MOST_WORDS = 6;
const HEADING_FIELDS = new Set(['mh', 'majr']);
/** Fields of words, in which names of headings are words like others. */
const TEXT_FIELDS = new Set(['tiab', 'ti', 'tw', 'all', 'ot']);

/** The last words of what was typed, the longest run first: any of them may begin a term. */
export function typedRuns(place: TermPlace): { readonly text: string; readonly start: number }[] {
  const { typed, start } = place;
  if (place.isQuoted || place.isTagged) return typed.trim() === '' ? [] : [{ text: typed, start }];
  const starts = [...typed.matchAll(/\S+/g)].map(({ index }) => index).slice(-MOST_WORDS);
  return starts.map((at) => ({ text: typed.slice(at), start: start + at }));
}

/** Headings for the term at the cursor, in the form that belongs there. */
export function completeHeadings(place: TermPlace, thesaurus: Thesaurus): Draft[] {
  const { field, isTagged } = place;
  if (isTagged && field === undefined) return [];
  if (field === 'pa') return named(place, actions(place, thesaurus));
  if (field !== undefined && HEADING_FIELDS.has(field)) return named(place, found(place, thesaurus));
  if (field !== undefined) return TEXT_FIELDS.has(field) ? words(place, thesaurus) : [];
  // Other words of the phrase would be lost.
  if (place.isQuoted && /\s\S/.test(place.rest)) return [];
  return untagged(place, thesaurus);
}

function found({ typed }: TermPlace, thesaurus: Thesaurus): readonly TermCompletion[] {
  return searchable(thesaurus.complete(typed, MOST_HEADINGS + 10)).slice(0, MOST_HEADINGS);
}

/** Without publication types: as headings they find nothing, PubMed has them in `[pt]`. */
function searchable(completions: readonly TermCompletion[]): readonly TermCompletion[] {
  return completions.filter(({ descriptor }) => !isPublicationType(descriptor));
}

function actions(place: TermPlace, thesaurus: Thesaurus): readonly TermCompletion[] {
  return thesaurus
    .complete(place.typed, 10 * MOST_HEADINGS)
    .filter(({ descriptor }) => thesaurus.withAction(descriptor).length > 0)
    .slice(0, MOST_HEADINGS);
}

/** Names only: the tag is there. */
function named(place: TermPlace, completions: readonly TermCompletion[]): Draft[] {
  // A subheading behind the cursor stays.
  const slash = place.rest.indexOf('/');
  const end = slash < 0 ? place.end : place.offset + slash;
  const close = place.isQuoted && !place.isClosed ? '"' : '';
  return completions.map((completion) => ({
    ...headingItem(completion),
    newText: place.isQuoted ? completion.descriptor.name + close : `"${completion.descriptor.name}"`,
    insert: { start: place.start, end: place.offset },
    replace: { start: place.start, end },
    filterText: place.typed,
  }));
}

/** Words for a field of words: terms as people write them. */
function words(place: TermPlace, thesaurus: Thesaurus): Draft[] {
  if (place.typed.includes('*')) return [];
  return found(place, thesaurus).flatMap(({ descriptor, term }) => {
    const text = textWord(descriptor, term);
    if (text === undefined) return [];
    const isPhrase = /[^\p{L}\p{N}-]/u.test(text);
    return {
      label: text,
      description: descriptor.name,
      kind: 'textWord' as const,
      subject: { kind: 'heading' as const, ui: descriptor.ui },
      newText: place.isQuoted ? text + (place.isClosed ? '' : '"') : isPhrase ? `"${text}"` : text,
      ...valueEdit(place),
    };
  });
}

/** `"Heading"[mh]` and, behind the first ones, `"term"[tiab]`, for the longest run of words that finds any, then for the shorter ones. */
function untagged(place: TermPlace, thesaurus: Thesaurus): Draft[] {
  const drafts: Draft[] = [];
  const known = new Set<Descriptor>();
  let textWords = 0;
  const runs = typedRuns(place);
  for (const [index, run] of runs.entries()) {
    if (/[*/#]/.test(run.text)) continue;
    // All words typed, or the last two, may be misspelt; of the last alone only what fits as typed is meant.
    const isFuzzy = index === 0 || runs.length - index === 2;
    const completions = searchable(thesaurus.complete(run.text, MOST_HEADINGS + 10, isFuzzy));
    for (const completion of completions) {
      const { descriptor, term } = completion;
      if (known.has(descriptor) || known.size >= MOST_HEADINGS) continue;
      known.add(descriptor);
      const edit = wholeTermEdit(place, run.start);
      drafts.push({ ...headingItem(completion), ...edit, newText: `"${descriptor.name}"[mh]` });
      const text = textWord(descriptor, term);
      if (text === undefined || textWords >= MOST_TEXT_WORDS) continue;
      textWords++;
      drafts.push({
        label: text,
        suffix: ' [tiab]',
        description: 'Title/Abstract',
        kind: 'textWord',
        subject: { kind: 'heading', ui: descriptor.ui },
        ...edit,
        newText: /[^\p{L}\p{N}-]/u.test(text) ? `"${text}"[tiab]` : `${text}[tiab]`,
      });
    }
    // Whoever typed several words of a term does not look for one that begins with the last of them.
    if (completions.some(({ fit }) => fit !== 'misspelt')) break;
  }
  return drafts;
}

function headingItem({
  descriptor,
  term,
}: TermCompletion): Pick<Draft, 'label' | 'suffix' | 'description' | 'detail' | 'kind' | 'subject'> {
  const isName = term === descriptor.name;
  return {
    label: term,
    suffix: ' [mh]',
    ...(isName ? {} : { description: descriptor.name }),
    // Of a heading under its own name the documentation says so in its first words.
    ...(isName ? {} : { detail: `${term} → ${descriptor.name}` }),
    kind: 'heading',
    subject: { kind: 'heading', ui: descriptor.ui },
  };
}

/**
 * A term as it stands in titles: `type 2 diabetes` rather than `Diabetes, Type 2`. Undefined for an inverted name of which MeSH
 * has no form in the order of speech, and for what only indexers say.
 */
function textWord(descriptor: Descriptor, term: string): string | undefined {
  if (/["“”[\]]| as topic$/i.test(term)) return undefined;
  if (!term.includes(', ')) return lowered(term);
  const turned = naturalOrder(term).toLowerCase();
  const known = [descriptor.name, ...descriptor.entryTerms, ...descriptor.permutedTerms];
  const found = known.find((one) => one.toLowerCase() === turned);
  return found === undefined ? undefined : lowered(found);
}

/** Capitals at the beginning of words are MeSH's typography; those of abbreviations and names with digits stay. */
function lowered(term: string): string {
  return term.replace(/(?<![\p{L}\p{N}])\p{Lu}\p{Ll}+(?![\p{L}\p{N}])/gu, (word) => word.toLowerCase());
}
