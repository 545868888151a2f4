import { findFilterName, findLanguage, findPublicationType, publicationTypes } from '../pubmed/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import { editDistance, fix } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

/** Similar names that are sought in one query; each search goes through all publication types. */
const MAXIMUM_SEARCHES = 100;

interface Budget {
  searches: number;
}

/** Values of fields that take names from a list. */
export const valueRules = {
  rules: [
    {
      id: 'unknown-publication-type',
      level: 'warning',
      category: 'limits',
      press: PRESS.limits,
      reason: 'A publication type that PubMed does not have finds nothing, and limits to nothing.',
    },
    {
      id: 'retired-publication-type',
      level: 'warning',
      category: 'limits',
      press: PRESS.limits,
      reason: "A publication type that is not in PubMed's index any more finds nothing.",
    },
    {
      id: 'unknown-language',
      level: 'warning',
      category: 'limits',
      press: PRESS.limits,
      reason: 'A language that PubMed does not know finds nothing.',
    },
    {
      id: 'unknown-filter',
      level: 'information',
      category: 'limits',
      press: PRESS.limits,
      reason: 'A filter or subset that PubMed does not have finds nothing.',
    },
    {
      id: 'malformed-pmid',
      level: 'error',
      category: 'limits',
      press: PRESS.syntax,
      reason: 'A PMID is a number of up to eight digits; anything else finds no record.',
    },
  ],
  checkQuery({ valued }: QueryFacts, report: Report): void {
    const budget = { searches: MAXIMUM_SEARCHES };
    for (const { term, has } of valued)
      if (term.tag?.field !== undefined && (has & Has.star) === 0)
        checkValue(term, term.tag.field, budget, report);
  },
} satisfies RuleFamily;

function checkValue(term: TermNode, field: string, budget: Budget, report: Report): void {
  switch (field) {
    case 'pt':
      checkType(term, budget, report);
      return;
    case 'la':
      if (findLanguage(term.text) === undefined)
        report(
          'unknown-language',
          term.textRange,
          `PubMed knows no language "${shown(term)}". Write its English name or its three-letter code: german[la], ger[la].`,
        );
      return;
    case 'filter':
      if (findFilterName(term.text) === undefined)
        report(
          'unknown-filter',
          term.textRange,
          `"${shown(term)}" is no filter or subset that Querent knows. Check it in PubMed's user guide; a filter that PubMed lacks finds nothing.`,
        );
      return;
    case 'pmid':
      checkPmid(term, report);
      return;
    default:
  }
}

const shown = ({ text }: TermNode): string => text.slice(0, 60);

function checkType(term: TermNode, budget: Budget, report: Report): void {
  const type = findPublicationType(term.text);
  if (type?.retired !== undefined) {
    report(
      'retired-publication-type',
      term.range,
      `"${type.name}" is not in PubMed's index any more and finds nothing. Use ${type.retired}.`,
      [fix(`Change to ${type.retired}`, false, [term.range.start, term.range.end, type.retired])],
    );
    return;
  }
  if (type !== undefined) return;
  const near = budget.searches-- > 0 ? nearestType(term.text) : undefined;
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  // Inside quotes that are closed, so that exactly the name is replaced.
  const { start, end } = term.textRange;
  const fixes =
    near === undefined || end - start !== term.text.length
      ? []
      : [fix(`Change to "${near}"`, true, [start, end, near])];
  report(
    'unknown-publication-type',
    term.textRange,
    `PubMed's list has no publication type "${shown(term)}".${hint} Types that NLM made after 2024 are not known here.`,
    fixes,
  );
}

function nearestType(text: string): string | undefined {
  const written = text.toLowerCase().replace(/\brandomi[sz]ed control trial/, 'randomized controlled trial');
  if (written.length > 80) return undefined;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const { name, retired } of publicationTypes) {
    if (retired !== undefined) continue;
    const plain = name.toLowerCase();
    const distance = plain === `${written}s` || `${plain}s` === written ? 0 : editDistance(written, plain);
    if (distance <= Math.max(2, written.length / 5) && distance < (best?.distance ?? Infinity))
      best = { name, distance };
  }
  return best?.name;
}

function checkPmid(term: TermNode, report: Report): void {
  if (/^\d{1,8}$/.test(term.text)) return;
  // Several numbers in front of one tag are several PMIDs.
  if (/^\d{1,8}(?:[\s,;]+\d{1,8})*$/.test(term.text)) return;
  const inside = /^(?:PMID|PubMed)\s?:?\s?(\d{1,8})$/i.exec(term.text)?.[1];
  const { start, end } = term.textRange;
  report(
    'malformed-pmid',
    term.textRange,
    `"${shown(term)}" is no PMID: write up to eight digits. A PubMed Central id is searched without a tag, a DOI with [aid].`,
    inside === undefined ? [] : [fix(`Change to ${inside}`, true, [start, end, inside])],
  );
}
