import type { TermNode } from '../pubmed/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

/** Numbers that name one article, journal, book, person or trial, and are written wrong. */
export const identifierRules = {
  rules: [
    {
      id: 'malformed-identifier',
      level: 'warning',
      category: 'limits',
      press: PRESS.syntax,
      reason: 'An identifier with a digit too many, too few or exchanged finds no record.',
    },
  ],
  checkQuery({ valued }: QueryFacts, report: Report): void {
    for (const { term, has } of valued)
      if (term.tag?.field !== undefined && (has & Has.star) === 0) checkTerm(term, term.tag.field, report);
  },
} satisfies RuleFamily;

function checkTerm(term: TermNode, field: string, report: Report): void {
  const fault = CHECKS[field]?.(term.text.trim());
  if (fault !== undefined) report('malformed-identifier', term.textRange, fault);
}

/** By field: what is wrong with an identifier, and how it is written; undefined for what is right or no identifier. */
const CHECKS: Readonly<Record<string, (text: string) => string | undefined>> = {
  aid: doiFault,
  lid: doiFault,
  isbn: isbnFault,
  ta: issnFault,
  si: trialFault,
  auid: orcidFault,
};

/** DOI Handbook: a prefix of 10 and a registrant number, a slash, any suffix. */
function doiFault(text: string): string | undefined {
  if (!/^(?:doi:?\s*|https?:|10[./])/i.test(text) || /^10\.\d{4,9}(?:\.\d+)*\/\S+$/.test(text))
    return undefined;
  return `"${text.slice(0, 100)}" is no DOI as PubMed stores it. Write 10.1000/example, without "doi:" and address.`;
}

/** ISO 2108: thirteen digits, or ten of which the last may be X; the last one checks the others. */
function isbnFault(text: string): string | undefined {
  const digits = text.replace(/[\s-]/g, '').toUpperCase();
  if (/^\d{13}$/.test(digits)) {
    const sum = weighted(digits, (i) => (i % 2 === 0 ? 1 : 3));
    return sum % 10 === 0 ? undefined : wrongCheckDigit('ISBN', text);
  }
  if (/^\d{9}[\dX]$/.test(digits))
    return weighted(digits, (i) => 10 - i) % 11 === 0 ? undefined : wrongCheckDigit('ISBN', text);
  return `An ISBN has 10 or 13 digits, and "${text.slice(0, 100)}" has not. Check the number.`;
}

/** ISO 3297: eight digits, the last of which may be X and checks the others. */
function issnFault(text: string): string | undefined {
  if (!/^\d{4}-\d{3}[\dX]$/i.test(text)) return undefined;
  const digits = text.replace('-', '').toUpperCase();
  return weighted(digits, (i) => 8 - i) % 11 === 0 ? undefined : wrongCheckDigit('ISSN', text);
}

/** ClinicalTrials.gov: NCT and eight digits. */
function trialFault(text: string): string | undefined {
  const id = /^(?:clinicaltrials\.gov\/)?(NCT.*)$/i.exec(text)?.[1];
  if (id === undefined || /^NCT\d{8}$/i.test(id)) return undefined;
  return `"${id.slice(0, 100)}" is no number of ClinicalTrials.gov: NCT is followed by eight digits. Check the number.`;
}

/** ISO 7064 mod 11-2, as ORCID uses it. */
function orcidFault(text: string): string | undefined {
  if (!/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/i.test(text)) return undefined;
  const digits = text.replaceAll('-', '').toUpperCase();
  let total = 0;
  for (const digit of digits.slice(0, -1)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return (check === 10 ? 'X' : String(check)) === digits.at(-1)
    ? undefined
    : wrongCheckDigit('ORCID iD', text);
}

function weighted(digits: string, weight: (index: number) => number): number {
  return [...digits].reduce((sum, digit, i) => sum + weight(i) * (digit === 'X' ? 10 : Number(digit)), 0);
}

function wrongCheckDigit(kind: string, text: string): string {
  return `The last digit of the ${kind} "${text}" does not fit the others: a digit is wrong or exchanged. Check the number.`;
}
