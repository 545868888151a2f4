import { buildPrompt, directTemplate, thinkingTemplate } from '../../rewriting/index.ts';
import type { BooleanOutcome, BooleanTarget, Topic } from '../boolean/index.ts';
import { booleanTask, runBoolean } from '../boolean/index.ts';
import { defineTask, need } from '../task.ts';
import { readPubMedQuery } from './readQuery.ts';

const templates = { reasoning: thinkingTemplate, direct: directTemplate } as const;

/** Publication search: from a question to a PubMed query that finds all relevant records and few others. */
export const publication = defineTask<Topic, BooleanTarget, BooleanOutcome>({
  ...booleanTask,
  id: 'publication',
  title: 'Publication search',
  templates,
  prompt: (topic, variant, template = templates[variant]) => buildPrompt({ ...topic, seeds: [] }, template),
  run: async (query, { relevant }, world, options) =>
    runBoolean(
      query,
      readPubMedQuery,
      relevant,
      need(
        world.citations,
        'library of citations',
        'Name one with --corpus, or search PubMed itself with --live.',
      ),
      options,
    ),
});
