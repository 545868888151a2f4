import { promptTemplate } from '../../prompting/index.ts';

const system =
  'You write PubMed search queries for systematic reviews. A good query finds every relevant study and few others.';

const rules =
  'Write one PubMed query. Join synonyms with OR inside parentheses, and different concepts with AND. Tag text words with [tiab] and ' +
  'MeSH headings with [mh]. Use no dates, no record numbers, no line numbers.';

/** Shows the form only: SmolLM2-135M-Instruct gives back any real query that stands here instead of writing one. */
const example = '{"query": "..."}';

/** With reasoning before the answer, after DeepRetrieval (Jiang et al., 2025; arXiv 2503.00223). The default. */
export const thinkingTemplate = promptTemplate(
  'publication-search/1',
  system,
  `${rules} Think briefly in <think> tags, then give the query as JSON in <answer> tags, like this:\n` +
    `<think>...</think>\n<answer>${example}</answer>`,
);

/** Without reasoning: fewer tokens. */
export const directTemplate = promptTemplate(
  'publication-search-direct/1',
  system,
  `${rules} Give the query as JSON in <answer> tags, like this:\n<answer>${example}</answer>`,
);
