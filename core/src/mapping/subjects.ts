import { isPublicationType } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { findPublicationType, findSubheading } from '../pubmed/index.ts';
import type { Clause } from './clause.ts';
import { join, lookUp } from './clause.ts';
import { findHeading, otherNumber } from './findHeading.ts';
import type { FoundHeading } from './findHeading.ts';
import { pluralForms } from './plural.ts';
import { spellingVariants } from './spelling.ts';
import type { MappingFacts, TranslationNote } from './translation.ts';
import { headingText, indexText, nameInAllFields } from './words.ts';

/** Words that PubMed takes for a subheading besides its name, as NLM's example "heart attack aspirin prevention" shows. */
const SUBHEADING_SYNONYMS: Readonly<Record<string, string>> = { prevention: 'Prevention and Control' };

/** What words mean as a subject: a part of an untagged term that PubMed's subject table knows. */
export interface Subject {
  readonly clause: Clause;
  readonly notes: readonly TranslationNote[];
}

/**
 * Looks words up as PubMed's subject table does: subheadings, publication types, headings with their entry terms, pharmacological
 * actions. Undefined when they are none of these.
 */
export function findSubject(
  text: string,
  american: string,
  { thesaurus }: MappingFacts,
): Subject | undefined {
  const found = thesaurus === undefined ? undefined : findHeading(thesaurus, text, american);
  const type = publicationType(text, american, found);
  if (type !== undefined) return asPublicationType(type, text, thesaurus);
  const subheading =
    text.length > 2 ? findSubheading(SUBHEADING_SYNONYMS[text.toLowerCase()] ?? text) : undefined;
  if (found === undefined && subheading === undefined) return undefined;
  const notes: TranslationNote[] = [];
  const parts: (Clause | undefined)[] = [];
  if (subheading !== undefined) {
    parts.push(lookUp(headingText(subheading.name), 'sh'), nameInAllFields(subheading.name));
    notes.push({
      kind: 'subheading',
      message: `"${text}" is the MeSH subheading ${subheading.name}, which is added.`,
    });
  }
  if (found !== undefined && thesaurus !== undefined) {
    const { descriptor } = found;
    const name = headingText(descriptor.name);
    if (thesaurus.withAction(descriptor).length > 0) {
      parts.push(lookUp(name, 'pa', '', false, descriptor.name));
      notes.push({
        kind: 'action',
        message: `${descriptor.name} is a pharmacological action too, so records of the substances that have it are added.`,
      });
    }
    parts.push(lookUp(name, 'mh', '', false, descriptor.name), nameInAllFields(descriptor.name));
    notes.unshift(headingNote(text, found, thesaurus));
  }
  parts.push(nameInAllFields(text), ...wordForms(text, found?.descriptor, thesaurus));
  const clause = join('or', parts);
  return clause === undefined ? undefined : { clause, notes };
}

function headingNote(
  text: string,
  { descriptor, variant }: FoundHeading,
  thesaurus: Thesaurus,
): TranslationNote {
  const narrower = thesaurus.narrower(descriptor).length > 0 ? ' with everything narrower' : '';
  if (variant !== undefined)
    return {
      kind: 'variant',
      message: `"${text}" is read as "${variant}", which leads to the MeSH heading ${descriptor.name}; it is added${narrower}.`,
    };
  const isName = indexText(descriptor.name) === indexText(text);
  return isName
    ? { kind: 'heading', message: `"${text}" is a MeSH heading, which is added${narrower}.` }
    : {
        kind: 'entry-term',
        message: `"${text}" is an entry term of the MeSH heading ${descriptor.name}, which is added${narrower}.`,
      };
}

/** Without MeSH the list of the User Guide tells publication types. */
function publicationType(
  text: string,
  american: string,
  found: FoundHeading | undefined,
): string | undefined {
  if (found !== undefined) return isPublicationType(found.descriptor) ? found.descriptor.name : undefined;
  for (const spelling of [text, american]) {
    const type = findPublicationType(spelling);
    if (type?.retired === undefined && type !== undefined && indexText(type.name) === indexText(spelling))
      return type.name;
  }
  return undefined;
}

/** `"review"[Publication Type] OR "review literature as topic"[MeSH Terms] OR "review"[All Fields]`. */
function asPublicationType(
  name: string,
  text: string,
  thesaurus: Thesaurus | undefined,
): Subject | undefined {
  const [plural = name] = otherNumber(name);
  const topic = [plural, name, `${name} Literature`]
    .map((form) => thesaurus?.byName(`${form} as Topic`))
    .find((descriptor) => descriptor !== undefined);
  const clause = join('or', [
    lookUp(headingText(name), 'pt', '', false, name),
    topic === undefined ? undefined : lookUp(headingText(topic.name), 'mh', '', false, topic.name),
    nameInAllFields(name, false),
    nameInAllFields(text, false),
    ...spellingVariants(text).map((variant) => lookUp(variant, 'all')),
  ]);
  if (clause === undefined) return undefined;
  const about =
    topic === undefined ? '' : ` So is the heading ${topic.name}, for articles about such publications.`;
  return {
    clause,
    notes: [
      {
        kind: 'publication-type',
        message: `"${text}" is the publication type ${name}, which is added.${about}`,
      },
    ],
  };
}

/** Other number and other spelling of a single word, as far as MeSH and the spelling table know them. */
export function wordForms(
  text: string,
  descriptor: Descriptor | undefined,
  thesaurus: Thesaurus | undefined,
): Clause[] {
  if (/[\s-]/.test(text)) return [];
  const plurals = pluralForms(text).filter(
    (form) => descriptor !== undefined && thesaurus?.byTerm(form) === descriptor,
  );
  return [...plurals, ...spellingVariants(text)].map((form) => lookUp(indexText(form), 'all'));
}
