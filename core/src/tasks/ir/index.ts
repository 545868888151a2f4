import { deepRetrievalNdcg, querentRanked, semanticGain } from '../../rewards/index.ts';
import type { RankedFacts } from '../../rewards/index.ts';
import type { Question } from '../ranked/index.ts';
import { questionPrompt, rankedFacts, rankedFailure, readQuestion } from '../ranked/index.ts';
import type { Judged } from '../task.ts';
import { defineTask } from '../task.ts';
import { retrievalMetricNames, retrievalMetrics } from './metrics.ts';
import { rankingTemplates } from './prompt.ts';
import type { RetrievalOutcome } from './run.ts';
import { runRetrieval } from './run.ts';
import type { JudgedTarget } from './target.ts';
import { readJudgements } from './target.ts';

const factsOf = (judged: Judged<RetrievalOutcome>): RankedFacts =>
  rankedFacts(judged, judged.outcome?.rank, judged.outcome?.ndcg);

/** Classic ranked retrieval: from a question, a claim or a topic to a query that ranks the relevant documents high. */
export const ir = defineTask<Question, JudgedTarget, RetrievalOutcome>({
  id: 'ir',
  title: 'Ranked retrieval',
  ability: 'ranked_retrieval',
  answerKey: 'query',
  templates: rankingTemplates,
  readInput: readQuestion,
  readTarget: readJudgements,
  prompt: (question, variant, template = rankingTemplates[variant]) => questionPrompt(question, template),
  run: runRetrieval,
  rewards: {
    querent: (judged) => querentRanked(factsOf(judged), { by: 'ndcg', depth: judged.outcome?.depth ?? 1 }),
    deepretrieval: (judged) => deepRetrievalNdcg(factsOf(judged)),
    // Without vectors there is no query, or one that cannot be asked.
    'semantic-gain': ({ outcome }) =>
      semanticGain(outcome?.vectors ?? { rewritten: undefined, original: [], documents: [] }),
  },
  metricNames: retrievalMetricNames,
  metrics: retrievalMetrics,
  failure: rankedFailure,
});
