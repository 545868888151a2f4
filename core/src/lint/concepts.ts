import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { moveProblem, splitHeading } from '../pubmed/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { fix } from '../text/index.ts';
import type { Fix, Problem } from '../text/index.ts';
import { isLiteral } from './blocks.ts';
import type { Block, Leaf } from './blocks.ts';
import { blocksIn } from './facts.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { HeadingIndex } from './headingIndex.ts';
import { looseLineGroups } from './lineGroups.ts';
import { notesIn } from './memory.ts';
import { comparableForms, naturalName, TextWordIndex } from './meshText.ts';
import { additionTo } from './operandEdits.ts';
import { forgetOredLines, oredLines } from './oredLines.ts';
import type { Content, Finding, OredLines } from './oredLines.ts';
import { Has } from './has.ts';
import { findHeading, isCheckTag, narrowerCount } from './vocabulary.ts';

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
    if (rememberedWith !== thesaurus) {
      rememberedWith = thesaurus;
      forgetOredLines();
    }
    const notes = notesIn(document);
    const contents = new Map<StrategyLine, Content>();
    let isClean = true;
    for (const [index, line] of document.lines.entries()) {
      const note = notes[index];
      const content = note?.content ?? read(line.query, thesaurus);
      if (note !== undefined) note.content = content;
      contents.set(line, content);
      if (content.findings.length > 0) isClean = false;
    }
    if (isClean) return;
    const groups = new Map<StrategyLine, OredLines>();
    for (const { lines } of looseLineGroups(document)) {
      if (lines.every(({ line }) => contents.get(line)?.findings.length === 0)) continue;
      const group = oredLines(lines, contents);
      for (const { line } of lines) groups.set(line, group);
    }
    for (const [line, { findings }] of contents) {
      for (const finding of findings) {
        if (finding.isWhole && groups.get(line)?.settles(finding) === true) continue;
        const { rule, range, message, fixes } = moveProblem(finding.problem, line.query.offset);
        report(rule, range, message, fixes);
      }
    }
  },
} satisfies RuleFamily;

let rememberedWith: Thesaurus | undefined;

function read(query: ParsedQuery, thesaurus: Thesaurus): Content {
  const findings: Finding[] = [];
  const words: (readonly string[])[] = [];
  const headings: Descriptor[] = [];
  for (const block of blocksIn(query)) {
    const { isExcluded, hasOthers, isWhole, references } = block;
    if (!isExcluded && !hasOthers && (isWhole || references.length === 0))
      checkBlock(query, block, thesaurus, findings);
    if (!isWhole) continue;
    for (const leaf of block.leaves) {
      const descriptor = headingOf(leaf.term, thesaurus);
      if (descriptor !== undefined) headings.push(descriptor);
      else words.push(...comparableForms(textsOf(leaf)));
    }
  }
  return { findings, words, headings };
}

/** The words of a term that is searched word by word; none of other terms. */
function textsOf({ field, words }: Leaf): readonly string[] {
  return field === undefined ? [] : words.map(({ text }) => text);
}

/** The heading that a heading term names; undefined for other terms and unknown headings. */
function headingOf({ tag, text }: TermNode, thesaurus: Thesaurus): Descriptor | undefined {
  if ((tag?.field !== 'mh' && tag?.field !== 'majr') || text.includes('*')) return undefined;
  return findHeading(thesaurus, splitHeading(text).heading);
}

function checkBlock(query: ParsedQuery, block: Block, thesaurus: Thesaurus, found: Finding[]): void {
  const texts = block.leaves.filter(({ field }) => field !== undefined);
  const add = (
    descriptor: Descriptor,
    rule: string,
    { term }: Leaf,
    message: string,
    fixes: readonly Fix[],
  ): void => {
    const problem: Problem = { rule, severity: 'hint', message, range: term.range, fixes };
    const lacks = rule === 'missing-heading' ? 'heading' : 'text word';
    found.push({ lacks, problem: moveProblem(problem, -query.offset), descriptor, isWhole: block.isWhole });
  };
  const words = new TextWordIndex();
  for (const leaf of texts) for (const form of comparableForms(textsOf(leaf))) words.add(form);
  const present = new HeadingIndex();
  const told = new Set<Descriptor>();
  for (const leaf of block.leaves) {
    const descriptor = headingOf(leaf.term, thesaurus);
    if (descriptor === undefined) continue;
    present.add(descriptor);
    // Words for the heading alone would find far more than the heading with its subheading does.
    if (told.has(descriptor) || isCheckTag(descriptor) || hasSubheading(leaf)) continue;
    told.add(descriptor);
    if (words.expresses(descriptor)) continue;
    const text = `"${naturalName(descriptor)}"[tiab]`;
    const edits = additionTo(query, leaf, text);
    add(
      descriptor,
      'missing-text-word',
      leaf,
      `No text word of this OR group stands for the heading "${descriptor.name}", so records without headings are missed. Add ${text} and its synonyms.`,
      edits === undefined ? [] : [fix(`Add ${text}`, false, ...edits)],
    );
  }
  const asked = new Set<Descriptor>();
  for (const leaf of texts) {
    const descriptor = namedBy(leaf, thesaurus);
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
      edits === undefined ? [] : [fix(`Add ${text}`, false, ...edits)],
    );
  }
}

const hasSubheading = ({ term, has }: Leaf): boolean =>
  (has & Has.slash) !== 0 && splitHeading(term.text).subheading !== undefined;

/** The heading that a text word names; undefined when PubMed maps the term itself, or when the heading is too general. */
function namedBy(leaf: Leaf, thesaurus: Thesaurus): Descriptor | undefined {
  const { term, has, words } = leaf;
  // [all] finds the words of headings, too; PubMed's own translations are full of it.
  if (
    !isLiteral(leaf) ||
    term.tag?.field === 'all' ||
    term.tag?.proximity !== undefined ||
    (has & Has.shortStem) !== 0
  )
    return undefined;
  const written = term.text.replace(/\*$/, '');
  // A short stem is the beginning of many words, a short word the abbreviation of many names.
  if (written.includes('*') || written.length < ((has & Has.truncation) !== 0 ? 5 : 4)) return undefined;
  const descriptor = thesaurus.byTerm(written);
  if (descriptor === undefined || isCheckTag(descriptor) || descriptor.treeNumbers.length === 0)
    return undefined;
  // A single word names too much when it is a mere entry term (strains, offenders), or a notion that any article may mention.
  if (words.length === 1 && !(isNamed(descriptor, words[0]?.text ?? '') && isConcrete(descriptor)))
    return undefined;
  return narrowerCount(thesaurus, descriptor) >= MAXIMUM_NARROWER ? undefined : descriptor;
}

/** Whether the word is the name of the heading, singular and plural being the same. */
function isNamed({ name }: Descriptor, word: string): boolean {
  const stem = word.replace(/\*$/, '').replace(/s$/, '');
  return name.toLowerCase().replace(/s$/, '') === stem;
}

/**
 * Whether a heading is a thing and no notion such as risk, life or education: anatomy, organisms, diseases, chemicals, procedures of
 * diagnosis and therapy, psychiatry and psychology, movement.
 */
function isConcrete({ treeNumbers }: Descriptor): boolean {
  return treeNumbers.some((number) => /^(?:[A-D]|E0[1-46]|F0|G11)/.test(number));
}
