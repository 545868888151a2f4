import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { findSubheading, splitHeading } from '../pubmed/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { nodesOf, PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';

/** Headings for which suggestions are sought in one query; each search goes through all of MeSH. */
const MAXIMUM_SEARCHES = 5;
/** Remembered suggestions of a thesaurus. */
const MAXIMUM_REMEMBERED = 500;

/** Headings and subheadings that MeSH does not have, and entry terms that stand for a heading. */
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
      id: 'unknown-subheading',
      level: 'warning',
      category: 'headings',
      press: PRESS.headings,
      reason: 'A subheading that MeSH does not have, or no longer has, finds nothing.',
    },
  ],
  checkQuery,
} satisfies RuleFamily;

function checkQuery(query: ParsedQuery, report: Report, { thesaurus }: LintContext): void {
  const budget = { searches: MAXIMUM_SEARCHES };
  for (const node of nodesOf(query.root)) {
    if (node.kind !== 'term' || node.tag === undefined) continue;
    if (node.tag.field === 'sh') checkSubheading(node, report);
    else if (thesaurus !== undefined && (node.tag.field === 'mh' || node.tag.field === 'majr'))
      checkHeading(node, thesaurus, budget, report);
  }
}

function checkSubheading(term: TermNode, report: Report): void {
  if (term.text.includes('*') || findSubheading(term.text) !== undefined) return;
  report(
    'unknown-subheading',
    term.textRange,
    `MeSH has no subheading "${term.text}". Use a name such as "drug therapy" or its code, DT.`,
  );
}

function checkHeading(
  term: TermNode,
  thesaurus: Thesaurus,
  budget: { searches: number },
  report: Report,
): void {
  if (term.text.includes('*')) return;
  const { heading, subheading } = splitHeading(term.text);
  // PubMed reads parentheses in headings as spaces, and typographic apostrophes as plain ones.
  const name = heading.replace(/[‘’]/g, "'");
  if (thesaurus.byName(name) !== undefined) return;
  const suffix = subheading === undefined ? '' : term.text.slice(term.text.lastIndexOf('/'));
  const descriptor = thesaurus.byTerm(name);
  if (descriptor !== undefined) {
    if (isSameName(descriptor.name, name)) return;
    const message = `"${heading}" is an entry term. PubMed maps it to the heading "${descriptor.name}"; name the heading.`;
    report('entry-term', term.textRange, message, [replacement(term, descriptor, suffix, true)]);
    return;
  }
  const slash = heading.lastIndexOf('/');
  if (slash > 0 && thesaurus.byTerm(heading.slice(0, slash)) !== undefined) {
    const message = `MeSH has no subheading "${heading.slice(slash + 1).trim()}". A heading takes one subheading, by name or two-letter code.`;
    report('unknown-subheading', term.textRange, message);
    return;
  }
  // `exp Child[mh]`, `'Survival[mh]`: remains of another platform around a good heading.
  const trimmed = thesaurus.byTerm(name.replace(/^(?:exp\s+|')/i, '').replace(/'$/, ''));
  const similar =
    trimmed !== undefined ? [trimmed] : budget.searches-- > 0 ? suggestions(thesaurus, name) : [];
  if (similar.some((candidate) => isSameName(candidate.name, name))) return;
  const question =
    similar.length === 0
      ? 'Check the spelling in the MeSH browser, or search it as text with [tiab].'
      : `Did you mean ${similar.map((d) => `"${d.name}"`).join(', ')}?`;
  const version = thesaurus.version === undefined ? 'MeSH' : `MeSH ${thesaurus.version}`;
  report(
    'heading-not-found',
    term.textRange,
    `${version} has no heading "${heading}". ${question}`,
    similar.map((d, index) => replacement(term, d, suffix, index === 0)),
  );
}

/** `benzo a pyrene` for `Benzo(a)pyrene`. */
function isSameName(name: string, written: string): boolean {
  const normalise = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[()\s]+/g, ' ')
      .trim();
  return normalise(name) === normalise(written);
}

/** Puts the heading in place of the term's text; in quotes when it has a comma or parentheses and none are there. */
function replacement(
  term: TermNode,
  descriptor: Descriptor,
  suffix: string,
  preferred: boolean,
): ReturnType<typeof fix> {
  const name = `${descriptor.name}${suffix}`;
  const { start, end } = term.textRange;
  const isMerged = term.quoted && end === (term.tag?.range.start ?? term.range.end);
  if (isMerged) return fix(`Change to "${name}"`, preferred, [term.range.start, end, `"${name}"`]);
  return fix(`Change to "${name}"`, preferred, [start, end, term.quoted ? name : `"${name}"`]);
}

const remembered = new WeakMap<Thesaurus, Map<string, readonly Descriptor[]>>();

function suggestions(thesaurus: Thesaurus, name: string): readonly Descriptor[] {
  let known = remembered.get(thesaurus);
  if (known === undefined) remembered.set(thesaurus, (known = new Map<string, readonly Descriptor[]>()));
  let found = known.get(name);
  if (found === undefined) {
    if (known.size >= MAXIMUM_REMEMBERED) known.clear();
    known.set(name, (found = thesaurus.similar(name.slice(0, 100), 3)));
  }
  return found;
}
