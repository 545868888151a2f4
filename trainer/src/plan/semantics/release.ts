import { read } from './knob.ts';
import type { Knob } from './knob.ts';

const knob =
  (part: 'evaluation' | 'export' | 'publish') =>
  (key: string, unit: string, meaning: string): Knob => ({
    key: `${part}.${key}`,
    meaning,
    unit,
    embedded: read[part],
    verl: read[part],
  });
const evaluation = knob('evaluation');
const exporting = knob('export');
const publish = knob('publish');

/** What comes after training, the same for both engines. */
export const releaseKnobs: readonly Knob[] = [
  evaluation('topics', '', 'Topics that are measured on; null: data.heldOut.'),
  evaluation(
    'rewriters',
    '',
    'What is compared: words of the title, rarest words, the deterministic rewriter, the model before training, after sft, after ppo, and the last together with the deterministic rewriter. What was not trained is left out.',
  ),
  evaluation('budget', 'records', 'Records that a team is ready to screen.'),
  evaluation(
    'seeds',
    'records',
    'Relevant records of each topic that rewriters are given; figures are about the rest.',
  ),
  evaluation('form', '', 'What kind of query the deterministic rewriter writes.'),
  evaluation('samples', 'completions', 'Completions of a model for each topic.'),
  evaluation('temperature', '', 'Of these; 0: the likeliest word.'),
  evaluation('limit', 'topics', 'Most topics; null: all.'),
  evaluation('heldOnly', '', 'Relevant records that the library does not hold are left out.'),
  exporting('quantisations', '', 'Kinds of GGUF files that are written.'),
  exporting('adapter', '', 'An adapter is also written as a GGUF of its own.'),
  exporting(
    'parity.maxLogProbDifference',
    'nats',
    'Most that log-probabilities of the file may differ from those of the model; null: the limit of the quantisation.',
  ),
  exporting('parity.prompts', 'prompts', 'Prompts on which they are compared.'),
  exporting('parity.margin', '', 'Most that the gate’s figure of the file may be below that of the model.'),
  publish('to', '', 'A folder, an address that takes PUT, or hf:owner/name.'),
  publish('channel', '', 'stable or preview.'),
  publish('name', '', 'Name of the model in the channel.'),
  publish('version', '', 'Semantic version; auto: the next one.'),
  publish('file', '', 'The quantisation that is published.'),
  publish(
    'figure',
    '',
    'The figure of the gate; recall is that within the budget: 0 for what finds more records.',
  ),
  publish('minimumGain', '', 'By how much a release must beat the one that is there, in that figure.'),
  publish('significance', 'p', 'Largest p value of the paired test against it, one-sided.'),
  publish('minimumTopics', 'topics', 'Fewest held-out topics of the gate, near-duplicates counted as one.'),
  publish('minimumExtension', '', 'Oldest version of the extension that may load it.'),
  publish('notes', '', 'A few sentences for people.'),
];
