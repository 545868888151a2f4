import { promptTemplate, queryTemplates } from '../../prompting/index.ts';

const system =
  'You write PubMed search queries for systematic reviews. A good query finds every relevant study and few others.';

const rules =
  'Write one PubMed query. Join synonyms with OR inside parentheses, and different concepts with AND. Tag text words with [tiab] and ' +
  'MeSH headings with [mh]. Use no dates, no record numbers, no line numbers.';

const templates = queryTemplates('publication-search', 1, system, rules);

/** With reasoning before the answer. The default. */
export const thinkingTemplate = templates.reasoning;

/** Without reasoning: fewer tokens. */
export const directTemplate = templates.direct;

/**
 * The answer alone, asked for in a few words: for models so small that each token of the prompt counts, and that learn from examples what the
 * longer wordings explain. No field tags are asked for, since PubMed maps words without one to MeSH by itself.
 */
export const compactTemplate = promptTemplate(
  'publication-search-compact/1',
  'You write PubMed queries.',
  'Write one query: synonyms joined by OR in parentheses, concepts joined by AND. Form: <answer>{"query": "..."}</answer>',
);
