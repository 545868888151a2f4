import { readSubject } from '../../mapping/index.ts';
import type { Subject } from '../../mapping/index.ts';
import { nodesOf, printTag, stopwords } from '../../pubmed/index.ts';
import type { TermNode } from '../../pubmed/index.ts';
import { fix } from '../../text/index.ts';
import type { Fix } from '../../text/index.ts';
import { factsOf } from '../facts.ts';
import { removalOf } from '../operandEdits.ts';
import { translationOf } from './answers.ts';
import type { AnsweredLine, LiveAnswer } from './answers.ts';
import type { Answers } from './findings.ts';
import type { Place } from './places.ts';
import type { LiveRule } from './rules.ts';

/** Codes of warnings that have a rule of their own. All others are shown where the number is, and are no problem of the text. */
const RULES: Readonly<Record<string, LiveRule>> = {
  'phrase-not-found': 'phrase-not-found',
  'field-not-found': 'field-not-found',
  ignored: 'term-ignored',
};
/** Fields whose values are headings and the like, which PubMed has or has not. */
const VOCABULARIES: Readonly<Record<string, string>> = {
  mh: 'MeSH heading',
  majr: 'MeSH heading',
  sh: 'MeSH subheading',
  pt: 'publication type',
  pa: 'pharmacological action',
  nm: 'supplementary concept',
  la: 'language',
  ta: 'journal',
  au: 'author',
  filter: 'filter',
};
/** Where words can be asked to stand side by side: fields that allow proximity. */
const PROXIMITY: Readonly<Record<string, string>> = { ti: 'ti', tiab: 'tiab', ad: 'ad', all: 'tiab' };

/** What PubMed warns of by itself: phrases and fields that it does not know, and what it ignores. */
export function checkWarnings(answers: Answers): void {
  for (const line of answers.lines) {
    for (const { code, subject = '' } of line.measurement.warnings) {
      const rule = Object.hasOwn(RULES, code) ? RULES[code] : undefined;
      if (rule === undefined || subject.trim() === '') continue;
      if (rule === 'field-not-found') tellField(answers, line, subject);
      else tellTerm(answers, line, rule, readSubject(subject));
    }
  }
}

function tellTerm(answers: Answers, line: AnsweredLine, rule: LiveRule, subject: Subject): void {
  const places = answers.places.find(line.label, subject);
  if (places.length === 0) {
    tellSomewhere(answers, line, rule, `${rule}: ${subject.words}`, subject.text);
    return;
  }
  for (const place of places) {
    if (rule === 'phrase-not-found') {
      const near = sideBySide(place, subject);
      const message = notFound(place, subject, line.measurement, near !== undefined);
      answers.report(rule, place.range, message, fixesOfUnknown(place, near));
    }
    // A stop word within an untagged term is left out by the rules that everybody knows: no news.
    else if (!place.isPiece || !stopwords.has(subject.words))
      answers.report(rule, place.range, ignored(subject), removals(place));
  }
}

/** Of what stands nowhere in so many words, the line is told; where it refers to one that says the same, that one. */
function tellSomewhere(
  answers: Answers,
  { label }: AnsweredLine,
  rule: LiveRule,
  key: string,
  text: string,
): void {
  const isToldBelow = answers.places.reachedFrom(label).some((line) => {
    const other = line.label === label ? undefined : answers.byLabel.get(line.label);
    return other?.measurement.warnings.some(
      ({ code, subject = '' }) => RULES[code] === rule && `${rule}: ${readSubject(subject).words}` === key,
    );
  });
  const line = answers.document.line(label);
  if (isToldBelow || line === undefined) return;
  const what = rule === 'phrase-not-found' ? 'does not know' : 'ignored';
  answers.report(
    rule,
    line.queryRange,
    `PubMed ${what} “${text}” in this line. Look for it in what PubMed made of the line, which a hover shows.`,
  );
}

function notFound(
  { term, isPiece }: Place,
  { text, words }: Subject,
  answer: LiveAnswer,
  canBeNear: boolean,
): string {
  const field = term.tag?.field ?? 'all';
  const tag = term.tag === undefined ? '' : ` in ${printTag(term.tag)}`;
  const vocabulary = VOCABULARIES[field];
  if (vocabulary !== undefined) {
    const outcome = !isPiece
      ? 'The term finds nothing. Check its name.'
      : isHeading(field)
        ? 'The words of the heading were searched apart; put all of it in quotes.'
        : 'The words of the name were searched apart. Check it.';
    return `PubMed knows no ${vocabulary} “${text}”. ${outcome}`;
  }
  if (!words.includes(' '))
    return `PubMed does not know “${text}”${tag}, and found nothing by it. Check its spelling.`;
  const look = translationOf(answer);
  const isWhole = look.get(words)?.some((one) => one.field === field) === true;
  const areApart = words.split(' ').every((word) => look.has(word));
  const outcome = isWhole
    ? 'It finds nothing'
    : areApart
      ? 'Its words were searched one by one, wherever they stand'
      : 'It finds nothing, or its words are searched one by one';
  return `PubMed's index of phrases does not have “${text}”${tag}. ${outcome}. ${canBeNear ? 'Check its spelling, or ask for its words side by side.' : 'Check its spelling.'}`;
}

const isHeading = (field: string | undefined): boolean => field === 'mh' || field === 'majr';

/** The words of a phrase asked for side by side; undefined where PubMed cannot look for them so. */
function sideBySide({ term, isPiece }: Place, { words }: Subject): string | undefined {
  const field = term.tag === undefined ? 'all' : term.tag.field;
  const near = field === undefined ? undefined : PROXIMITY[field];
  const isPhrase = words.includes(' ') && !term.text.includes('*') && term.tag?.proximity === undefined;
  if (isPiece || near === undefined || !isPhrase) return undefined;
  return `"${term.text.replace(/\s+/g, ' ').trim()}"[${near}:~0]`;
}

function fixesOfUnknown({ term, isPiece }: Place, near: string | undefined): Fix[] {
  const { range, textRange, text, tag } = term;
  if (isPiece)
    return isHeading(tag?.field)
      ? [fix('Put the heading in quotes', true, [textRange.start, textRange.end, `"${text.trim()}"`])]
      : [];
  return near === undefined
    ? []
    : [fix(`Search the words side by side, in any order: ${near}`, false, [range.start, range.end, near])];
}

const ignored = ({ text, words }: Subject): string =>
  stopwords.has(words)
    ? `PubMed ignored “${text}”, which is one of its stop words. Remove it, or make it part of a phrase in quotes.`
    : `PubMed ignored “${text}”. Remove it, or write it in another way.`;

function removals({ line, term, isPiece }: Place): Fix[] {
  const leaf = isPiece ? undefined : factsOf(line.query).leaves.find((one) => one.term === term);
  const edits = leaf && removalOf(line.query, leaf, false);
  return edits === undefined ? [] : [fix(`Remove ${term.text.slice(0, 60)}`, false, ...edits)];
}

/** A field is named by the text of its tag, with or without brackets. */
function tellField(answers: Answers, line: AnsweredLine, subject: string): void {
  const name = normalised(subject.replace(/^.*\[|\]\s*$/gs, ''));
  const tagged = answers.places
    .reachedFrom(line.label)
    .flatMap(({ query }) => nodesOf(query.root))
    .filter(
      (node): node is TermNode =>
        node.kind === 'term' && node.tag !== undefined && isNamed(node.tag.text, name),
    );
  for (const { tag } of tagged)
    if (tag !== undefined)
      answers.report(
        'field-not-found',
        tag.range,
        `PubMed has no field [${tag.text}] and searched the term in all fields. Use a field that it has.`,
        tag.field === 'tiab'
          ? []
          : [fix('Change to [tiab]', false, [tag.range.start, tag.range.end, '[tiab]'])],
      );
  if (tagged.length > 0) return;
  const own = answers.document.line(line.label);
  if (own !== undefined)
    answers.report(
      'field-not-found',
      own.queryRange,
      `PubMed has no field “${subject}”. Look for its tag in this line.`,
    );
}

const normalised = (tag: string): string => tag.toLowerCase().replace(/\s+/g, '');

/** Whether the text of a tag is `name`, with or without a modifier. */
function isNamed(text: string, name: string): boolean {
  const tag = normalised(text);
  return tag === name || tag.split(':')[0] === name;
}
