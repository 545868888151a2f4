import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { hasShortStem, moveProblem, splitHeading } from '../pubmed/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { fix, TextMemory } from '../text/index.ts';
import type { Fix, Problem } from '../text/index.ts';
import { blocksIn } from './blocks.ts';
import type { Block, Leaf } from './blocks.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { HeadingIndex } from './headingIndex.ts';
import { lineGroupsOf } from './lineGroups.ts';
import { naturalName, TextWordIndex } from './meshText.ts';
import { additionTo } from './operandEdits.ts';
import { textWordsOf } from './textWords.ts';
import { findHeading, isCheckTag } from './vocabulary.ts';

/** A heading with more narrower ones than this is too wide to be what a text word means: Therapeutics, Proteins. */
const MAXIMUM_NARROWER = 300;
/** Headings that one OR group is told to add; a longer list is no advice. */
const MAXIMUM_ADDED = 3;

/** Concepts of which an OR group has the heading without a text word, or the text word without the heading. */
export const conceptRules = {
  rules: [
    {
      id: 'missing-text-word',
      level: 'hint',
      category: 'concepts',
      press: PRESS.headings,
      reason:
        'Records that are not indexed yet, or never will be, have no headings; only text words find them.',
    },
    {
      id: 'missing-heading',
      level: 'hint',
      category: 'concepts',
      press: PRESS.headings,
      reason: 'The heading finds records whose authors call the concept by another name.',
    },
  ],
  checkStrategy(document: StrategyDocument, report: Report, { thesaurus }: LintContext): void {
    if (thesaurus === undefined) return;
    const groups = new Map<string, Profile>();
    for (const { lines } of lineGroupsOf(document).loose) {
      const profile = new Profile(lines.map(({ line }) => line.query));
      for (const { line } of lines) groups.set(line.label, profile);
    }
    for (const { label, query } of document.lines) {
      const group = groups.get(label);
      for (const { problem, descriptor, isWhole } of findingsIn(query, thesaurus)) {
        if (isWhole && group?.settles(problem.rule, descriptor, thesaurus) === true) continue;
        const { rule, range, message, fixes } = moveProblem(problem, query.offset);
        report(rule, range, message, fixes);
      }
    }
  },
} satisfies RuleFamily;

/** What a line says by itself; its ranges count from the start of its query. */
interface Finding {
  readonly problem: Problem;
  readonly descriptor: Descriptor;
  /** The whole line is one OR group, so that other lines may say what it lacks. */
  readonly isWhole: boolean;
}

const remembered = new TextMemory<readonly Finding[]>(1_000_000);
let rememberedWith: Thesaurus | undefined;

function findingsIn(query: ParsedQuery, thesaurus: Thesaurus): readonly Finding[] {
  if (rememberedWith !== thesaurus) {
    rememberedWith = thesaurus;
    remembered.clear();
  }
  let findings = remembered.get(query.text);
  if (findings === undefined) {
    const found: Finding[] = [];
    for (const block of blocksIn(query))
      if (!block.isExcluded && !block.hasOthers && (block.isWhole || block.references.length === 0))
        checkBlock(query, block, thesaurus, found);
    remembered.set(query.text, (findings = found));
  }
  return findings;
}

function isHeading({ tag, text }: TermNode): boolean {
  return (tag?.field === 'mh' || tag?.field === 'majr') && !text.includes('*');
}

function checkBlock(query: ParsedQuery, block: Block, thesaurus: Thesaurus, found: Finding[]): void {
  const headings = block.leaves.filter(({ term }) => isHeading(term));
  const texts = block.leaves.filter(({ term }) => textWordsOf(term) !== undefined);
  const add = (
    descriptor: Descriptor,
    rule: string,
    { term }: Leaf,
    message: string,
    fixes: readonly Fix[],
  ): void => {
    const problem: Problem = { rule, severity: 'hint', message, range: term.range, fixes };
    found.push({ problem: moveProblem(problem, -query.offset), descriptor, isWhole: block.isWhole });
  };
  const words = new TextWordIndex();
  for (const { term } of texts) words.add(textWordsOf(term)?.words ?? []);
  const told = new Set<Descriptor>();
  for (const leaf of headings) {
    const descriptor = findHeading(thesaurus, splitHeading(leaf.term.text).heading);
    if (descriptor === undefined || told.has(descriptor) || isCheckTag(descriptor)) continue;
    told.add(descriptor);
    if (words.expresses(descriptor)) continue;
    const text = `"${naturalName(descriptor)}"[tiab]`;
    const edits = additionTo(query, leaf, text);
    add(
      descriptor,
      'missing-text-word',
      leaf,
      `No text word of this OR group stands for the heading "${descriptor.name}", so records without headings are missed. Add ${text} and its synonyms.`,
      edits === undefined ? [] : [fix(`Add ${text}`, true, ...edits)],
    );
  }
  const present = new HeadingIndex();
  for (const { term } of headings) present.add(term.text, thesaurus);
  const asked = new Set<Descriptor>();
  for (const leaf of texts) {
    const descriptor = namedBy(leaf.term, thesaurus);
    if (descriptor === undefined || asked.has(descriptor) || asked.size >= MAXIMUM_ADDED) continue;
    if (present.covers(descriptor)) continue;
    asked.add(descriptor);
    const text = `"${descriptor.name}"[mh]`;
    const edits = additionTo(query, leaf, text);
    add(
      descriptor,
      'missing-heading',
      leaf,
      `MeSH has the heading "${descriptor.name}" for this, and this OR group has neither it nor a broader or narrower one. Add ${text}.`,
      edits === undefined ? [] : [fix(`Add ${text}`, true, ...edits)],
    );
  }
}

/** The heading that a text word names; undefined when PubMed maps the term itself, or when the heading is too general. */
function namedBy(term: TermNode, thesaurus: Thesaurus): Descriptor | undefined {
  const text = textWordsOf(term);
  if (text === undefined || !text.literal || text.proximity !== undefined || hasShortStem(term.text))
    return undefined;
  const written = term.text.replace(/\*$/, '');
  // A short stem is the beginning of many words, a short word the abbreviation of many names.
  if (written.includes('*') || written.length < (text.truncated ? 5 : 4)) return undefined;
  const descriptor = thesaurus.byTerm(written);
  if (descriptor === undefined || isCheckTag(descriptor) || descriptor.treeNumbers.length === 0)
    return undefined;
  // A single word that is a mere entry term names too much: strains, offenders, the heart of another concept.
  if (text.words.length === 1 && !isNamed(descriptor, text.words[0] ?? '')) return undefined;
  return thesaurus.explode(descriptor).length > MAXIMUM_NARROWER ? undefined : descriptor;
}

/** Whether the word is the name of the heading, singular and plural being the same. */
function isNamed({ name }: Descriptor, word: string): boolean {
  const stem = word.replace(/\*$/, '').replace(/s$/, '');
  return name.toLowerCase().replace(/s$/, '') === stem;
}

/** Text words and headings of lines that are ORed, read only when a line lacks something. */
class Profile {
  readonly #queries: readonly ParsedQuery[];
  #words: TextWordIndex | undefined;
  #headings: HeadingIndex | undefined;

  constructor(queries: readonly ParsedQuery[]) {
    this.#queries = queries;
  }

  /** Whether another line of the group has what one of them lacks. */
  settles(rule: string, descriptor: Descriptor, thesaurus: Thesaurus): boolean {
    if (rule === 'missing-text-word') {
      if (this.#words === undefined) {
        this.#words = new TextWordIndex();
        for (const term of this.#terms()) {
          const text = textWordsOf(term);
          if (text !== undefined) this.#words.add(text.words);
        }
      }
      return this.#words.expresses(descriptor);
    }
    if (this.#headings === undefined) {
      this.#headings = new HeadingIndex();
      for (const term of this.#terms()) if (isHeading(term)) this.#headings.add(term.text, thesaurus);
    }
    return this.#headings.covers(descriptor);
  }

  *#terms(): Generator<TermNode> {
    for (const query of this.#queries)
      for (const block of blocksIn(query)) if (block.isWhole) for (const { term } of block.leaves) yield term;
  }
}
