import type { Thesaurus } from '../mesh/index.ts';
import { findSubheading, printTag, splitHeading, subheadings } from '../pubmed/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import { editDistance, fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { replaceHeading } from './headings.ts';
import { Has } from './has.ts';
import { findHeading } from './vocabulary.ts';

/** Subheadings, floating and behind a heading. */
export const subheadingRules = {
  rules: [
    {
      id: 'unknown-subheading',
      level: 'warning',
      category: 'headings',
      press: PRESS.headings,
      reason: 'A subheading that MeSH does not have, or no longer has, finds nothing.',
    },
    {
      id: 'several-subheadings',
      level: 'error',
      category: 'headings',
      press: PRESS.headings,
      reason: 'PubMed takes one subheading behind a heading; with two it finds nothing.',
    },
    {
      id: 'subheading-not-allowed',
      level: 'information',
      category: 'headings',
      press: PRESS.headings,
      reason:
        'Indexers may not use this subheading with this heading, so the combination finds next to nothing.',
    },
  ],
  checkQuery({ valued, headings }: QueryFacts, report: Report, { thesaurus }: LintContext): void {
    for (const { term, has } of valued)
      if (term.tag?.field === 'sh' && (has & Has.star) === 0) checkFloating(term, report);
    for (const { term, has } of headings)
      if ((has & (Has.slash | Has.star)) === Has.slash) checkAttached(term, thesaurus, report);
  },
} satisfies RuleFamily;

function checkFloating(term: TermNode, report: Report): void {
  if (findSubheading(term.text) !== undefined) return;
  const names = similarNames(term.text);
  report(
    'unknown-subheading',
    term.textRange,
    `MeSH has no subheading "${term.text}". ${advice(names)}`,
    names.map((name, index) => replaceHeading(term, name, index === 0 && isSlip(term.text, name))),
  );
}

/** Subheadings that MeSH merged into others: NLM Technical Bulletin, "What's New for 2017 MeSH" and later. */
const MERGED: Readonly<Record<string, string>> = {
  radiography: 'diagnostic imaging',
  ra: 'diagnostic imaging',
  'radionuclide imaging': 'diagnostic imaging',
  ri: 'diagnostic imaging',
  ultrasonography: 'diagnostic imaging',
  us: 'diagnostic imaging',
  secretion: 'metabolism',
  pathophysiology: 'physiopathology',
};

function advice(names: readonly string[]): string {
  return names.length === 0
    ? 'Use a name such as "drug therapy" or its code, DT.'
    : `Did you mean ${names.map((name) => `"${name}"`).join(', ')}?`;
}

const NAMES = subheadings.map(({ name }) => name.toLowerCase());

/** Names of subheadings within a third of the length of what is written. */
function similarNames(text: string): readonly string[] {
  const written = text.trim().toLowerCase().replace(/&/g, 'and').slice(0, 60);
  const merged = Object.hasOwn(MERGED, written) ? MERGED[written] : undefined;
  if (merged !== undefined) return [merged];
  const limit = (name: string): number => Math.floor(Math.min(written.length, name.length) / 3);
  return NAMES.filter((name) => Math.abs(name.length - written.length) <= limit(name))
    .map((name) => ({ name, distance: editDistance(written, name) }))
    .filter(({ name, distance }) => distance <= limit(name))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Whether so few letters differ that `name` is what was meant, or MeSH merged what is written into it. */
function isSlip(written: string, name: string): boolean {
  const text = written.trim().toLowerCase();
  return Object.hasOwn(MERGED, text) || editDistance(text, name) <= Math.max(1, Math.floor(name.length / 6));
}

function checkAttached(term: TermNode, thesaurus: Thesaurus | undefined, report: Report): void {
  const { heading, subheading } = splitHeading(term.text);
  if (!heading.includes('/')) {
    if (subheading !== undefined && thesaurus !== undefined)
      checkAllowed(term, heading, subheading, thesaurus, report);
    return;
  }
  // A few headings have a slash of their own.
  if (thesaurus !== undefined && findHeading(thesaurus, heading) !== undefined) return;
  const [name = '', ...parts] = term.text.split('/').map((part) => part.trim());
  if (thesaurus !== undefined && findHeading(thesaurus, name) === undefined) return;
  const unknown = parts.filter((part) => findSubheading(part) === undefined);
  const [first] = unknown;
  if (first === undefined) {
    report(
      'several-subheadings',
      term.textRange,
      `PubMed takes one subheading behind a heading, and here are ${parts.length}. Write one term for each and combine them with OR.`,
      splitUp(term, name, parts),
    );
    return;
  }
  const names = parts.length > 1 ? [] : similarNames(first);
  report(
    'unknown-subheading',
    term.textRange,
    `MeSH has no subheading "${first}". A heading takes one subheading, by name or two-letter code. ${advice(names)}`,
    names.map((one, index) => replaceHeading(term, `${name}/${one}`, index === 0 && isSlip(first, one))),
  );
}

function splitUp(term: TermNode, name: string, parts: readonly string[]): readonly Fix[] {
  if (term.tag === undefined || parts.length > 10) return [];
  const tag = printTag(term.tag);
  const terms = parts.map((part) => `"${name}/${part}"${tag}`).join(' OR ');
  return [fix('Write one term for each subheading', true, [term.range.start, term.range.end, `(${terms})`])];
}

function checkAllowed(
  term: TermNode,
  heading: string,
  subheading: { readonly code: string; readonly name: string },
  thesaurus: Thesaurus,
  report: Report,
): void {
  const descriptor = findHeading(thesaurus, heading);
  const allowed = descriptor?.allowedSubheadings;
  if (descriptor === undefined || allowed === undefined || allowed.length === 0) return;
  if (allowed.includes(subheading.code)) return;
  report(
    'subheading-not-allowed',
    term.textRange,
    `NLM does not allow the subheading "${subheading.name.toLowerCase()}" with "${descriptor.name}". Search the heading without it, or the subheading on its own with [sh].`,
    [replaceHeading(term, descriptor.name, false)],
  );
}
