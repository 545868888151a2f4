import { queryTemplates } from '../../prompting/index.ts';

/**
 * The wordings of ranked retrieval. The reference tells models to write AND, OR and parentheses, which a ranking reads as words or not
 * at all; these do not.
 */
export const rankingTemplates = queryTemplates(
  'ranked-search',
  1,
  'You rewrite questions, claims and topics into queries for a search engine. A good query brings the relevant documents to the top.',
  'The engine ranks documents by how well they fit the words of the query; it knows no operators, no quotes and no field tags. Keep the words ' +
    'that matter and add the technical terms, synonyms and names that relevant documents would use. A query that is good already may stay as it is.',
);
