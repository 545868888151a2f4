import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { printTerm, splitHeading } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Block, Leaf } from './blocks.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { placesAbove, placesAboveAll } from './headingIndex.ts';
import { removalOf } from './operandEdits.ts';
import { findHeading } from './vocabulary.ts';

/** Headings that an exploded heading of the same OR group finds already. */
export const redundantHeadingRules = {
  rules: [
    {
      id: 'redundant-heading',
      level: 'information',
      category: 'headings',
      press: PRESS.headings,
      reason: 'An exploded heading finds its narrower headings, so ORing one of them beside it adds nothing.',
    },
  ],
  checkQuery({ query, blocks, headings }: QueryFacts, report: Report, { thesaurus }: LintContext): void {
    if (thesaurus === undefined || headings.length < 2) return;
    for (const block of blocks) if (block.leaves.length > 1) checkBlock(query, block, thesaurus, report);
  },
} satisfies RuleFamily;

interface Entry {
  readonly leaf: Leaf;
  readonly order: number;
  readonly descriptor: Descriptor;
  /** Code of the subheading, or empty. */
  readonly subheading: string;
  readonly isMajor: boolean;
  readonly explodes: boolean;
}

function checkBlock(query: ParsedQuery, block: Block, thesaurus: Thesaurus, report: Report): void {
  const entries: Entry[] = [];
  block.leaves.forEach((leaf, order) => {
    const { tag, text } = leaf.term;
    if ((tag?.field !== 'mh' && tag?.field !== 'majr') || text.includes('*')) return;
    const { heading, subheading } = splitHeading(text);
    const descriptor = findHeading(thesaurus, heading);
    if (descriptor === undefined) return;
    entries.push({
      leaf,
      order,
      descriptor,
      subheading: subheading?.code ?? '',
      isMajor: tag.field === 'majr',
      explodes: !tag.noExplode,
    });
  });
  if (entries.length < 2 || !mayCover(entries)) return;
  const covers = new Map<string, Entry>();
  for (const entry of entries) {
    for (const key of ownKeys(entry)) if (!covers.has(key)) covers.set(key, entry);
  }
  for (const entry of entries) {
    const cover = coverOf(entry, covers, thesaurus);
    if (cover === undefined) continue;
    const [name, other] = [entry, cover].map(({ leaf }) => printTerm(leaf.term).slice(0, 100));
    const edits = removalOf(query, entry.leaf, cover.order > entry.order);
    const why =
      cover.descriptor === entry.descriptor
        ? ''
        : `, for "${entry.descriptor.name}" is one of its narrower headings`;
    report(
      'redundant-heading',
      entry.leaf.term.range,
      `${other ?? ''} in the same OR group finds everything that ${name ?? ''} finds${why}. ${isSame(cover, entry) ? 'Both are the same: remove one of them' : 'Remove the narrower one'}.`,
      edits === undefined ? [] : [fix(`Remove ${name ?? ''}`, true, ...edits)],
    );
  }
}

/** Whether a heading is there twice or below another one, whatever its field and subheading: in most groups none is. */
function mayCover(entries: readonly Entry[]): boolean {
  const uis = new Set<string>();
  const places = new Set<string>();
  for (const { descriptor } of entries) {
    if (uis.has(descriptor.ui)) return true;
    uis.add(descriptor.ui);
    for (const number of descriptor.treeNumbers) places.add(number);
  }
  return entries.some(({ descriptor }) => placesAboveAll(descriptor).some((place) => places.has(place)));
}

/** What the entry can be found by as the wider of two: its tree places when it explodes, and itself. */
function ownKeys({ descriptor, subheading, isMajor, explodes }: Entry): readonly string[] {
  const kind = `${isMajor ? 'majr' : 'mh'} ${subheading}`;
  return [
    `${kind} ${descriptor.ui}${explodes ? '' : ' only'}`,
    ...(explodes ? descriptor.treeNumbers.map((number) => `${kind} ${number}`) : []),
  ];
}

/**
 * A term that finds all that `entry` finds: the heading or one above it, exploded; any field or the same; without a subheading or with
 * the same.
 */
function coverOf(entry: Entry, covers: ReadonlyMap<string, Entry>, thesaurus: Thesaurus): Entry | undefined {
  const { descriptor, explodes } = entry;
  const kinds = (entry.isMajor ? ['mh', 'majr'] : ['mh']).flatMap((field) =>
    [...new Set(['', entry.subheading])].map((subheading) => `${field} ${subheading}`),
  );
  const places = placesAboveAll(descriptor);
  for (const kind of kinds) {
    for (const place of places) {
      const found = covers.get(`${kind} ${place}`);
      if (found !== undefined && isOther(found, entry) && coversNarrower(found, entry, thesaurus))
        return found;
    }
    const same = covers.get(`${kind} ${descriptor.ui}`);
    if (same !== undefined && isOther(same, entry)) return same;
    // Without the narrower ones a heading finds itself only, and its subheading only as it stands.
    const only = explodes ? undefined : covers.get(`${kind} ${descriptor.ui} only`);
    if (only !== undefined && isOther(only, entry)) return only;
  }
  return undefined;
}

/**
 * Whether everything below `entry` is below `found`, too. A heading stands in several trees, and what is below it in one of them need not
 * be below it in the others.
 */
function coversNarrower(found: Entry, entry: Entry, thesaurus: Thesaurus): boolean {
  if (!entry.explodes) return true;
  const places = new Set(found.descriptor.treeNumbers);
  return thesaurus
    .explode(entry.descriptor)
    .every((one) => one.treeNumbers.some((number) => placesAbove(number).some((place) => places.has(place))));
}

/** Of two terms that mean the same the first stays; the same text twice is a duplicate, of which another rule speaks. */
function isOther(found: Entry, entry: Entry): boolean {
  if (found === entry) return false;
  if (printTerm(found.leaf.term).toLowerCase() === printTerm(entry.leaf.term).toLowerCase()) return false;
  return !isSame(found, entry) || found.order < entry.order;
}

/** Whether two entries are one heading written in two ways. */
function isSame(one: Entry, other: Entry): boolean {
  return (
    one.descriptor === other.descriptor &&
    one.isMajor === other.isMajor &&
    one.explodes === other.explodes &&
    one.subheading === other.subheading
  );
}
