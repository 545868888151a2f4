import { buildPrompt } from '../../rewriting/index.ts';
import type { BooleanOutcome, BooleanTarget, Topic } from '../boolean/index.ts';
import { booleanTask, runBoolean } from '../boolean/index.ts';
import { defineTask, need } from '../task.ts';
import { trialTemplates } from './prompt.ts';
import { readTrialExpression } from './readExpression.ts';

/** Trial search: from a question to an expression of ClinicalTrials.gov, run in a library of trial records. */
export const trials = defineTask<Topic, BooleanTarget, BooleanOutcome>({
  ...booleanTask,
  id: 'trials',
  title: 'Trial search',
  templates: trialTemplates,
  prompt: (topic, variant, template = trialTemplates[variant]) =>
    buildPrompt({ ...topic, seeds: [] }, template),
  run: async (query, { relevant }, world, options) =>
    runBoolean(
      query,
      readTrialExpression,
      relevant,
      need(world.trials, 'library of trial records', 'Name one with --trials.'),
      options,
    ),
});
