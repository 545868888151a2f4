import { sha256 } from './sha256.ts';

/** The wording of a prompt. A model that was trained on one is asked with the same one, or not at all. */
export interface PromptTemplate {
  /** For people and for checkpoints: `publication-search/1`. Changes with every change of the wording. */
  readonly id: string;
  /** SHA-256 of the wording: proof that two sides mean the same by the id. */
  readonly hash: string;
  readonly system: string;
  /** The end of the user's turn: what to write and how. */
  readonly instruction: string;
}

const system =
  'You write PubMed search queries for systematic reviews. A good query finds every relevant study and few others.';

const rules =
  'Write one PubMed query. Join synonyms with OR inside parentheses, and different concepts with AND. Tag text words with [tiab] and ' +
  'MeSH headings with [mh]. Use no dates, no record numbers, no line numbers.';

/** Shows the form only: SmolLM2-135M-Instruct gives back any real query that stands here instead of writing one. */
const example = '{"query": "..."}';

/** With reasoning before the answer, after DeepRetrieval (Jiang et al., 2025; arXiv 2503.00223). The default. */
export const thinkingTemplate = template(
  'publication-search/1',
  `${rules} Think briefly in <think> tags, then give the query as JSON in <answer> tags, like this:\n` +
    `<think>...</think>\n<answer>${example}</answer>`,
);

/** Without reasoning: fewer tokens. */
export const directTemplate = template(
  'publication-search-direct/1',
  `${rules} Give the query as JSON in <answer> tags, like this:\n<answer>${example}</answer>`,
);

function template(id: string, instruction: string): PromptTemplate {
  return { id, hash: sha256(JSON.stringify([id, system, instruction])), system, instruction };
}
