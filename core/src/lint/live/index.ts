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
 * comments apply. Of ClinicalTrials.gov only counts are judged; what libraries answer says nothing of either and is passed over. Lines without an answer are not asked, or not yet: nothing
 * is said of them. What an answer says of a line that it refers to is told there, once.
 */
export function answeredProblems(
  document: StrategyDocument,
  answers: readonly AnsweredLine[],
  { thesaurus }: AnsweredContext = {},
): Problem[] {
  const of = (name: string): readonly AnsweredLine[] =>
    answers.filter(
      ({ label, measurement: { provenance } }) =>
        provenance.engine.split(':')[0] === name && document.line(label) !== undefined,
    );
  const [pubmed, trials] = [of('pubmed'), of('ctgov')];
  const findings = new Findings();
  if (trials.length > 0) checkJumps(answersAbout(document, trials, thesaurus, findings));
  if (pubmed.length === 0) return [...findings.problems];
  const about = answersAbout(document, pubmed, thesaurus, findings);
  for (const check of [checkWarnings, checkMappings, checkTranslations, checkJumps]) check(about);
  return [...findings.problems, ...lostSeedProblems(about)];
}
