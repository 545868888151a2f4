import { isPublicationType } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { printTag, splitHeading } from '../pubmed/index.ts';
import type { Tag, TermNode } from '../pubmed/index.ts';
import { fix, formatCount } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { replaceHeading } from './headings.ts';
import { findHeading, isCheckTag, narrowerCount } from './vocabulary.ts';

/** Narrower headings from which on an explosion is told: one heading in two hundred of MeSH 2024 has as many. */
const LARGE_EXPLOSION = 130;

/** Headings that exist and are searched otherwise than their reader may think. */
export const headingUseRules = {
  rules: [
    {
      id: 'major-topic',
      level: 'information',
      category: 'headings',
      press: PRESS.headings,
      reason:
        'Only the main points of an article are major topics; a search for everything relevant loses records by it.',
    },
    {
      id: 'large-explosion',
      level: 'information',
      category: 'headings',
      press: PRESS.headings,
      reason: 'A heading brings all narrower ones with it; with very many of them some are seldom meant.',
    },
    {
      id: 'narrower-left-out',
      level: 'off',
      category: 'headings',
      press: PRESS.headings,
      reason: 'With :noexp the records that are indexed with a narrower heading only are not found.',
    },
    {
      id: 'needless-noexp',
      level: 'hint',
      category: 'headings',
      press: PRESS.headings,
      reason:
        'A heading without narrower ones is the same with and without :noexp; the tag suggests otherwise.',
    },
    {
      id: 'future-heading',
      level: 'information',
      category: 'headings',
      press: PRESS.headings,
      reason: 'A heading that came after the day of the search was not there to be searched.',
    },
    {
      id: 'publication-type-as-heading',
      level: 'warning',
      category: 'headings',
      press: PRESS.headings,
      reason:
        'What kind of article a record is stands in the publication type [pt]; headings say what it is about.',
    },
    {
      id: 'unquoted-comma',
      level: 'hint',
      category: 'headings',
      press: PRESS.headings,
      reason:
        'NLM writes headings with commas without quotes itself, but some programs read only what stands behind the comma.',
    },
  ],
  checkQuery,
} satisfies RuleFamily;

function checkQuery({ headings }: QueryFacts, report: Report, context: LintContext): void {
  const { thesaurus } = context;
  for (const { term: node } of headings) {
    if (node.tag === undefined) continue;
    if (node.tag.field === 'majr') tellMajor(node, node.tag, report);
    if (thesaurus === undefined || node.text.includes('*')) continue;
    const { heading, subheading } = splitHeading(node.text);
    const descriptor = findHeading(thesaurus, heading);
    if (descriptor === undefined) continue;
    if (!node.quoted && /,/.test(heading)) tellUnquoted(node, heading, report);
    if (isPublicationType(descriptor)) tellType(node, descriptor, thesaurus, report);
    else checkExplosion(node, node.tag, descriptor, subheading !== undefined, thesaurus, report);
    checkAge(node, descriptor, context, report);
  }
}

function tellMajor(term: TermNode, tag: Tag, report: Report): void {
  const inner = tag.text.indexOf(':') < 0 ? '[mh]' : printTag({ ...tag, field: 'mh' });
  report(
    'major-topic',
    tag.range,
    `[${tag.text}] finds only records of which "${term.text.slice(0, 100)}" is a main point. Use [mh] unless you mean to narrow the search.`,
    [fix(`Change to ${inner}`, false, [tag.range.start, tag.range.end, inner])],
  );
}

/** `Diabetic Retinopathy, Proliferative[Mesh]`: third-party clients saw only the last fragment searched. */
function tellUnquoted({ textRange: { start, end } }: TermNode, heading: string, report: Report): void {
  report(
    'unquoted-comma',
    { start, end },
    `The heading "${heading}" has a comma and no quotes; not every program reads it as one. Put it in quotes.`,
    [fix('Put the heading in quotes', true, [start, start, '"'], [end, end, '"'])],
  );
}

function tellType(term: TermNode, descriptor: Descriptor, thesaurus: Thesaurus, report: Report): void {
  if (term.tag === undefined) return;
  const topic = ['s as Topic', ' as Topic', 's']
    .map((end) => thesaurus.byName(descriptor.name + end))
    .find((found) => found !== undefined);
  const name = descriptor.name;
  const { start, end } = term.tag.range;
  const alternative = topic === undefined ? '' : ` For articles about such articles use "${topic.name}"[mh].`;
  const type = term.tag.noExplode ? '[pt:noexp]' : '[pt]';
  report(
    'publication-type-as-heading',
    term.range,
    `"${name}" is a publication type, not a subject. For articles of this type use "${name}"[pt].${alternative}`,
    [
      fix(`Change to ${type}`, false, [start, end, type]),
      ...(topic === undefined ? [] : [replaceHeading(term, topic.name, false)]),
    ],
  );
}

function checkExplosion(
  term: TermNode,
  tag: Tag,
  descriptor: Descriptor,
  hasSubheading: boolean,
  thesaurus: Thesaurus,
  report: Report,
): void {
  const narrower = narrowerCount(thesaurus, descriptor);
  if (tag.noExplode) {
    const colon = tag.text.indexOf(':');
    const { start, end } = tag.range;
    // The tag without its modifier, as it is written.
    const edits = [start, end, `[${tag.text.slice(0, colon).trim()}]`] as const;
    // Behind a subheading :noexp stops the explosion of the subheading, too.
    if (narrower === 0 && !hasSubheading && colon > 0 && !isCheckTag(descriptor))
      report(
        'needless-noexp',
        { start, end },
        `"${descriptor.name}" has no narrower headings, so :noexp changes nothing. Leave it out.`,
        [fix('Remove :noexp', true, edits)],
      );
    else if (narrower > 0)
      report(
        'narrower-left-out',
        { start, end },
        `With :noexp ${formatCount(narrower)} narrower ${narrower === 1 ? 'heading' : 'headings'} of "${descriptor.name}" are not searched. Leave :noexp out if you want them.`,
        colon > 0 ? [fix('Remove :noexp', false, edits)] : [],
      );
  } else if (narrower >= LARGE_EXPLOSION && !isCheckTag(descriptor))
    report(
      'large-explosion',
      term.range,
      `"${descriptor.name}" brings ${formatCount(narrower)} narrower headings with it. Choose the narrower ones that you mean, or write :noexp, if not all of them belong to your question.`,
    );
}

function checkAge(term: TermNode, descriptor: Descriptor, { searchDate }: LintContext, report: Report): void {
  const { introduced, name } = descriptor;
  if (introduced === undefined || searchDate === undefined || introduced <= searchDate) return;
  report(
    'future-heading',
    term.range,
    `The heading "${name}" came on ${introduced}, after the search date ${searchDate} of this strategy. Check the date, or the heading that was used before.`,
  );
}
