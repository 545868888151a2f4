import type { Thesaurus } from '../mesh/index.ts';
import { findField, isPseudoTerm, splitHeading } from '../pubmed/index.ts';
import type { RangeNode, TermNode } from '../pubmed/index.ts';
import { describeHeading } from './hoverHeading.ts';
import { describeTag } from './hoverTag.ts';
import { describeTranslation } from './hoverTranslation.ts';
import { describeValue } from './hoverValue.ts';
import type { MeasurementView } from './measurementView.ts';
import { plain, shorten } from './wording.ts';

/** Fields whose terms are headings of the thesaurus. */
const HEADING_FIELDS = new Set(['mh', 'majr']);

/** Characters of a term that are shown; pasted prose is one term of any length. */
const LONGEST_TERM = 300;

/** What a term's hover draws on besides the term. */
export interface TermContext {
  readonly thesaurus: Thesaurus | undefined;
  /** Whether a thesaurus is to come. */
  readonly loading: boolean;
  readonly measured?: MeasurementView;
  /** The number of the line that it stands in. */
  readonly line?: MeasurementView;
}

/** What PubMed makes of a term or range, and its heading where it is one; Markdown paragraphs. */
export function describeTerm(node: TermNode | RangeNode, context: TermContext): string[] {
  if (node.kind === 'range') {
    const field = node.tag?.field === undefined ? undefined : findField(node.tag.field);
    return [
      `From **${plain(shorten(node.from, LONGEST_TERM))}** to **${plain(shorten(node.to, LONGEST_TERM))}**, both included${field ? `, in ${plain(field.name)}` : ''}.`,
      ...(node.tag ? [describeTag(node.tag)] : []),
      ...describeTranslation(node, context),
    ];
  }
  const card = isHeading(node) && context.thesaurus ? heading(node, context.thesaurus) : [];
  return [
    `**${plain(shorten(node.text, LONGEST_TERM))}**`,
    node.tag ? describeTag(node.tag) : untagged(node),
    ...describeValue(node, context.thesaurus),
    ...describeTranslation(node, { ...context, headingTold: card.length > 0 }),
    ...card,
  ];
}

function untagged(node: TermNode): string {
  if (isPseudoTerm(node)) return '';
  return node.quoted || node.text.includes('*')
    ? 'No field tag: searched in all fields.'
    : 'No field tag: PubMed maps the words (automatic term mapping) and searches all fields.';
}

function isHeading(node: TermNode): boolean {
  return HEADING_FIELDS.has(node.tag?.field ?? '') && !node.text.includes('*');
}

function heading(node: TermNode, thesaurus: Thesaurus): string[] {
  const { heading: name, subheading } = splitHeading(node.text);
  const descriptor = thesaurus.byTerm(name);
  if (!descriptor) {
    const similar = thesaurus.similar(name, 3).map((one) => plain(one.name));
    return similar.length > 0 ? [`Similar headings: ${similar.join(', ')}.`] : [];
  }
  const parts = [describeHeading(descriptor, name, thesaurus, node.tag?.noExplode ?? false)];
  if (subheading) parts.push(`With the subheading **${plain(subheading.name)}** (${subheading.code}).`);
  return parts;
}
