import type { Thesaurus } from '../mesh/index.ts';
import { moveProblem } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { TextMemory } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import type { LintContext } from './family.ts';
import type { LineSummary } from './lineGroups.ts';
import type { Content } from './oredLines.ts';

/**
 * What the rules found out about the text of a line, each part when it was first asked for. With every key an editor asks for
 * thousands of lines of which one has changed; rules look at the text of a query and at the context only, so this tells no lies.
 */
export interface LineNotes {
  /** Findings in the line when it stood at `offset`. */
  findings: { readonly offset: number; readonly problems: readonly Problem[] } | undefined;
  summary: LineSummary | undefined;
  /** Canonical text in lower case; empty for a broken line. */
  canonical: string | undefined;
  stars: number | undefined;
  content: Content | undefined;
}

/** Texts that may be read as numbers of lines, which depends on the lines that there are: too short to be worth remembering. */
const DEPENDS_ON_LINES = /^[\s\d()#&|,/andorts-]*$/i;

/** By the text of the query; characters of text, some thousand lines. */
const remembered = new TextMemory<LineNotes>(1_000_000);
/** The context that all of them were made in: another one, and they are forgotten. */
let thesaurus: Thesaurus | undefined;
let levels: LintContext['levels'];
let searchDate: string | undefined;

/** The notes of a document: one look-up a line, however many rules ask. */
const ofDocuments = new WeakMap<StrategyDocument, readonly LineNotes[]>();

/** The notes of each line of a document, in its order. A judgement begins with them, and tells its context. */
export function beginNotes(document: StrategyDocument, context: LintContext): readonly LineNotes[] {
  if (thesaurus !== context.thesaurus || levels !== context.levels || searchDate !== context.searchDate) {
    ({ thesaurus, levels, searchDate } = context);
    remembered.clear();
  }
  const notes = document.lines.map(({ query }) => notesOf(query));
  ofDocuments.set(document, notes);
  return notes;
}

/** The notes of each line, for rules about the whole document. */
export function notesIn(document: StrategyDocument): readonly LineNotes[] {
  return ofDocuments.get(document) ?? [];
}

function notesOf({ text }: ParsedQuery): LineNotes {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const notes: LineNotes = {
    findings: undefined,
    summary: undefined,
    canonical: undefined,
    stars: undefined,
    content: undefined,
  };
  if (text.length >= 4000 || !DEPENDS_ON_LINES.test(text)) remembered.set(text, notes);
  return notes;
}

/** Judges `query` with `check`, or moves what was found in the same text before. */
export function remembering(
  query: ParsedQuery,
  notes: LineNotes,
  check: (query: ParsedQuery) => readonly Problem[],
): readonly Problem[] {
  const { findings } = notes;
  if (findings === undefined) {
    const problems = check(query);
    notes.findings = { offset: query.offset, problems };
    return problems;
  }
  const by = query.offset - findings.offset;
  return by === 0 ? findings.problems : findings.problems.map((problem) => moveProblem(problem, by));
}
