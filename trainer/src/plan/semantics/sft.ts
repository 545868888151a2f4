import { at, read } from './knob.ts';
import type { Knob } from './knob.ts';
import { optimizerKnobs } from './optimizer.ts';

const pairs = (key: string, unit: string, meaning: string): Knob => ({
  key: `sft.pairs.${key}`,
  meaning,
  unit,
  embedded: read.pairs,
  verl: read.sftOnly,
});
const own = (key: string, unit: string, place: string, meaning: string): Knob => ({
  key: `sft.${key}`,
  meaning,
  unit,
  embedded: at(place, undefined),
  verl: read.sftOnly,
});

/** The cold start. */
export const sftKnobs: readonly Knob[] = [
  pairs('from', '', 'Where answers to imitate come from: the deterministic rewriter, a file, or both.'),
  pairs('file', '', 'Rows {id, task, input, completion} or pairs of another run.'),
  pairs(
    'form',
    '',
    'What kind of query the deterministic rewriter writes: recall, readable, precise, or title: short, of the words of the title alone.',
  ),
  pairs('budget', 'records', 'Records that the rewriter may let a query find.'),
  pairs('seeds', 'records', 'Relevant records of each topic that the rewriter is given; 0: the title alone.'),
  pairs('minimumReward', '', 'Pairs whose answer earns less are left out; null: all are kept.'),
  pairs('limit', 'pairs', 'Most pairs; null: all.'),
  own('epochs', 'epochs', 'epochs', 'Times that every pair is seen; 0.5 is half of them.'),
  own('maxSteps', 'steps', 'maxSteps', 'Most updates; null: as many as the epochs have.'),
  own('batchSize', 'sequences', 'batchSize', 'Pairs of one update.'),
  own(
    'microBatchSize',
    'sequences',
    'microBatchSize',
    'Pairs that are computed at once: memory, not meaning.',
  ),
  ...optimizerKnobs('sft'),
  own('save.everySteps', 'steps', 'save.everySteps', 'A checkpoint after every so many updates.'),
  own('save.keep', 'checkpoints', 'save.keep', 'Newest checkpoints that are kept.'),
  own(
    'validation.everySteps',
    'steps',
    'validation.everySteps',
    'Loss on validation pairs after every so many updates.',
  ),
  own('validation.prompts', 'pairs', 'validation.prompts', 'Validation pairs that are used; null: all.'),
];
