import { queryTemplates } from '../../prompting/index.ts';

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
