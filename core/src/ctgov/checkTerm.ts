import { fix } from '../text/index.ts';
import type { Area } from './areas.ts';
import { isEnumeration, isValueOf, valuesOf } from './enumerations.ts';
import type { EnumerationName } from './enumerations.ts';
import type { Findings } from './findings.ts';
import type { ExpressionTerm } from './tree.ts';

/** What a term may get wrong: truncation, operators in lower case, numbers of studies, values of closed lists. */
export function checkTerm(term: ExpressionTerm, area: Area | undefined, findings: Findings): void {
  if (!term.quoted && !(area !== undefined && isEnumeration(area.type))) checkLowerCase(term, findings);
  checkTruncation(term, findings);
  checkStudyId(term, findings);
  if (area !== undefined && isEnumeration(area.type)) checkValue(term, area.name, area.type, findings);
}

function checkLowerCase(term: ExpressionTerm, findings: Findings): void {
  const found = /(?:^|\s)(and|or|not|And|Or|Not)(?=\s|$)/.exec(term.text);
  if (found?.[1] === undefined) return;
  findings.add(
    'trials-operator-case',
    term.range,
    `"${found[1]}" in lower case may be searched as a word. Write ${found[1].toUpperCase()} for the operator, or put the words in quotes.`,
  );
}

function checkTruncation(term: ExpressionTerm, findings: Findings): void {
  const { start, end } = term.range;
  if (!/[\p{L}\p{N}][*$?](?:\s|$)/u.test(term.text)) return;
  const isAsWritten = end - start === term.text.length + (term.quoted ? 2 : 0);
  const bare = term.text.replace(/(?<=[\p{L}\p{N}])[*$?](?=\s|$)/gu, '');
  findings.add(
    'trials-truncation',
    term.range,
    'ClinicalTrials.gov documents no truncation: it finds plurals, spellings and synonyms by itself. Write the words without the sign.',
    isAsWritten ? [fix('Remove the truncation', true, [start, end, term.quoted ? `"${bare}"` : bare])] : [],
  );
}

function checkStudyId(term: ExpressionTerm, findings: Findings): void {
  if (/^NCT\s?\d+$/i.test(term.text) && !/^NCT\d{8}$/i.test(term.text))
    findings.add('trials-id', term.range, `"${term.text}" is no NCT number: write NCT and eight digits.`);
}

function checkValue(term: ExpressionTerm, area: string, list: EnumerationName, findings: Findings): void {
  if (term.text === '' || isValueOf(list, term.text)) return;
  const values = valuesOf(list);
  findings.add(
    'trials-unknown-value',
    term.range,
    `${area} has no value "${term.text}". Its values: ${values.join(', ')}.`,
    near(term.text, values).map((value) =>
      fix(`Change to ${value}`, false, [term.range.start, term.range.end, value]),
    ),
  );
}

/** Values that share their first letters with what was written. */
function near(text: string, values: readonly string[]): readonly string[] {
  const start = text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 4);
  return start.length < 3
    ? []
    : values.filter((value) => value.toLowerCase().replace(/_/g, '').includes(start)).slice(0, 3);
}
