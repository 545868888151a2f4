import type { Finding } from '../problem.ts';
import type { Plan } from '../schema.ts';
import { error } from './finding.ts';

/** There is something to learn from, and somewhere to measure. */
export function dataRules({ data, task, publish }: Plan): readonly Finding[] {
  const found: Finding[] = [];
  const sources = [...data.sources, ...data.train];
  if (data.dataset === null && sources.length === 0)
    found.push(
      error(
        'data',
        'it has nothing to learn from. Give sources (docs/datasets.md), or dataset, a folder that was built before.',
      ),
    );
  if (data.dataset !== null && sources.length > 0)
    found.push(
      error('data.dataset', 'a dataset that is there and sources for a new one are both given. Keep one.'),
    );
  const place = (
    { publication: 'corpus', qa: 'corpus', ir: 'corpus', trials: 'trials', sql: 'databases' } as Readonly<
      Record<string, 'corpus' | 'trials' | 'databases'>
    >
  )[task];
  if (place !== undefined && data[place] === null)
    found.push(error(`data.${place}`, `the task ${task} needs it: rewards and figures are measured there.`));
  if (data.relevant[0] > data.relevant[1])
    found.push(error('data.relevant', 'the first number is the least, the second the most.'));
  if (data.difficulty !== null && data.difficulty[0] > data.difficulty[1])
    found.push(error('data.difficulty', 'the first number is the least, the second the most.'));
  if (data.difficulty !== null && data.corpus === null)
    found.push(error('data.difficulty', 'difficulty is measured in a citation library. Give data.corpus.'));
  if (data.shares !== null && Math.abs(data.shares[0] + data.shares[1] + data.shares[2] - 1) > 1e-6)
    found.push(error('data.shares', 'shares of train, validation and test must add up to 1.'));
  if (publish !== null && data.heldOut === null)
    found.push(
      error(
        'data.heldOut',
        'a release is judged on topics that were held out, and none are named. Give a file of topics, or leave out publish.',
      ),
    );
  return found;
}
