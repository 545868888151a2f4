import { queryTemplates } from '../../prompting/index.ts';

/** The wordings of evidence seeking. They ask for words and not for operators, since rankings have none. */
export const evidenceTemplates = queryTemplates(
  'evidence-search',
  1,
  'You rewrite questions into queries for a search engine. A good query brings a passage that answers the question to the top.',
  'The engine ranks passages by how well they fit the words of the query; it knows no operators, no quotes and no field tags. Write the ' +
    'words that a passage with the answer would use: names, technical terms and their synonyms. Do not answer the question.',
);
