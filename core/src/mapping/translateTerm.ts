import { isPublicationType } from '../mesh/index.ts';
import {
  findField,
  findLanguage,
  findPublicationType,
  hasShortStem,
  isPseudoTerm,
  MINIMUM_STEM,
  splitHeading,
} from '../pubmed/index.ts';
import type { RangeNode, TermNode } from '../pubmed/index.ts';
import { lookUp, printClause } from './clause.ts';
import { translateDate, translateRange } from './dates.ts';
import { translateHeading, translateSubheading, translateSubstance } from './headings.ts';
import { findJournal } from './journals.ts';
import { findHeading } from './findHeading.ts';
import type { MappingFacts, TermTranslation, TranslationNote } from './translation.ts';
import type { Draft } from './untagged.ts';
import { mapWords } from './untagged.ts';
import { headingText, indexText } from './words.ts';

/** More than any name has; what is longer is no term that a person wrote. In UTF-16 units. */
const LONGEST_TERM = 1000;

/**
 * What PubMed makes of one term or range, simulated from MeSH and the documented rules (NLM, PubMed User Guide, "How PubMed works";
 * docs/term-mapping.md tells what this cannot know). Never throws; well under a millisecond once the thesaurus is indexed.
 */
export function translateTerm(node: TermNode | RangeNode, facts: MappingFacts = {}): TermTranslation {
  const { clause, notes, certainty } = node.kind === 'range' ? translateRange(node) : draft(node, facts);
  return { query: clause === undefined ? '' : printClause(clause), clause, notes, certainty };
}

function draft(node: TermNode, facts: MappingFacts): Draft {
  if (node.text.length > LONGEST_TERM)
    return {
      clause: undefined,
      notes: [
        {
          kind: 'too-long',
          message: 'This is too long to be one term; an operator or a quotation mark may be missing.',
        },
      ],
      certainty: 'unknown',
    };
  if (isPseudoTerm(node))
    return {
      clause: lookUp(node.text.trim().toLowerCase(), 'all', '', true),
      notes: [],
      certainty: 'certain',
    };
  const star = starNotes(node);
  const read = star.some(({ kind }) => kind === 'star-dropped')
    ? { ...node, text: node.text.replace(/\*/g, ' ') }
    : node;
  const { clause, notes, certainty } = byField(read, facts);
  return { clause, notes: [...star, ...notes], certainty };
}

function starNotes(node: TermNode): TranslationNote[] {
  if (!hasShortStem(node.text)) return [];
  return [
    {
      kind: 'star-dropped',
      message: `Fewer than ${MINIMUM_STEM} characters stand before the star, so PubMed ignores it, silently, and searches for the word as it is.`,
    },
  ];
}

function byField(node: TermNode, facts: MappingFacts): Draft {
  const { tag } = node;
  if (tag === undefined || tag.field === 'all') return withoutField(node, facts);
  const { field } = tag;
  if (field === undefined) {
    const rest = withoutField(node, facts);
    const note: TranslationNote = {
      kind: 'unknown-field',
      message: `PubMed has no field [${tag.text}] and ignores the tag.`,
    };
    return { ...rest, notes: [note, ...rest.notes] };
  }
  if (findField(field)?.date === true) return translateDate(node, field);
  return (translators[field] ?? translateText)(node, field, facts);
}

/** Fields of values with a vocabulary of their own; all others hold words. */
const translators: Readonly<Record<string, (node: TermNode, field: string, facts: MappingFacts) => Draft>> = {
  mh: translateHeading,
  majr: translateHeading,
  sh: translateSubheading,
  pa: translateSubstance,
  nm: translateSubstance,
  pt: (node, field, { thesaurus }) => {
    const heading =
      thesaurus === undefined || node.text.includes('*')
        ? undefined
        : findHeading(thesaurus, node.text)?.descriptor;
    const type =
      heading !== undefined && isPublicationType(heading) ? heading : findPublicationType(node.text);
    return value(node, field, type?.name, 'publication type', node.tag?.noExplode === true ? ':noexp' : '');
  },
  la: (node, field) => value(node, field, findLanguage(node.text)?.name, 'language'),
  ta: (node, field, facts) => {
    const abbreviation = findJournal(node.text, facts);
    const written = node.text.replace(/\s+/g, ' ').trim();
    return {
      clause: lookUp(abbreviation === undefined ? written : same(node, abbreviation), field),
      notes:
        abbreviation === undefined || indexText(abbreviation) === indexText(written)
          ? []
          : [{ kind: 'journal', message: `"${written}" is the journal ${abbreviation}.` }],
      certainty: abbreviation === undefined ? 'unknown' : 'likely',
    };
  },
  pmid: (node, field) => ({
    clause: lookUp(node.text.trim(), field, '', true),
    notes: [],
    certainty: 'likely',
  }),
};

/** The name as written where it is in quotes and right, else in lower case. */
function same(node: TermNode, name: string): string {
  const written = node.text.replace(/\s+/g, ' ').trim();
  return node.quoted && written.toLowerCase() === name.toLowerCase() ? written : headingText(name);
}

function value(node: TermNode, field: string, name: string | undefined, what: string, modifier = ''): Draft {
  const written = node.text.replace(/\s+/g, ' ').trim();
  if (name === undefined)
    return {
      clause: lookUp(written, field, modifier),
      notes: written.includes('*')
        ? []
        : [{ kind: 'not-found', message: `"${written}" is no ${what} that is known here.` }],
      certainty: 'likely',
    };
  return {
    clause: lookUp(same(node, name), field, modifier, false, name),
    notes:
      indexText(name) === indexText(written)
        ? []
        : [{ kind: 'variant', message: `"${written}" is the ${what} ${name}.` }],
    certainty: 'certain',
  };
}

/** Words in a field of words, tagged: no mapping, no forms of the word, nothing but what is written. */
function translateText(node: TermNode, field: string): Draft {
  const text = node.text.replace(/\s+/g, ' ').trim();
  if (indexText(text) === '') return { clause: undefined, notes: [], certainty: 'certain' };
  const isPhrase = /[\s-]/.test(indexText(text));
  const between = node.tag?.proximity;
  const isTruncated = text.includes('*');
  const canBeNear = findField(field)?.proximity === true && node.quoted && isPhrase && !isTruncated;
  if (between !== undefined && canBeNear)
    return { clause: lookUp(text, field, `:~${between}`), notes: [], certainty: 'certain' };
  const notes: TranslationNote[] = [];
  if (between !== undefined)
    notes.push({
      kind: 'proximity',
      message: isTruncated
        ? 'The proximity is ignored, since it does not go together with a star.'
        : 'The proximity is ignored: it needs two words or more in double quotes, and works in [ti], [tiab] and [ad].',
    });
  if (isTruncated) notes.push({ kind: 'truncated', message: 'The star stands for any letters.' });
  else if (isPhrase)
    notes.push({
      kind: 'phrase',
      message: "Searched as a phrase if PubMed's phrase index has it; if not, the words are joined by AND.",
    });
  return { clause: lookUp(text, field), notes, certainty: isPhrase && !isTruncated ? 'likely' : 'certain' };
}

function withoutField(node: TermNode, facts: MappingFacts): Draft {
  const text = node.text.replace(/\s+/g, ' ').trim();
  if (indexText(text.replace(/\*/g, ' ')) === '')
    return { clause: undefined, notes: [], certainty: 'certain' };
  if (text.includes('*'))
    return {
      clause: lookUp(text, 'all'),
      notes: [
        {
          kind: 'truncated',
          message: 'The star stands for any letters. It switches automatic term mapping off.',
        },
      ],
      certainty: 'certain',
    };
  if (node.quoted) {
    const isPhrase = text.includes(' ');
    const lost = isPhrase
      ? " If PubMed's phrase index does not have it, the quotes are ignored and the words are mapped after all."
      : '';
    return {
      clause: lookUp(text, 'all'),
      notes: [
        {
          kind: 'quoted',
          message: `The quotes switch automatic term mapping off: no heading is added.${lost}`,
        },
      ],
      certainty: isPhrase ? 'likely' : 'certain',
    };
  }
  const { heading, subheading } = splitHeading(text);
  if (
    subheading !== undefined &&
    (facts.thesaurus === undefined || findHeading(facts.thesaurus, heading) !== undefined)
  )
    return translateHeading(node, 'mh', facts);
  // PubMed takes a number of that length for the number of a record.
  if (/^[1-9]\d{6,7}$/.test(text))
    return { clause: lookUp(text, 'pmid', '', true), notes: [], certainty: 'likely' };
  return mapWords(text, facts);
}
