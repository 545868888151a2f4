import type { Thesaurus } from '../../mesh/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Problem } from '../../text/index.ts';
import type { AnsweredLine } from './answers.ts';
import { answersAbout, Findings } from './findings.ts';
import { checkJumps } from './jumps.ts';
import { lostSeedProblems } from './lostSeeds.ts';
import { checkMappings } from './mappings.ts';
import { checkTranslations } from './translations.ts';
import { checkWarnings } from './warnings.ts';

export type { AnsweredLine, LiveAnswer } from './answers.ts';
export { liveRules } from './rules.ts';
export { withoutToldBefore } from './told.ts';

/** What else the rules about answers may use. */
export interface AnsweredContext {
  /** Without it nothing is said of headings that have nothing to do with a term. */
  readonly thesaurus?: Thesaurus | undefined;
}

/**
 * What is to be said of what PubMed answered about a strategy, at the rules' own levels; to be handed to `judgeStrategy`, which has levels and
 * comments apply. Answers of other engines say nothing of PubMed and are passed over. Lines without an answer are not asked, or not yet: nothing
 * is said of them. What an answer says of a line that it refers to is told there, once.
 */
export function answeredProblems(
  document: StrategyDocument,
  answers: readonly AnsweredLine[],
  { thesaurus }: AnsweredContext = {},
): Problem[] {
  const live = answers.filter(
    ({ label, measurement }) =>
      measurement.provenance.engine.startsWith('pubmed') && document.line(label) !== undefined,
  );
  if (live.length === 0) return [];
  const findings = new Findings();
  const about = answersAbout(document, live, thesaurus, findings);
  for (const check of [checkWarnings, checkMappings, checkTranslations, checkJumps]) check(about);
  return [...findings.problems, ...lostSeedProblems(about)];
}
