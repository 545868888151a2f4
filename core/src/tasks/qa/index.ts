import { deepRetrievalAnswerRank, querentRanked } from '../../rewards/index.ts';
import type { RankedFacts } from '../../rewards/index.ts';
import type { Question } from '../ranked/index.ts';
import { questionPrompt, rankedFacts, rankedFailure, readQuestion } from '../ranked/index.ts';
import type { Judged } from '../task.ts';
import { defineTask } from '../task.ts';
import { evidenceMetricNames, evidenceMetrics } from './metrics.ts';
import { evidenceTemplates } from './prompt.ts';
import type { EvidenceOutcome } from './run.ts';
import { runEvidence } from './run.ts';
import type { AnswerTarget } from './target.ts';
import { readAnswers } from './target.ts';

const factsOf = (judged: Judged<EvidenceOutcome>): RankedFacts =>
  rankedFacts(judged, judged.outcome?.rank, undefined);

/** Evidence-seeking question answering: from a question to a query that ranks a passage with the answer high. */
export const qa = defineTask<Question, AnswerTarget, EvidenceOutcome>({
  id: 'qa',
  title: 'Evidence-seeking question answering',
  ability: 'evidence_seeking',
  answerKey: 'query',
  templates: evidenceTemplates,
  readInput: readQuestion,
  readTarget: readAnswers,
  prompt: (question, variant, template = evidenceTemplates[variant]) => questionPrompt(question, template),
  run: runEvidence,
  rewards: {
    querent: (judged) => querentRanked(factsOf(judged), { by: 'rank', depth: judged.outcome?.depth ?? 1 }),
    deepretrieval: (judged) => deepRetrievalAnswerRank(factsOf(judged)),
    'deepretrieval-squad': (judged) => deepRetrievalAnswerRank(factsOf(judged), { ladder: 'squad' }),
  },
  metricNames: evidenceMetricNames,
  metrics: evidenceMetrics,
  failure: rankedFailure,
});
