import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { splitHeading } from '../pubmed/index.ts';
import type { HeadingText, TermNode } from '../pubmed/index.ts';
import { editDistance, fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { byPreviousName, findHeading, isSameName, plainName } from './vocabulary.ts';

/** Headings for which suggestions are sought in one query; each search goes through all of MeSH. */
const MAXIMUM_SEARCHES = 5;
/** Headings that are looked at for suggestions, and how many are offered. */
const CANDIDATES = 8;
const SUGGESTIONS = 3;
/** Remembered suggestions of a thesaurus. */
const MAXIMUM_REMEMBERED = 500;

/** Headings that MeSH does not have, and other names that stand for a heading. */
export const headingRules = {
  rules: [
    {
      id: 'heading-not-found',
      level: 'error',
      category: 'headings',
      press: PRESS.headings,
      reason: 'A heading that MeSH does not have finds nothing, or only fragments of what was meant.',
    },
    {
      id: 'entry-term',
      level: 'warning',
      category: 'headings',
      press: PRESS.headings,
      reason: 'An entry term works through mapping only; the preferred heading says what is searched.',
    },
    {
      id: 'previous-heading',
      level: 'warning',
      category: 'headings',
      press: PRESS.headings,
      reason:
        'MeSH renames headings; an old name finds nothing once NLM has moved the records to the new one.',
    },
  ],
  checkQuery,
} satisfies RuleFamily;

function checkQuery({ headings }: QueryFacts, report: Report, { thesaurus }: LintContext): void {
  if (thesaurus === undefined) return;
  const budget = { searches: MAXIMUM_SEARCHES };
  for (const { term } of headings) checkHeading(term, thesaurus, budget, report);
}

function checkHeading(
  term: TermNode,
  thesaurus: Thesaurus,
  budget: { searches: number },
  report: Report,
): void {
  if (term.text.includes('*')) return;
  const { heading, subheading } = splitHeading(term.text);
  const name = plainName(heading);
  if (thesaurus.byName(name) !== undefined) return;
  const suffix = suffixOf(term, subheading);
  const descriptor = findHeading(thesaurus, heading);
  if (descriptor !== undefined) {
    // Only hyphens, commas or parentheses differ: PubMed finds the heading, and nobody is misled.
    if (isSameName(descriptor.name, name)) return;
    const message = `"${heading}" is an entry term. PubMed maps it to the heading "${descriptor.name}"; name the heading.`;
    report('entry-term', term.textRange, message, [replacement(term, descriptor, suffix, true)]);
    return;
  }
  const renamed = byPreviousName(thesaurus).get(name.toLowerCase());
  if (renamed !== undefined) {
    const message = `"${heading}" was the name of a heading before; now it is "${renamed.name}". Name the heading as it is.`;
    report('previous-heading', term.textRange, message, [replacement(term, renamed, suffix, true)]);
    return;
  }
  // What stands behind the slash is the business of the rules about subheadings.
  const slash = heading.lastIndexOf('/');
  if (slash > 0 && findHeading(thesaurus, heading.slice(0, heading.indexOf('/'))) !== undefined) return;
  tellUnknown(term, heading, suffix, thesaurus, budget, report);
}

function tellUnknown(
  term: TermNode,
  heading: string,
  suffix: string,
  thesaurus: Thesaurus,
  budget: { searches: number },
  report: Report,
): void {
  const name = plainName(heading);
  // `exp Child[mh]`, `'Survival[mh]`: remains of another platform around a good heading.
  const trimmed = thesaurus.byTerm(name.replace(/^(?:exp\s+|')/i, '').replace(/'$/, ''));
  const similar =
    trimmed !== undefined ? [trimmed] : budget.searches-- > 0 ? suggestions(thesaurus, name) : [];
  const question =
    similar.length === 0
      ? 'Check the spelling in the MeSH browser, or search it as text with [tiab], or, if it is a substance, with [nm].'
      : `Did you mean ${similar.map((d) => `"${d.name}"`).join(', ')}?`;
  const fragments =
    !term.quoted && /\s/.test(heading)
      ? ' Without quotes PubMed then searches single words of it, which can be thousands of records.'
      : '';
  const version = thesaurus.version === undefined ? 'MeSH' : `MeSH ${thesaurus.version}`;
  report(
    'heading-not-found',
    term.textRange,
    `${version} has no heading "${heading}".${fragments} ${question}`,
    similar.map((d, index) =>
      replacement(term, d, suffix, index === 0 && (d === trimmed || isClose(d, name))),
    ),
  );
}

/** Whether the heading or one of its entry terms is the name with a slip or two, so that changing to it needs no thought. */
function isClose({ name, entryTerms }: Descriptor, written: string): boolean {
  const text = written.toLowerCase().slice(0, 100);
  return [name, ...entryTerms].some(
    (term) => editDistance(text, term.toLowerCase().slice(0, 100)) <= Math.max(text.length, term.length) / 6,
  );
}

/** Whether a name of the heading has a word of the text, so that nobody is offered a drug for an injury. */
function sharesWord({ name, entryTerms }: Descriptor, written: string): boolean {
  const words = new Set(significantWords(written));
  return [name, ...entryTerms].some((term) => significantWords(term).some((word) => words.has(word)));
}

/** Words of four letters and more, plurals as singulars. */
function significantWords(text: string): readonly string[] {
  return (text.toLowerCase().match(/\p{L}{4,}/gu) ?? []).map((word) => word.replace(/(?:ies|y|s)$/, ''));
}

/** The subheading as written, with its slash. */
function suffixOf({ text }: TermNode, subheading: HeadingText['subheading']): string {
  return subheading === undefined ? '' : text.slice(text.lastIndexOf('/'));
}

/** Puts the heading in place of the term's text, always in quotes. */
function replacement(term: TermNode, descriptor: Descriptor, suffix: string, preferred: boolean): Fix {
  return replaceHeading(term, `${descriptor.name}${suffix}`, preferred);
}

/** Puts `name` in place of a term's text, in quotes. */
export function replaceHeading(term: TermNode, name: string, preferred: boolean): Fix {
  const { start, end } = term.textRange;
  const isMerged = term.quoted && end === (term.tag?.range.start ?? term.range.end);
  if (isMerged) return fix(`Change to "${name}"`, preferred, [term.range.start, end, `"${name}"`]);
  if (term.quoted) return fix(`Change to "${name}"`, preferred, [start, end, name]);
  // A stray quote between the heading and its tag, `attitudes”[mh]`, goes as well.
  const gap = (term.tag?.range.start ?? end) - end;
  const stop = gap === 1 ? end + 1 : end;
  return fix(`Change to "${name}"`, preferred, [start, stop, `"${name}"`]);
}

const remembered = new WeakMap<Thesaurus, Map<string, readonly Descriptor[]>>();

function suggestions(thesaurus: Thesaurus, name: string): readonly Descriptor[] {
  let known = remembered.get(thesaurus);
  if (known === undefined) remembered.set(thesaurus, (known = new Map<string, readonly Descriptor[]>()));
  let found = known.get(name);
  if (found === undefined) {
    if (known.size >= MAXIMUM_REMEMBERED) known.clear();
    const candidates = thesaurus.similar(name.slice(0, 100), CANDIDATES);
    found = candidates.filter((one) => isClose(one, name) || sharesWord(one, name)).slice(0, SUGGESTIONS);
    known.set(name, found);
  }
  return found;
}
