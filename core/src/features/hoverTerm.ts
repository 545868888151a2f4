import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { findField, hasShortStem, MINIMUM_STEM, splitHeading } from '../pubmed/index.ts';
import type { RangeNode, Tag, TermNode } from '../pubmed/index.ts';
import { code, formatCount, plain } from './wording.ts';

/** Fields whose terms are headings of the thesaurus. */
const HEADING_FIELDS = new Set(['mh', 'majr']);

/** What a tag means, as Markdown. */
export function describeTag(tag: Tag): string {
  const field = tag.field === undefined ? undefined : findField(tag.field);
  if (!field) return `${code(`[${tag.text}]`)} — PubMed has no such field.`;
  const details = [`**${plain(field.name)}** ${code(`[${field.tag}]`)} — ${plain(field.description)}`];
  if (tag.noExplode) details.push('`:noexp`: this heading only, without the narrower ones.');
  if (tag.proximity !== undefined)
    details.push(
      `${code(`:~${tag.proximity}`)}: at most ${tag.proximity} other words between, in any order.`,
    );
  return details.join('  \n');
}

/** How PubMed looks a term or range up, and its heading where it is one; Markdown paragraphs. */
export function describeTerm(
  node: TermNode | RangeNode,
  thesaurus: Thesaurus | undefined,
  thesaurusLoading = false,
): string[] {
  if (node.kind === 'range') {
    const field = node.tag?.field === undefined ? undefined : findField(node.tag.field);
    return [
      `From **${plain(node.from)}** to **${plain(node.to)}**, both included${field ? `, in ${plain(field.name)}` : ''}.`,
      ...(node.tag ? [describeTag(node.tag)] : []),
    ];
  }
  const headingIsTold = isHeading(node) && thesaurus?.byTerm(splitHeading(node.text).heading) !== undefined;
  const notes = lookUp(node, headingIsTold);
  return [
    `**${plain(node.text)}**`,
    node.tag ? describeTag(node.tag) : '',
    notes.map((note) => `- ${note}`).join('\n'),
    ...(isHeading(node) ? heading(node, thesaurus, thesaurusLoading) : []),
  ].filter((part) => part !== '');
}

function lookUp({ text, quoted, tag }: TermNode, headingIsTold: boolean): string[] {
  const notes: string[] = [];
  const truncated = text.includes('*');
  const words = text.trim().split(/\s+/).length;
  if (!tag || tag.field === 'all') {
    notes.push(
      quoted || truncated
        ? `Searched in all fields; the ${quoted ? 'quotes switch' : 'star switches'} automatic term mapping off.`
        : 'No field tag: PubMed maps the words to MeSH, journals and authors (automatic term mapping) and searches all fields.',
    );
  }
  // Headings are looked up whole, with quotes or without.
  if (quoted && words > 1 && tag?.proximity === undefined && !HEADING_FIELDS.has(tag?.field ?? ''))
    notes.push('A phrase: the words in this order, if PubMed has the phrase in its index.');
  if (truncated)
    notes.push(
      hasShortStem(text)
        ? `Fewer than ${MINIMUM_STEM} characters stand before the star: PubMed ignores it, silently.`
        : 'Truncated: the star stands for any letters.',
    );
  const field = tag?.field === undefined ? undefined : findField(tag.field);
  // Where the heading is told, so is how many narrower ones it has.
  if (field?.explodes && tag && !tag.noExplode && !headingIsTold)
    notes.push(truncated ? 'The star switches explosion off.' : 'Exploded: includes everything narrower.');
  return notes;
}

function isHeading(node: TermNode): boolean {
  return HEADING_FIELDS.has(node.tag?.field ?? '') && !node.text.includes('*');
}

function heading(node: TermNode, thesaurus: Thesaurus | undefined, loading: boolean): string[] {
  if (!thesaurus) return loading ? ['*MeSH is being loaded…*'] : [];
  const { heading: name, subheading } = splitHeading(node.text);
  const descriptor = thesaurus.byTerm(name);
  if (!descriptor) {
    const similar = thesaurus.similar(name, 3).map((one) => plain(one.name));
    const hint = similar.length > 0 ? ` Similar headings: ${similar.join(', ')}.` : '';
    return [
      `⚠ No MeSH heading of this name${thesaurus.version ? ` in MeSH ${plain(thesaurus.version)}` : ''}.${hint}`,
    ];
  }
  const parts = [describeHeading(descriptor, name, thesaurus, node.tag?.noExplode ?? false)];
  if (subheading) parts.push(`With the subheading **${plain(subheading.name)}** (${subheading.code}).`);
  return parts;
}

function describeHeading(
  descriptor: Descriptor,
  written: string,
  thesaurus: Thesaurus,
  only: boolean,
): string {
  const isEntryTerm = descriptor.name.toLowerCase() !== written.trim().replace(/\s+/g, ' ').toLowerCase();
  const link = `[${plain(descriptor.name)}](https://meshb.nlm.nih.gov/record/ui?ui=${encodeURIComponent(descriptor.ui)})`;
  const narrower = thesaurus.explode(descriptor).length - 1;
  const scope =
    narrower === 0
      ? 'no narrower headings'
      : `${formatCount(narrower)} narrower ${narrower === 1 ? 'heading' : 'headings'}${only ? ', left out by :noexp' : ''}`;
  const lines = [
    isEntryTerm
      ? `An entry term of the MeSH heading ${link}, which PubMed searches.`
      : `MeSH heading ${link}`,
    `${scope}; tree ${descriptor.treeNumbers.map((number) => code(number)).join(', ') || 'none'}`,
  ];
  const { entryTerms } = descriptor;
  if (entryTerms.length > 0) {
    const more = entryTerms.length > 10 ? ` and ${entryTerms.length - 10} more` : '';
    lines.push(`Entry terms: ${entryTerms.slice(0, 10).map(plain).join('; ')}${more}`);
  }
  return lines.join('  \n');
}
